"""Demo data: the requests of demo.json, sent as their users. What they mean is the file's business."""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

from . import place
from .cloud import client
from .executables import token
from .failure import Failure, one_line
from .package import BUCKET, has

LOADED = "demo-is-loaded"
PATIENCE = 60


def load(directory: Path, http: str) -> None:
    """Sends the requests in order, once per emulator."""
    s3 = client("s3")
    if has(s3, LOADED):
        return
    demo = json.loads(place.DEMO.read_text())
    tokens: dict[int, str] = {}
    for request in demo["requests"]:
        user = request["user"]
        tokens[user] = tokens.get(user) or token(directory, user)
        _send(http, request, tokens[user])
    s3.put_object(Bucket=BUCKET, Key=LOADED, Body=b"")
    print(f"demo data: {demo['contains']}", file=sys.stderr)


def _send(http: str, request: dict, access_token: str) -> None:
    prepared = urllib.request.Request(
        http + request["path"],
        data=json.dumps(request["body"]).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {access_token}"},
        method=request["method"],
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(prepared, timeout=PATIENCE).read()
    except urllib.error.HTTPError as error:
        answer = error.read().decode(errors="replace")
        raise Failure(
            f"the demo data is incomplete: {request['method']} {request['path']}"
            f" was answered with {error.code}: {answer}"
        ) from None
    except OSError as error:
        raise Failure(f"the demo data is incomplete: {one_line(error)}") from None

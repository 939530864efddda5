"""What a deployment uploads: one archive per function, and the template that names them."""

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from . import template as templates
from .cloud import client
from .executables import Executables
from .failure import Failure

BUCKET = "chat-deploy"


def upload(executables: Executables) -> str:
    """Uploads everything and gives the template's URL."""
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    template = templates.read()
    functions = templates.resources(template, "AWS::Serverless::Function")
    for name, function in functions.items():
        binary = executables.of(function["Metadata"]["BuildProperties"]["Binary"])
        function["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": _archive(s3, name, binary)}
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    print(f"{len(functions)} functions are uploaded", file=sys.stderr)
    return f"{s3.meta.endpoint_url}/{BUCKET}/template.json"


def _archive(s3, name: str, binary: Path) -> str:
    """Uploads the executable as Lambda wants it, unless it is there already. Gives its key."""
    try:
        executable = binary.read_bytes()
    except OSError as error:
        raise Failure(f"the executable of {name} cannot be read: {error}") from None
    # Other contents get another key: that is how an update sees what changed.
    key = f"{name}-{hashlib.sha256(executable).hexdigest()[:16]}.zip"
    if not has(s3, key):
        s3.put_object(Bucket=BUCKET, Key=key, Body=_zip(executable))
    return key


def _zip(executable: bytes) -> bytes:
    archive = io.BytesIO()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(entry, executable, zipfile.ZIP_DEFLATED, 1)
    return archive.getvalue()


def has(s3, key: str) -> bool:
    """Whether the bucket has this object."""
    try:
        s3.head_object(Bucket=BUCKET, Key=key)
    except ClientError:
        return False
    return True

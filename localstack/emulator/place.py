"""Where things are: the project, its target directory, the emulator's address."""

import os
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATE = PROJECT / "infra/template.yaml"
DEMO = PROJECT / "localstack/demo.json"
JWT_SECRET = PROJECT / "target/local-jwt-secret"
COMPOSE = PROJECT / "localstack/compose.yaml"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or PROJECT / "target").absolute()
STATE = TARGET / (os.environ.get("EMULATOR_STATE") or "emulator")

REGION = "us-east-1"
# The account's root, who may do everything.
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
STACK = "chat"


def port() -> int:
    """The emulator's port, EMULATOR_PORT or LocalStack's own."""
    return int(os.environ.get("EMULATOR_PORT") or 4566)


def endpoint(host: str = "127.0.0.1") -> str:
    """The emulator's base URL."""
    return f"http://{host}:{port()}"


def as_websocket(url: str) -> str:
    """The same address with ws:// or wss://."""
    parts = urlsplit(url)
    return parts._replace(scheme={"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)).geturl()

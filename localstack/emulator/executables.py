"""The functions' executables and the `localstack` program: built with plain Cargo."""

import platform
import subprocess
import sys
from pathlib import Path

from . import place
from .failure import Failure

MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def build() -> Path:
    """Builds for speed, with Cargo's progress on stderr. Gives the directory."""
    # Both packages, as `cargo run` and the tests build them: nothing is compiled twice.
    command = ["cargo", "build", "--release", "--package", "functions", "--package", "localstack"]
    try:
        built = subprocess.run(command, cwd=place.PROJECT, stdout=sys.stderr, check=False)
    except FileNotFoundError:
        raise Failure("cargo is missing: install Rust from https://rustup.rs") from None
    if built.returncode != 0:
        raise Failure("the functions do not build, see above")
    return place.TARGET / "release"


def architecture() -> str:
    """Lambda's name of this machine's architecture: emulators run functions on the host."""
    machine = platform.machine().lower()
    if machine not in MACHINES:
        raise Failure(f"functions cannot run on a {machine} machine")
    return MACHINES[machine]


def token(directory: Path, user: int) -> str:
    """An access token for the user, as `localstack token` makes it."""
    command = [directory / "localstack", "token", "--user", str(user)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Failure(f"no access token can be made: {made.stderr.strip()}")
    return made.stdout.strip()


def token_secret(directory: Path, given: str | None) -> str:
    """The secret that those tokens are signed with."""
    token(directory, 1)  # makes the secret when there is none
    return given or (place.PROJECT / "target/local-jwt-secret").read_text().strip()

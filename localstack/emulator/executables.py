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
    """An access token for the user."""
    return _localstack(directory, "token", "--user", str(user))


def token_secret(directory: Path) -> str:
    """The secret that those tokens are signed with: JWT_SECRET, or the one that this project keeps."""
    return _localstack(directory, "secret")


def _localstack(directory: Path, *arguments: str) -> str:
    """What the program prints. It alone knows how a secret is made and read, and makes a missing one."""
    # Named, because a program from another directory was built for a project of its own.
    command = [directory / "localstack", *arguments, "--jwt-secret-file", place.JWT_SECRET]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Failure(f"{directory} has no localstack: cargo build --release makes it with the functions") from None
    if ran.returncode != 0:
        raise Failure(f"no access token can be made: {ran.stderr.strip()}")
    return ran.stdout.strip()

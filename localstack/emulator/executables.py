"""The functions' executables and the `localstack` program.

Plain Cargo builds them for this machine. LocalStack runs functions in containers with an older Linux of their own,
for which cargo-lambda builds, as for AWS.
"""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from . import place
from .failure import Failure

MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class Executables:
    """Where the built functions are, and for which machine."""

    def __init__(self, directory: Path, machine: str, in_directories: bool = False):
        self.directory, self.architecture, self.in_directories = directory, architecture_of(machine), in_directories

    def of(self, binary: str) -> Path:
        """The executable of a function. cargo-lambda gives each a directory of its own."""
        return self.directory / binary / "bootstrap" if self.in_directories else self.directory / binary


def build() -> Path:
    """Builds for speed, with Cargo's progress on stderr. Gives the directory."""
    # Both packages, as `cargo run` and the tests build them: nothing is compiled twice.
    _cargo("build", "--release", "--package", "functions", "--package", "localstack")
    return place.TARGET / "release"


def of_this_machine(directory: Path) -> Executables:
    """Those that plain Cargo has built."""
    return Executables(directory, platform.machine())


def of_containers(machine: str) -> Executables:
    """Builds for containers on this machine, as `infra/deploy` builds for AWS."""
    if shutil.which("cargo-lambda") is None:
        raise Failure(
            "LocalStack runs the functions in containers, for which cargo-lambda builds them:"
            " python3 -m pip install --requirement infra/requirements.txt"
        )
    executables = Executables(place.TARGET / "lambda", machine, in_directories=True)
    target = {"arm64": "--arm64", "x86_64": "--x86-64"}[executables.architecture]
    _cargo("lambda", "build", "--release", "--package", "functions", target)
    return executables


def _cargo(*arguments: str) -> None:
    try:
        built = subprocess.run(["cargo", *arguments], cwd=place.PROJECT, stdout=sys.stderr, check=False)
    except FileNotFoundError:
        raise Failure("cargo is missing: install Rust from https://rustup.rs") from None
    if built.returncode != 0:
        raise Failure("the functions do not build, see above")


def architecture_of(machine: str) -> str:
    """Lambda's name of a machine's architecture."""
    machine = machine.lower()
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

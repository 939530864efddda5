"""The emulator itself: LocalStack in Docker where that is possible, else a process from PyPI."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from . import place
from .failure import Failure

START = 120
STOP = 10
PROCESS_ID = place.STATE / "process-id"
CONTAINER = place.STATE / "container"
LOG = place.STATE / "log"


def start() -> str:
    """Starts an emulator unless one of ours runs. Gives the endpoint that functions reach it at."""
    if answers():
        if not (CONTAINER.exists() or _is_ours()):
            raise Failure(
                f"port {place.port()} is taken by something that ./localstack/up has not started"
                " (EMULATOR_PORT=4577 ./localstack/up takes another)"
            )
    elif CONTAINER.exists() or _is_ours():
        raise Failure("the emulator runs on another port or does not answer: ./localstack/down stops it")
    elif machine_of_containers():
        _start_container()
    else:
        _start_process()
    # Inside LocalStack's function containers that name leads to it; outside it is this machine.
    return place.endpoint("localhost.localstack.cloud" if is_localstack() else "127.0.0.1")


def stop() -> bool:
    """Stops the emulator and forgets its data. False when there was none."""
    ran = CONTAINER.exists() or _is_ours()
    if CONTAINER.exists():
        _compose("down", "--volumes")
    elif ran:
        _end_group(int(PROCESS_ID.read_text()))
    shutil.rmtree(place.STATE, ignore_errors=True)
    return ran


def is_localstack() -> bool:
    """Whether the emulator that was started is LocalStack."""
    return CONTAINER.exists()


def machine_of_containers() -> str | None:
    """The machine that functions run on where they run in containers: LocalStack runs, or `start` will start it."""
    starts = not _is_ours() and os.environ.get("LOCALSTACK_AUTH_TOKEN")
    return docker_machine() if is_localstack() or starts else None


def docker_machine() -> str | None:
    """What the Docker engine runs on, such as `aarch64`. None where no engine answers."""
    command = ["docker", "info", "--format", "{{.Architecture}}"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def answers() -> bool:
    """Whether something serves on the port."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"{place.endpoint()}/_localstack/health", timeout=5).read()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _start_container() -> None:
    print("starting LocalStack in Docker", file=sys.stderr)
    place.STATE.mkdir(parents=True, exist_ok=True)
    CONTAINER.touch()
    _compose("up", "--detach", "--wait")


def _compose(*arguments: str) -> None:
    command = ["docker", "compose", "--file", str(place.COMPOSE), *arguments]
    environment = os.environ | {"EMULATOR_PORT": str(place.port())}
    if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode != 0:
        raise Failure(f"docker compose {arguments[0]} failed, see above")


def _start_process() -> None:
    print(f"starting ministack on port {place.port()}", file=sys.stderr)
    scratch = place.STATE / "tmp"
    shutil.rmtree(place.STATE, ignore_errors=True)
    scratch.mkdir(parents=True)
    environment = os.environ | {
        # Functions call DynamoDB and Secrets Manager there.
        "AWS_ENDPOINT_URL": place.endpoint(),
        "GATEWAY_PORT": str(place.port()),
        "BIND_HOST": "127.0.0.1",
        # Every call needs a signature and a policy that allows it, as on AWS. It takes its root's credentials
        # from here: not those of whoever works at this machine.
        "AUTH": "true",
        **place.ROOT,
        "AWS_SESSION_TOKEN": "",
        # It starts a process per concurrent call and keeps each for this long.
        "LAMBDA_WARM_TTL_SECONDS": "30",
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch),
    }
    program = Path(sys.executable).with_name("ministack")
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            [program], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )
    PROCESS_ID.write_text(str(process.pid))
    deadline = time.monotonic() + START
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"the emulator does not start: {_last_line()}")
        time.sleep(0.1)


def _last_line() -> str:
    lines = LOG.read_text(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def _is_ours() -> bool:
    """Whether the process that we have started still runs."""
    try:
        process = int(PROCESS_ID.read_text())
        os.kill(process, 0)
        command = Path(f"/proc/{process}/cmdline")
        return not command.exists() or b"ministack" in command.read_bytes()
    except (OSError, ValueError):
        return False


def _end_group(group: int) -> None:
    """Ends the emulator and the functions that it runs."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + STOP
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)

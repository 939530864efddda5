"""`./localstack/up` and `./localstack/down`."""

import argparse
import json
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from . import demo, executables, package, place, server, stack
from .cloud import client
from .failure import Failure, one_line


def up(options: argparse.Namespace) -> None:
    """Leaves a running deployment and its URLs on stdout."""
    directory = options.functions or executables.build()
    if machine := server.machine_of_containers():
        functions = executables.of_containers(machine)
    else:
        functions = executables.of_this_machine(directory)
    local_endpoint = server.start()
    template_url = package.upload(functions)
    stack.deploy(template_url, {
        "LocalEndpoint": local_endpoint,
        "AuthMode": options.auth,
        "ShareEmails": "true" if options.auth == "trusted" else "false",
        "Architecture": functions.architecture,
    })
    stack.repair()
    secret = executables.token_secret(directory)
    client("secretsmanager").put_secret_value(
        SecretId=stack.physical_id("JwtSecret"), SecretString=secret
    )
    outputs = stack.outputs()
    urls = _urls(outputs)
    if not options.no_demo:
        demo.load(directory, urls["http"])
    _print(urls, outputs["TableName"], options)


def down(_: argparse.Namespace) -> None:
    """Stops the emulator and forgets its data."""
    print("stopped" if server.stop() else "nothing was running", file=sys.stderr)


def _urls(outputs: dict[str, str]) -> dict[str, str]:
    return {
        "http": outputs["HttpUrl"],
        "webSocket": stack.socket_address() if server.is_localstack() else place.as_websocket(outputs["WebSocketUrl"]),
        "management": outputs["ManagementUrl"],
    }


def _print(urls: dict[str, str], table: str, options: argparse.Namespace) -> None:
    query = "?ticket=" if options.auth == "required" else "?room_id=1&user_id=123"
    people = sys.stderr if options.json else sys.stdout
    print(f"HTTP        {urls['http']}", file=people)
    print(f"WebSocket   {urls['webSocket']}{query}", file=people)
    print(f"management  {urls['management']}/@connections/CONNECTION_ID", file=people)
    print(f"DynamoDB    {table}", file=people)
    root = place.ROOT | {"AWS_DEFAULT_REGION": place.REGION, "AWS_ENDPOINT_URL": place.endpoint()}
    print("Credentials " + " ".join(f"{name}={value}" for name, value in root.items()), file=people)
    if options.json:
        print(json.dumps(urls))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./localstack/", description=__doc__)
    commands = parser.add_subparsers(required=True)
    starting = commands.add_parser("up", help="deploy the chat to an emulator, or update it there")
    starting.add_argument("--json", action="store_true", help="the URLs as the last line of stdout")
    starting.add_argument("--auth", choices=["required", "trusted"], default="trusted")
    starting.add_argument("--no-demo", action="store_true", help="start without demo data")
    starting.add_argument("--functions", type=Path, metavar="DIR", help="built ones, nothing is compiled")
    starting.set_defaults(run=up)
    commands.add_parser("down", help="stop it and forget its data").set_defaults(run=down)
    return parser.parse_args()


def main() -> int:
    """Runs the command. Every failure is one line on stderr."""
    options = _arguments()
    try:
        options.run(options)
    except (Failure, ClientError, BotoCoreError, OSError, ValueError) as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


sys.exit(main())

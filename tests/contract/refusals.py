"""Shows that the emulator of ./localstack/up refuses what AWS refuses: calls without a good signature, and
those of a function that no statement of its policies allows."""

import contextlib
import json
import sys
import urllib.error
import urllib.request

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from emulator import stack
from emulator.cloud import CONFIG, client

STRANGER = "stranger"
UNSIGNED_CALLS = CONFIG.merge(Config(signature_version=UNSIGNED))


def refusal(table: str, **options) -> str | None:
    """With which error DynamoDB refuses a caller with these credentials."""
    try:
        client("dynamodb", **options).get_item(TableName=table, Key={"pk": {"S": "x"}, "sk": {"S": "x"}})
    except ClientError as error:
        return error.response["Error"]["Code"].removesuffix("Exception")
    return None


@contextlib.contextmanager
def stranger():
    """Credentials of a user who may do nothing. The root's would not do: their signature is not looked at."""
    iam = client("iam")
    iam.create_user(UserName=STRANGER)
    key = iam.create_access_key(UserName=STRANGER)["AccessKey"]
    try:
        yield {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    finally:
        iam.delete_access_key(UserName=STRANGER, AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName=STRANGER)


def put_user(http: str) -> int:
    """How the function PutUser answers."""
    request = urllib.request.Request(f"{http}/api/v1/chat/users/1", b'{"name": "Ada"}', method="PUT")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(request, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code


@contextlib.contextmanager
def without_its_statement(function: str):
    """Takes the function's own policy away for a while."""
    iam, role = client("iam"), stack.physical_id(f"{function}Role")
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=name)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


def main() -> int:
    outputs = stack.outputs()
    table, http = outputs["TableName"], outputs["HttpUrl"]
    found = [
        ("DynamoDB with the root's signature", refusal(table), None),
        ("DynamoDB without a signature", refusal(table, config=UNSIGNED_CALLS), "MissingAuthenticationToken"),
    ]
    with stranger() as own:
        wrong = own | {"aws_secret_access_key": "another"}
        found += [
            ("DynamoDB with another secret", refusal(table, **wrong), "InvalidSignature"),
            ("DynamoDB with no policy", refusal(table, **own), "AccessDenied"),
        ]
    found.append(("DynamoDB with nobody's key", refusal(table, **own), "UnrecognizedClient"))
    with without_its_statement("PutUser"):
        found.append(("PutUser without its statement", put_user(http), 500))
    found.append(("PutUser with its statement", put_user(http), 200))
    unlike = [f"{what}: expected {wanted}, came {came}" for what, came, wanted in found if came != wanted]
    print("\n".join(unlike) or f"the emulator refuses as AWS does: {len(found)} calls tried")
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main())

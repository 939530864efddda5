"""The deployed stack: created or updated, and repaired where emulators drop what it says."""

import sys
import time

from botocore.exceptions import ClientError

from . import place, template as templates
from .cloud import client
from .failure import Failure, one_line

DEADLINE = 300


def deploy(template_url: str, parameters: dict[str, str]) -> None:
    """Creates the stack or updates it in place."""
    cloud = client("cloudformation")
    request = {
        "StackName": place.STACK,
        "TemplateURL": template_url,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }
    try:
        if _status(cloud) is None:
            cloud.create_stack(**request)
        else:
            cloud.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    _wait(cloud)


def outputs() -> dict[str, str]:
    """The stack's outputs by name."""
    described = client("cloudformation").describe_stacks(StackName=place.STACK)
    return {output["OutputKey"]: output["OutputValue"] for output in described["Stacks"][0]["Outputs"]}


def physical_id(logical_id: str) -> str:
    """What the stack's resource is called in its service."""
    cloud = client("cloudformation")
    found = cloud.describe_stack_resource(StackName=place.STACK, LogicalResourceId=logical_id)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def socket_address() -> str:
    """Where LocalStack serves the WebSocket API: a port of its own, without a stage."""
    return client("apigatewayv2").get_api(ApiId=physical_id("WebSocketApi"))["ApiEndpoint"]


def repair() -> None:
    """Sets what the template says and emulators do not take from it: CORS and expiry."""
    template = templates.read()
    for name, block in templates.resources(template, "AWS::ApiGatewayV2::Api").items():
        if cors := block["Properties"].get("CorsConfiguration"):
            client("apigatewayv2").update_api(ApiId=physical_id(name), CorsConfiguration=cors)
    for name, block in templates.resources(template, "AWS::DynamoDB::Table").items():
        if expiry := block["Properties"].get("TimeToLiveSpecification"):
            _expire(physical_id(name), expiry)


def _expire(table: str, expiry: dict) -> None:
    dynamodb = client("dynamodb")
    status = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if status["TimeToLiveStatus"] != "ENABLED":
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)


def _status(cloud) -> str | None:
    try:
        return cloud.describe_stacks(StackName=place.STACK)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _wait(cloud) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        status = _status(cloud) or "deleted"
        if status.endswith("_IN_PROGRESS"):
            time.sleep(0.2)
            continue
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            print(f"stack {place.STACK}: {status}", file=sys.stderr)
            return
        raise Failure(f"the stack is not deployed ({status}): {_reason(cloud)}")
    raise Failure(f"the stack was not deployed within {DEADLINE} s")


def _reason(cloud) -> str:
    """What failed first, the cause of all else."""
    try:
        events = cloud.describe_stack_events(StackName=place.STACK)["StackEvents"]
    except ClientError as error:
        return one_line(error)
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    ]
    return reasons[-1] if reasons else "no reason given"

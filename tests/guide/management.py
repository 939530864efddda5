"""boto3's apigatewaymanagementapi client against the edge: python management.py PORT

The developer's credentials are where AWS's own programs look for them: in the environment.
"""

import datetime
import json
import os
import sys
import time

import boto3
import requests
import websocket
from botocore.config import Config

PORT = sys.argv[1]
HOST = f"127.0.0.1:{PORT}"
TIMEOUT = 10
DEVELOPER = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])

client = boto3.client(
    "apigatewaymanagementapi",
    endpoint_url=f"http://{HOST}/prod",
    region_name="us-east-1",
    config=Config(retries={"max_attempts": 0}, connect_timeout=TIMEOUT, read_timeout=TIMEOUT),
)


def connection_ids():
    return {connection["connectionId"] for connection in edge("connections")}


def edge(name):
    url = f"http://{HOST}/_edge/{name}"
    return requests.get(url, auth=DEVELOPER, timeout=TIMEOUT).json()


def connect(user):
    """A member's socket in room 1, with its connection id."""
    before = connection_ids()
    url = f"ws://{HOST}/ws/chat/1?user_id={user}"
    socket = websocket.create_connection(url, timeout=TIMEOUT, header=["User-Agent: probe/1.0"])
    (connection,) = connection_ids() - before
    quiet()
    return socket, connection


def quiet():
    """Waits until everybody has heard of what was written: events come behind the table's stream."""
    ends_at = time.monotonic() + TIMEOUT
    while time.monotonic() < ends_at:
        mappings = edge("event-sources")
        if all(mapping["isUpToDate"] for mapping in mappings if mapping["windowSeconds"] == 0):
            return
        time.sleep(0.01)
    raise AssertionError("the stream is not worked off")


def raises(exception, call):
    try:
        call()
    except exception as raised:
        return raised.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"no {exception.__name__}")


def post(connection, text):
    return client.post_to_connection(ConnectionId=connection, Data=text.encode())


def posts_and_gets(socket, connection):
    post(connection, "안녕")
    assert socket.recv() == "안녕"
    described = client.get_connection(ConnectionId=connection)
    now = datetime.datetime.now(datetime.timezone.utc)
    for field in ("ConnectedAt", "LastActiveAt"):
        assert abs(now - described[field]) < datetime.timedelta(minutes=1), described
    assert described["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "probe/1.0"}, described


def refuses_what_is_too_large(socket, connection):
    large = client.exceptions.PayloadTooLargeException
    assert raises(large, lambda: post(connection, "x" * 131_073)) == 413
    post(connection, "x" * 131_072)
    assert len(socket.recv()) == 131_072


def deletes(witness, socket, connection):
    client.delete_connection(ConnectionId=connection)
    code, frame = socket.recv_data(control_frame=True)
    assert code == websocket.ABNF.OPCODE_CLOSE, (code, frame)
    assert int.from_bytes(frame[:2], "big") == 1000, frame
    offline = json.loads(witness.recv())
    assert (offline["type"], offline["user_id"]) == ("member_offline", 3), offline
    gone = client.exceptions.GoneException
    for call in (client.get_connection, client.delete_connection):
        assert raises(gone, lambda call=call: call(ConnectionId=connection)) == 410
    assert raises(gone, lambda: post(connection, "x")) == 410


def refuses_more_than_a_client_buffers(connection):
    def flood():
        for _ in range(1000):
            post(connection, "x" * 120_000)

    assert raises(client.exceptions.LimitExceededException, flood) == 429


def main():
    witness, _ = connect(2)
    socket, connection = connect(3)
    assert json.loads(witness.recv())["type"] == "member_online"
    posts_and_gets(socket, connection)
    refuses_what_is_too_large(socket, connection)
    deletes(witness, socket, connection)
    _unread, connection = connect(4)
    refuses_more_than_a_client_buffers(connection)


main()

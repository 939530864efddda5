"""Clients of the emulator's services."""

import boto3
from botocore.config import Config

from . import place

# Never through a proxy, and patient: the first call of a function is slow on a busy machine.
CONFIG = Config(proxies={}, connect_timeout=5, read_timeout=120, retries={"max_attempts": 2})


def client(service: str):
    """A client with the credentials that every emulator takes."""
    return boto3.client(
        service,
        endpoint_url=place.endpoint(),
        region_name=place.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )

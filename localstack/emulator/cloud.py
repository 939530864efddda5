"""Clients of the emulator's services."""

import boto3
from botocore.config import Config

from . import place

# Never through a proxy, and patient: the first call of a function is slow on a busy machine.
CONFIG = Config(proxies={}, connect_timeout=5, read_timeout=120, retries={"max_attempts": 2})


def client(service: str, **options):
    """A client of the account's root, unless the options of boto3 say otherwise."""
    root = {name.lower(): value for name, value in place.ROOT.items()}
    defaults = root | {"endpoint_url": place.endpoint(), "region_name": place.REGION, "config": CONFIG}
    return boto3.client(service, **defaults | options)

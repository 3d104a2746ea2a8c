"""AWS clients, made on first use and kept for the life of the process. Never made at import."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_stepfunctions import SFNClient


@cache
def dynamodb() -> DynamoDBClient:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "dynamodb",
        config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 4}),
    )


@cache
def s3() -> S3Client:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=2,
            read_timeout=30,
            signature_version="s3v4",
            # Signed addresses name the region's own host: the global one redirects for a new bucket, which breaks them.
            s3={"addressing_style": "virtual"},
            retries={"mode": "standard", "max_attempts": 4},
        ),
    )


@cache
def stepfunctions() -> SFNClient:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "stepfunctions",
        config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3}),
    )


@cache
def functions() -> LambdaClient:
    """Lambda, for short synchronous calls. A call is made once: whoever needs it twice decides that itself."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "lambda",
        config=Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1}),
    )


@cache
def functions_within(seconds: int) -> LambdaClient:
    """Lambda, for one synchronous call that may take so long and no longer."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "lambda",
        config=Config(connect_timeout=2, read_timeout=seconds, retries={"mode": "standard", "total_max_attempts": 1}),
    )


@cache
def converters(wait_seconds: int) -> LambdaClient:
    """Lambda, for conversions: waits so long for an answer, and never asks twice."""
    return functions_within(wait_seconds)


@cache
def secretsmanager() -> SecretsManagerClient:
    import boto3

    return boto3.client("secretsmanager")

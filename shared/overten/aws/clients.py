"""AWS clients, made on first use and kept for the life of the process. Never made at import."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
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
def events() -> EventBridgeClient:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "events", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    )


@cache
def sqs() -> SQSClient:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    )


@cache
def scheduler() -> Any:
    """EventBridge Scheduler."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "scheduler", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    )


@cache
def secretsmanager() -> SecretsManagerClient:
    import boto3

    return boto3.client("secretsmanager")

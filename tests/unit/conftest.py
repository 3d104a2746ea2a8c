"""Fakes for unit tests. Stores run against moto's tables, made from the template so that keys and indexes agree."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import boto3
import moto
import moto.dynamodb.models
import pytest

from overten.aws import clients
from overten.config import forget_settings
from overten.runs import open_tasks
from tests.cloudformation import resources

TABLES = {"OrgsTable": "orgs", "KeysTable": "keys", "RunsTable": "runs", "LedgerTable": "ledger"} | {
    "LinksTable": "links",
    "AssetsTable": "assets",
    "CountersTable": "counters",
    "WebhooksTable": "webhooks",
}
ENVIRONMENT = {
    "STAGE": "local",
    **{f"{name.upper()}_TABLE": name for name in TABLES.values()},
    "BUCKET": "documents",
    "LOGO_FETCH_FUNCTION": "logo_fetch",
    "EXPORT_VALUES_FUNCTION": "export-values",
    "EXPORT_OFFICE_FUNCTION": "export-office",
    "ASSETS_CHECK_FUNCTION": "assets-check",
    "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:generate",
    "EVENT_BUS": "events",
    "WEBHOOK_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/webhooks",
    "SCHEDULER_TARGET_ARN": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
    "SCHEDULER_GROUP": "webhooks",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/schedules",
    "SCHEDULER_DEAD_LETTERS_ARN": "arn:aws:sqs:us-east-1:123456789012:dead",
    "FIREBASE_PROJECT_ID": "overten-test",
    "FIREBASE_JWKS_URL": "http://127.0.0.1:1/never-fetched",
    "MODEL_PROVIDER": "builtin",
    "PUBLIC_BASE_URL": "https://api.example.com/api",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A function's environment, with nothing of the developer's own AWS settings."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    forget_settings()
    open_tasks.forget_reading()
    yield
    forget_settings()
    open_tasks.forget_reading()


@pytest.fixture
def aws(environment: None) -> Iterator[None]:
    """Empty tables and an empty bucket, as the template declares them."""
    # A session of boto3 reads the descriptions of its services anew, so that all tests share one.
    with moto.mock_aws(config={"core": {"reset_boto3_session": False}}):
        _forget_clients()
        _make_tables()
        boto3.client("s3").create_bucket(Bucket="documents")
        yield
    _forget_clients()


_empty_tables: dict[str, Any] = {}


def _make_tables() -> None:
    """Making them through the API takes longer than most tests. So it is done once; then moto gets copies of them."""
    backend = moto.dynamodb.models.dynamodb_backends["123456789012"]["us-east-1"]
    if not _empty_tables:
        _declare_tables()
        _empty_tables.update(copy.deepcopy(backend.tables))
    backend.tables.update(copy.deepcopy(_empty_tables))


def _declare_tables() -> None:
    dynamodb = boto3.client("dynamodb")
    declared = resources("AWS::DynamoDB::Table")
    for resource, name in TABLES.items():
        properties = declared[resource]
        indexes = properties.get("GlobalSecondaryIndexes")
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=properties["AttributeDefinitions"],
            KeySchema=properties["KeySchema"],
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )


def _forget_clients() -> None:
    for client in (
        clients.dynamodb,
        clients.s3,
        clients.stepfunctions,
        clients.secretsmanager,
        clients.functions,
        clients.functions_within,
        clients.events,
        clients.sqs,
        clients.scheduler,
    ):
        client.cache_clear()


class AwsCalls(list[str]):
    """The names of the AWS operations called, in order."""


@pytest.fixture
def aws_calls(aws: None) -> AwsCalls:
    """Counts the AWS calls a test makes, through boto3's own events."""
    calls = AwsCalls()
    for client in (clients.dynamodb(), clients.s3(), clients.stepfunctions()):
        client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    return calls

"""The model provider's key, in Secrets Manager."""

from __future__ import annotations

from pydantic import SecretStr

from overten.aws import clients


def read(secret_arn: str) -> SecretStr:
    """The secret's text."""
    return SecretStr(clients.secretsmanager().get_secret_value(SecretId=secret_arn)["SecretString"])

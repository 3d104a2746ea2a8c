from __future__ import annotations

import pytest

from local.environment import client_environment, emulator_environment
from local.settings import Settings

SETTINGS = Settings(emulator_port=4599)
DEVELOPERS_SHELL = {
    "PATH": "/usr/bin",
    "HOME": "/home/dev",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_CONFIG_FILE": "/home/dev/.aws/config",
    "AWS_ENDPOINT_URL_S3": "https://s3.eu-west-1.amazonaws.com",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/real",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "aws_region": "eu-west-1",
    "OPENAI_API_KEY": "secret",
    "OVERTEN_TRACE": "1",
    "HTTPS_PROXY": "http://proxy:3128",
    "NO_PROXY": "intranet",
}

both = pytest.mark.parametrize("environment", [client_environment, emulator_environment])


@both
def test_every_aws_endpoint_is_the_emulator(environment):
    made = environment(SETTINGS, DEVELOPERS_SHELL)

    assert made["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert [name for name in made if name.startswith("AWS_ENDPOINT_URL_")] == []
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" not in made


@both
def test_nothing_of_the_developers_aws_account_is_left(environment):
    made = environment(SETTINGS, DEVELOPERS_SHELL)

    assert {name: value for name, value in made.items() if name.upper().startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4599",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@both
def test_calls_to_this_machine_bypass_the_proxy(environment):
    made = environment(SETTINGS, DEVELOPERS_SHELL)

    assert made["NO_PROXY"] == made["no_proxy"] == "intranet,127.0.0.1,localhost"
    assert made["HTTPS_PROXY"] == "http://proxy:3128"


def test_functions_see_no_secret_of_the_shell():
    made = emulator_environment(SETTINGS, DEVELOPERS_SHELL)

    assert "OPENAI_API_KEY" not in made
    assert made["OVERTEN_TRACE"] == "1"


def test_emulator_listens_on_loopback_enforces_permissions_and_keeps_its_state():
    made = emulator_environment(SETTINGS, {})

    assert made["BIND_HOST"] == "127.0.0.1"
    assert (made["IOT_MTLS_ENABLED"], made["SFTP_ENABLED"]) == ("0", "0")
    assert made["AUTH"] == "true"
    assert (made["PERSIST_STATE"], made["S3_PERSIST"]) == ("1", "1")
    assert made["STATE_DIR"].startswith(str(SETTINGS.state))

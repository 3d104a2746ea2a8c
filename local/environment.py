"""The environments that the emulator and the AWS tools run in.

The one dangerous mistake of a local stack is to reach a real AWS account with the developer's own credentials. So
every process is started with the endpoint forced to the emulator and with nothing of the developer's AWS configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.settings import LOOPBACK, REGION, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a function may see of the developer's shell. Everything named OVERTEN_* passes too.
_PASSED_ON = {
    "HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TZ", "USER",
    "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE",
    "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy",
}  # fmt: skip


def client_environment(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """For `sam` and scripts: `base` without anything of AWS, pointed at the emulator as its root user."""
    environment = {name: value for name, value in base.items() if not name.upper().startswith("AWS_")}
    environment.update(_emulator_only(settings))
    environment.update(
        NO_PROXY=_no_proxy(base),
        no_proxy=_no_proxy(base),
        SAM_CLI_TELEMETRY="0",
        # sam checks that the interpreter of the functions' runtime is on the path, and runs its pip.
        PATH=f"{settings.python('sam').parent}:{base.get('PATH', '')}",
    )
    return environment


def emulator_environment(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """For the emulator and the functions it starts: a short list of variables, loopback only, state kept on disk."""
    environment = {name: value for name, value in base.items() if name in _PASSED_ON or name.startswith("OVERTEN_")}
    environment.update(_emulator_only(settings))
    environment.update(
        NO_PROXY=_no_proxy(base),
        no_proxy=_no_proxy(base),
        BIND_HOST=LOOPBACK,
        MINISTACK_HOST=LOOPBACK,
        MINISTACK_REGION=REGION,
        GATEWAY_PORT=str(settings.emulator_port),
        AUTH="true",
        PERSIST_STATE="1",
        STATE_DIR=str(settings.state / "emulator"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(settings.state / "s3"),
        TMPDIR=str(settings.data / "tmp"),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_WARM_TTL_SECONDS="60",
        LOG_LEVEL="INFO",
        PYTHONUNBUFFERED="1",
    )
    return environment


def _emulator_only(settings: Settings) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": settings.emulator_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _no_proxy(base: Mapping[str, str]) -> str:
    """The developer's exceptions and this machine itself, which no proxy can reach."""
    theirs = base.get("NO_PROXY") or base.get("no_proxy") or ""
    return ",".join(filter(None, [theirs, LOOPBACK, "localhost"]))

"""`sam deploy` of the localised template to the emulator, skipped when the emulator holds the same already."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

from local import parameters
from local.build import digest, overrides, run_sam
from local.localise import localise
from local.processes import LocalStackError
from local.settings import REGION, STACK_NAME, STAGE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from local.settings import Settings

_ARTIFACTS = "overten-local-artifacts"
_MODEL_KEY = "overten-local/model-key"
_DEPLOYED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True)
class Deployment:
    """What the front and the tests need to know of a deployed stack."""

    api_id: str
    resources: dict[str, str]
    """Physical names by logical id."""
    functions: dict[str, str]
    """The functions' names by logical id."""
    template: str
    """The built template, for the gateway's own responses."""

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, file: Path) -> Deployment:
        return cls(**json.loads(file.read_text()))


def client(settings: Settings, service: str) -> Any:
    """A boto3 client of the emulator, as its root user, whatever the caller's own AWS settings are."""
    create: Any = boto3.client
    return create(
        service,
        endpoint_url=settings.emulator_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator's root user
        # s3v4: what boto3 presigns by default here is the older scheme, which binds less of the request.
        config=Config(signature_version="s3v4" if service == "s3" else None, connect_timeout=2, read_timeout=310),
    )


def deploy(settings: Settings) -> tuple[Deployment, bool]:
    """Brings the emulator's stack up to what was built. The flag tells whether anything had to be deployed."""
    template = settings.build / "template.yaml"
    localised = localise(
        yaml.safe_load(template.read_text()),
        build=settings.build,
        code=settings.code,
        runtime_python=settings.python("runtime"),
    )
    localised_file = settings.data / "template.local.yaml"
    localised_file.write_text(yaml.safe_dump(localised, sort_keys=False))
    values = {
        name: value
        for name, value in parameters.parameters(settings).items()
        if name in localised.get("Parameters", {})
    }
    if settings.model.api_key:
        values["ModelApiKeySecretArn"] = _keep_secret(settings, settings.model.api_key)
    deployed = {"digest": digest(_deployed_files(settings, localised_file)), "parameters": values}
    stamp = settings.state / "deployed.json"
    changed = not (
        stamp.exists() and json.loads(stamp.read_text()) == deployed and _stack_status(settings) in _DEPLOYED
    )
    if changed:
        stamp.unlink(missing_ok=True)
        _delete_if_unusable(settings)
        try:
            _sam_deploy(settings, localised_file, values)
        except LocalStackError as error:
            raise LocalStackError("\n".join([str(error), *_failures(settings)])) from error
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(json.dumps(deployed))
    deployment = _describe(settings, template)
    deployment.save(settings.stack_file)
    return deployment, changed


def _keep_secret(settings: Settings, text: str) -> str:
    """Puts the model server's key where the functions look for it, as on AWS. Returns the secret's ARN."""
    secrets = client(settings, "secretsmanager")
    try:
        return str(secrets.create_secret(Name=_MODEL_KEY, SecretString=text)["ARN"])
    except secrets.exceptions.ResourceExistsException:
        return str(secrets.put_secret_value(SecretId=_MODEL_KEY, SecretString=text)["ARN"])


def _deployed_files(settings: Settings, localised_file: Path) -> list[Path]:
    """What the emulator holds copies of. Not the functions' code: their bootstraps run it from disk."""
    copied = [
        file
        for folder in ("definitions", "bootstrap")
        for file in (settings.code / folder).rglob("*")
        if file.is_file()
    ]
    return [localised_file, *copied]


def _stack_status(settings: Settings) -> str:
    try:
        stacks = client(settings, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return ""
        raise
    return str(stacks[0]["StackStatus"])


def _delete_if_unusable(settings: Settings) -> None:
    """A stack whose creation failed can only be deleted; nothing of worth is in it."""
    if _stack_status(settings) in {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}:
        cloudformation = client(settings, "cloudformation")
        cloudformation.delete_stack(StackName=STACK_NAME)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )


def _failures(settings: Settings) -> list[str]:
    """What CloudFormation says of each resource that failed; sam prints it in columns a few letters wide."""
    try:
        events = client(settings, "cloudformation").describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    except ClientError:
        return []
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}" for event in failed]


def _sam_deploy(settings: Settings, localised_file: Path, values: dict[str, str]) -> None:
    client(settings, "s3").create_bucket(Bucket=_ARTIFACTS)
    run_sam(
        settings,
        "deploy",
        *("--template-file", str(localised_file), "--stack-name", STACK_NAME, "--region", REGION),
        *(
            "--s3-bucket",
            _ARTIFACTS,
            "--capabilities",
            "CAPABILITY_IAM",
            "CAPABILITY_NAMED_IAM",
            "CAPABILITY_AUTO_EXPAND",
        ),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *(("--parameter-overrides", *overrides(values)) if values else ()),
    )


def _describe(settings: Settings, template: Path) -> Deployment:
    pages = client(settings, "cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
    resources = {summary["LogicalResourceId"]: summary.get("PhysicalResourceId", "") for summary in summaries}
    by_type = {summary["LogicalResourceId"]: summary["ResourceType"] for summary in summaries}
    functions = {name: resources[name] for name, kind in by_type.items() if kind == "AWS::Lambda::Function"}
    apis = [resources[name] for name, kind in by_type.items() if kind == "AWS::ApiGateway::RestApi"]
    return Deployment(api_id=apis[0] if apis else "", resources=resources, functions=functions, template=str(template))


def execute_api_url(settings: Settings, api_id: str) -> str:
    """Where the emulator serves the stage."""
    return f"{settings.emulator_url}/_aws/execute-api/{api_id}/{STAGE_NAME}"

"""The operator's command, with the function called in place of a stack's."""

from __future__ import annotations

import importlib
import io
import json
import time
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from admin import operate
from admin.operate import main
from local.settings import Settings
from overten.accounts import service
from overten.accounts.models import NewKey, Org, User
from tests.unit.api.conftest import log

__all__ = ["log"]
# What the function logs is kept apart from what the command prints.
pytestmark = pytest.mark.usefixtures("log")


@pytest.fixture
def org(aws: None) -> Org:
    made: tuple[Org, NewKey] = service.sign_up(
        User(uid="ana"), org_name="Acme", tier="free", key_name="default", now=time.time()
    )
    return made[0]


def run(*arguments: str) -> int:
    return main(arguments, invoke=lambda action: importlib.import_module("operate").handler(action, None))


def test_a_grant_is_told_with_the_balance_and_a_repeat_as_one(org: Org, capsys: pytest.CaptureFixture[str]) -> None:
    grant = ("grant", org.org_id, "1500", "--note", "pilot", "--reference", "inv-42")
    assert run(*grant) == 0
    assert "Booked +1,500 credits" in (told := capsys.readouterr().out)
    assert "Balance: 1,700 available, 0 held." in told
    assert run(*grant) == 0
    assert "not booked again" in capsys.readouterr().out


def test_an_adjustment_may_be_negative(org: Org, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("adjust", org.org_id, "-50", "--note", "double charge", "--reference", "t-1") == 0
    assert "-50 credits" in (told := capsys.readouterr().out)
    assert "150 available" in told
    assert run("adjust", org.org_id, "-151", "--note", "too much", "--reference", "t-2") == 1
    assert "Only 150 credits are available" in capsys.readouterr().err


def test_every_other_command_says_what_it_did(org: Org, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told in (
        (("change-tier", org.org_id, "pro"), "tier pro; 1 keys rewritten"),
        (("suspend", org.org_id), "is suspended"),
        (("reinstate", org.org_id), "is active"),
        (("add-member", org.org_id, "ben", "admin"), "ben is admin of"),
        (("show-org", org.org_id), "admin   ben"),
        (("remove-member", org.org_id, "ben"), "no longer a member"),
        (("remove-member", org.org_id, "ana"), "has no owner now"),
        (("check-ledger", org.org_id), "The books balance."),
    ):
        assert run(*arguments) == 0
        assert told in capsys.readouterr().out


def test_the_whole_answer_as_json_wherever_the_option_stands(org: Org, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("--json", "show-org", org.org_id), ("show-org", org.org_id, "--json")):
        assert run(*arguments) == 0
        shown: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert shown["members"][0]["uid"] == "ana"
        assert "key_hash" not in shown["keys"][0]
        assert "webhook_secret" not in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("suspend", "org_unknown"), "not_found: No such organization."),
        (
            ("change-tier", "org_unknown", "gold"),
            "invalid_request: tier: Input should be 'free', 'pro' or 'enterprise'",
        ),
        (("grant", "org_x", "0", "--note", "n", "--reference", "r"), "invalid_request: credits: "),
        (("grant", "org_x", "5", "--note", "n", "--reference", "a b"), "invalid_request: reference: "),
        (("adjust", "org_x", "0", "--note", "n", "--reference", "r"), "an adjustment of nothing is none"),
    ],
)
def test_mistakes_are_told_without_a_stack_trace(
    aws: None, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert run(*arguments) == 1
    shown = capsys.readouterr()
    assert told in shown.err
    assert "Traceback" not in shown.err + shown.out


@pytest.mark.parametrize(
    "arguments", [(), ("grant", "org_x"), ("grant", "org_x", "many", "--note", "n"), ("nonsense",)]
)
def test_a_wrong_command_is_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_without_a_local_stack_it_says_so(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(operate.Settings, "from_environment", lambda: Settings(data=tmp_path))
    assert main(["suspend", "org_x"]) == 1
    assert "The local stack is not running" in capsys.readouterr().err


def test_without_a_region_it_asks_for_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert main(["suspend", "org_x", "--stack", "overten"]) == 1
    assert "Set AWS_REGION" in capsys.readouterr().err


class FakeAccount:
    """Stands for an AWS account: its stacks' outputs, who the caller is, and what the function was sent."""

    region_name = "eu-west-1"
    stacks: ClassVar[dict[str, dict[str, str]]] = {"overten": {"OperateFunctionName": "overten-Operate"}, "older": {}}

    def __init__(self, **_: Any) -> None:
        pass

    def client(self, _service: str, **_: Any) -> FakeAccount:
        return self

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        if StackName not in self.stacks:
            problem = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": problem}, "DescribeStacks")  # type: ignore[arg-type]
        outputs = self.stacks[StackName].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs]}]}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:sts::123456789012:assumed-role/operator/jo"}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        sent = json.loads(Payload)
        assert (FunctionName, sent["by"]) == ("overten-Operate", self.get_caller_identity()["Arn"])
        sent.pop("by")
        message = " ".join(sent.values())
        return {"Payload": io.BytesIO(json.dumps({"success": False, "error": "echo", "message": message}).encode())}


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        ("overten", "echo: org_x suspend"),
        ("older", "has no output OperateFunctionName"),
        ("missing", "Stack with id missing does not exist"),
    ],
)
def test_a_stack_in_aws_is_found_by_its_output_and_told_who_acts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stack: str, told: str
) -> None:
    monkeypatch.setattr(operate.boto3, "Session", FakeAccount)
    assert main(["suspend", "org_x", "--stack", stack]) == 1
    assert told in capsys.readouterr().err


def test_a_function_that_fails_is_told_with_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken:
        def invoke(self, **_: Any) -> dict[str, Any]:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "boom"}')}

    assert main(["suspend", "org_x"], invoke=lambda action: operate._invoke(Broken(), "name", action)) == 1
    assert "/operate" in capsys.readouterr().err

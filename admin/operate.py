"""An operator's command: grants, tiers, suspensions, members. `make operate ARGS="…"` or `python -m admin.operate …`.

It invokes the stack's function Operate: of the local stack, or with --stack of a stack in AWS, with the credentials
that the AWS tools use. Exit code 0: done. 1: refused or not reachable, with the reason. 2: the command is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import processes
from local.deploy import Deployment
from local.deploy import client as local_client
from local.settings import Settings
from local.stack import lock_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

type Answer = dict[str, Any]
type Invoke = Callable[[dict[str, Any]], Answer]
_OUTPUT = "OperateFunctionName"


class OperateError(Exception):
    """The function could not be reached, or failed; the message says why."""


def main(arguments: Sequence[str] | None = None, *, invoke: Invoke | None = None) -> int:
    """Runs one command and prints what came of it. `invoke` stands in for the stack in tests."""
    options = vars(_parser().parse_args(arguments))
    stack, as_json = options.pop("stack"), options.pop("json")
    action = {name: value for name, value in options.items() if value is not None}
    try:
        answer = (invoke or _target(stack))(action)
    except OperateError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused or could not be reached: {error}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
    elif answer["success"]:
        print(describe(answer))
    if not answer["success"]:
        print(f"{answer['error']}: {answer['message']}", file=sys.stderr)
    return 0 if answer["success"] and answer.get("balanced", True) else 1


def _target(stack: str | None) -> Invoke:
    return _deployed(stack) if stack else of_local_stack(Settings.from_environment())


def of_local_stack(settings: Settings) -> Invoke:
    """Invokes the function of the stack that `make run` keeps up."""
    if processes.holder(lock_file(settings)) is None:
        raise OperateError("The local stack is not running. Start it with `make run`, or name one in AWS with --stack.")
    settings = settings.of_running_stack()
    function = Deployment.load(settings.stack_file).functions.get("OperateFunction")
    if function is None:
        raise OperateError("The running local stack has no such function yet. Start it again with: make run")
    return lambda action: _invoke(local_client(settings, "lambda"), function, {**action, "by": "local"})


def _deployed(stack: str) -> Invoke:
    """Invokes the function of a stack in AWS, in the caller's own name."""
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)  # boto3 itself reads another name only
    if not session.region_name:
        raise OperateError("Which region? Set AWS_REGION, or a region in your AWS profile.")
    [found] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    if _OUTPUT not in outputs:
        raise OperateError(f"The stack '{stack}' has no output {_OUTPUT}. Deploy a version that has, first.")
    identity = session.client("sts").get_caller_identity()["Arn"]
    # Not tried again by itself: the operator sees that an answer was lost, and repeats the command.
    config = Config(connect_timeout=5, read_timeout=310, retries={"total_max_attempts": 1})
    client = session.client("lambda", config=config)
    return lambda action: _invoke(client, outputs[_OUTPUT], {**action, "by": identity[-200:]})


def _invoke(client: Any, function: str, action: dict[str, Any]) -> Answer:
    response = client.invoke(FunctionName=function, Payload=json.dumps(action).encode())
    payload = json.loads(response["Payload"].read())
    if "FunctionError" in response or not isinstance(payload, dict) or "success" not in payload:
        raise OperateError(
            "The function failed; its log group /<stack>/operate says why. Repeating the command is safe:"
            " nothing is booked twice for one reference."
        )
    return payload


def describe(answer: Answer) -> str:
    """What was done, for people."""
    match answer["action"]:
        case "grant" | "adjust":
            done = "Booked" if answer["booked"] else "Had been booked before, and was not booked again:"
            return f"{done} {answer['credits']:+,} credits as {answer['entry_id']}.\n{_balance(answer['balance'])}"
        case "change_tier" | "suspend" | "reinstate":
            return (
                f"{answer['org_id']} is {answer['status']}, tier {answer['tier']};"
                f" {answer['keys_rewritten']} keys rewritten. It holds from the next request on."
            )
        case "add_member":
            return f"{answer['uid']} is {answer['role']} of {answer['org_id']}."
        case "remove_member":
            return _describe_removal(answer)
        case "check_ledger":
            verdict = "The books balance." if answer["balanced"] else "THE BOOKS DO NOT BALANCE."
            return f"{verdict}\n{_balance(answer['balance'])}\nSum of the ledger: {_amounts(answer['sums'])}"
        case _:
            return _describe_org(answer)


def _describe_removal(answer: Answer) -> str:
    lines = [f"{answer['uid']} is no longer a member of {answer['org_id']}."]
    lines += [f"Revoked key {key_id}." for key_id in answer["revoked_key_ids"]]
    if not answer["owners_left"]:
        lines.append("The organization has no owner now: add one with add-member.")
    return "\n".join(lines)


def _describe_org(answer: Answer) -> str:
    lines = [
        f"{answer['org_name']} ({answer['org_id']}), tier {answer['tier']}, {answer['status']},"
        f" since {answer['created_at'][:10]}",
        f"{_balance(answer['balance'])} Running: {answer['running']}.",
        "Members:",
        *(f"  {member['role']:<7} {member['uid']}" for member in answer["members"]),
        "Keys:",
        *(_describe_key(key) for key in answer["keys"]),
    ]
    return "\n".join(lines)


def _describe_key(key: dict[str, str]) -> str:
    shown = f"{key['prefix']}… {key['scope']} '{key['name']}' of {key['creator_uid']}"
    return f"  {key['status']:<8} {key['key_id']} {shown}"


def _balance(balance: dict[str, int]) -> str:
    return f"Balance: {_amounts(balance)}."


def _amounts(balance: dict[str, int]) -> str:
    return f"{balance['available']:,} available, {balance['held']:,} held"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operate", description=(__doc__ or "").partition("\n")[0])
    _add_common(parser, stack=None, json=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text)
        _add_common(command, stack=argparse.SUPPRESS, json=argparse.SUPPRESS)
        command.add_argument("org_id", metavar="ORG", help="the organization's id, org_…")
        command.set_defaults(action=name.replace("-", "_"))
        return command

    for name, help_text in (("grant", "give credits"), ("adjust", "correct the credits available, up or down")):
        booking = add(name, help_text)
        booking.add_argument("credits", metavar="CREDITS", type=int)
        booking.add_argument("--note", required=True, help="shown in the organization's ledger")
        booking.add_argument("--reference", required=True, help="an invoice or ticket; it is booked once")
    add("change-tier", "move to another tier").add_argument("tier", metavar="TIER", help="free, pro or enterprise")
    add("suspend", "refuse every request but GET /verify")
    add("reinstate", "end a suspension")
    member = add("add-member", "add a member, or change their role")
    member.add_argument("uid", metavar="UID", help="the user's Firebase uid")
    member.add_argument("role", metavar="ROLE", help="owner, admin or member")
    add("remove-member", "end a membership and revoke the member's keys").add_argument("uid", metavar="UID")
    add("show-org", "balance, tier, status, members and keys")
    add("check-ledger", "compare the balance with the sums of the ledger")
    return parser


def _add_common(parser: argparse.ArgumentParser, **defaults: Any) -> None:
    """What may stand before the command and after it."""
    stack_help = "a stack in AWS, by its name; without it the local stack"
    parser.add_argument("--stack", default=defaults["stack"], help=stack_help)
    parser.add_argument(
        "--json", action="store_true", default=defaults["json"], help="print the function's whole answer"
    )


if __name__ == "__main__":
    sys.exit(main())

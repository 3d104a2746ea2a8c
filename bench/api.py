"""What a request costs on the local stack, as a ratio to a bare "hello" Lambda on the same stack in the same run.

    make bench

Each request goes to the emulator's own address of the API, past the front, so that only gateway, function and stores
are measured. With one client, rounds are interleaved and medians compared, so that whatever else the machine does falls
on all alike; with sixteen, each asks again as soon as it is answered. While accepting is measured, the state machine
does nothing, so that it is not the work that is measured. AWS calls are counted by an endpoint between the function and
the emulator (local/tap.py), in requests of their own, and must stay within the budgets below.
"""

from __future__ import annotations

import io
import json
import os
import platform
import statistics
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.deploy import client, execute_api_url
from local.settings import REPOSITORY, Settings
from local.stack import Stack
from local.tap import Tap, tapped

ROUNDS = 40
CLIENTS = 16
REQUESTS_AT_ONCE = 320
DOCUMENTS = 5
COUNTED = 5
# Calls to AWS that one request may make, where a new minute of its key does not begin with it.
CALL_BUDGETS = {"GET /verify": 2, "POST /excel/generate": 6}
RESULTS = REPOSITORY / "bench" / "results" / "api.md"
HELLO = "hello (bare Lambda)"
PROMPT = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"
FUNCTIONS = {
    "GET /verify": "VerifyFunction",
    "GET /runs": "RunsListFunction",
    "POST /excel/generate": "ExcelGenerateFunction",
}
_HELLO_CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"
_NOTHING = {"StartAt": "Nothing", "States": {"Nothing": {"Type": "Succeed"}}}


@dataclass
class Measure:
    """One request by so many clients: how long each took, and how long all of them together."""

    name: str
    clients: int
    seconds: list[float]
    elapsed_seconds: float

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p99_ms(self) -> float:
        return sorted(self.seconds)[max(0, round(len(self.seconds) * 0.99) - 1)] * 1000

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.elapsed_seconds


class Api:
    """The product on the stack, called as a client with a key of its own."""

    def __init__(self, stack: Stack) -> None:
        self.url = f"{execute_api_url(stack.settings, stack.deployment.api_id)}/v1"
        user = f"bench-{uuid.uuid4()}"
        token = httpx.post(
            f"{stack.settings.front_url}/local/token",
            json={"uid": user, "email": "b@example.com"},
            trust_env=False,
        ).json()["id_token"]
        answer = httpx.post(
            f"{self.url}/signup",
            headers={"Authorization": f"Bearer {token}"},
            json={"org_name": user, "tier": "enterprise"},
            timeout=60,
            trust_env=False,
        )
        self.http = httpx.Client(
            headers={"Authorization": f"Bearer {answer.raise_for_status().json()['secret']}"},
            timeout=120,
            trust_env=False,
        )

    def verify(self) -> None:
        answer = self.http.get(f"{self.url}/verify")
        assert answer.status_code == 200, answer.text

    def runs(self) -> None:
        answer = self.http.get(f"{self.url}/runs")
        assert answer.status_code == 200, answer.text

    def accept(self) -> str:
        answer = self.http.post(
            f"{self.url}/excel/generate", json={"prompt": PROMPT, "async": True, "idempotency_key": str(uuid.uuid4())}
        )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    def document(self) -> None:
        task_id = self.accept()
        while (task := self.http.get(f"{self.url}/tasks/{task_id}").json())["status"] != "completed":
            assert task["status"] in ("queued", "running"), task
            time.sleep(0.05)


def deploy_hello(settings: Settings) -> str:
    """A function that answers "hello", behind a REST API of its own on the same emulator. Returns its address."""
    root = settings.data / "hello"
    root.mkdir(exist_ok=True)
    (root / "hello.py").write_text(_HELLO_CODE)
    bootstrap = (
        f"#!/bin/sh\ncd {root}\nexport LAMBDA_TASK_ROOT={root} PYTHONPATH={root}\n"
        f'exec {settings.python("runtime")} -m awslambdaric "$_HANDLER"\n'
    )
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, bootstrap)
    role = _role(settings)
    function = client(settings, "lambda").create_function(
        FunctionName="bench-hello",
        Runtime="provided.al2023",
        Role=role,
        Handler="hello.handler",
        MemorySize=1024,
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    gateway = client(settings, "apigateway")
    api_id = gateway.create_rest_api(name="bench-hello")["id"]
    root_id = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    resource_id = gateway.create_resource(restApiId=api_id, parentId=root_id, pathPart="hello")["id"]
    where: dict[str, Any] = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    gateway.put_integration(
        **where,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations",
    )
    gateway.create_deployment(restApiId=api_id, stageName="api")
    client(settings, "lambda").add_permission(
        FunctionName="bench-hello", StatementId="gateway", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )  # fmt: skip
    return f"{execute_api_url(settings, api_id)}/hello"


def _role(settings: Settings) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    created = client(settings, "iam").create_role(RoleName="bench-hello", AssumeRolePolicyDocument=json.dumps(trust))
    return str(created["Role"]["Arn"])


@contextmanager
def idle_machine(stack: Stack) -> Iterator[None]:
    """Executions start and end, and do nothing."""
    machines, arn = client(stack.settings, "stepfunctions"), stack.deployment.resources["GenerateStateMachine"]
    before = machines.describe_state_machine(stateMachineArn=arn)["definition"]
    machines.update_state_machine(stateMachineArn=arn, definition=json.dumps(_NOTHING))
    try:
        yield
    finally:
        machines.update_state_machine(stateMachineArn=arn, definition=before)


def measure(stack: Stack, api: Api) -> tuple[list[Measure], Measure]:
    """Every request by one client and by many; and whole documents, which `GET /runs` then lists."""
    hello_url = deploy_hello(stack.settings)

    def hello() -> None:
        assert api.http.get(hello_url).text == "hello"

    documents = one_by_one({"a workbook, end to end": api.document}, rounds=DOCUMENTS)[0]
    with idle_machine(stack):
        # A key has a minute's requests, and an org fifty open runs: each measurement of accepting has orgs of its own.
        requests = {HELLO: hello, "GET /verify": api.verify, "GET /runs": api.runs}
        alone = one_by_one({**requests, "POST /excel/generate": Api(stack).accept}, rounds=ROUNDS)
        many = [at_once(name, [action]) for name, action in {**requests, "GET /verify": Api(stack).verify}.items()]
        orgs = [Api(stack) for _ in range(REQUESTS_AT_ONCE // 40 + 1)]
        many.append(at_once("POST /excel/generate", [org.accept for org in orgs]))
    return [*alone, *many], documents


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def one_by_one(actions: dict[str, Callable[[], object]], *, rounds: int) -> list[Measure]:
    for action in actions.values():
        action()  # warm
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            times[name].append(timed(action))
    return [Measure(name, 1, seconds, sum(seconds)) for name, seconds in times.items()]


def at_once(name: str, actions: list[Callable[[], object]]) -> Measure:
    """The actions in turn, by clients that each ask again as soon as they are answered."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda n: actions[n % len(actions)](), range(CLIENTS * 2)))  # warm
        began = time.perf_counter()
        seconds = list(pool.map(lambda n: timed(actions[n % len(actions)]), range(REQUESTS_AT_ONCE)))
        return Measure(name, CLIENTS, seconds, time.perf_counter() - began)


def count_calls(stack: Stack, api: Api) -> dict[str, list[str]]:
    """The AWS operations that one request makes, by request; of a few, the fewest: a new minute takes one more."""
    actions: dict[str, Callable[[], object]] = {
        "GET /verify": api.verify,
        "GET /runs": api.runs,
        "POST /excel/generate": api.accept,
    }
    found = {}
    for name, action in actions.items():
        with tapped(stack.settings, stack.deployment, FUNCTIONS[name], Tap(stack.settings)) as tap:
            seen = []
            for _ in range(COUNTED):
                tap.operations.clear()
                action()
                seen.append(list(tap.operations))
        found[name] = min(seen, key=len)
        assert found[name], f"the tap saw no call of {name}"
        assert len(found[name]) <= CALL_BUDGETS.get(name, 100), (name, found[name])
    return found


def table(measures: list[Measure], documents: Measure, calls: dict[str, list[str]]) -> str:
    bare = {m.clients: m.median_ms for m in measures if m.name == HELLO}
    lines = [
        "| request | clients | ratio to hello | AWS calls | requests/s | p50 ms | p99 ms | n |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {m.name} | {m.clients} | {m.median_ms / bare[m.clients]:.1f} | {len(calls.get(m.name, [])) or '–'} "
        f"| {m.per_second:.0f} | {m.median_ms:.0f} | {m.p99_ms:.0f} | {len(m.seconds)} |"
        for m in [*measures, documents]
    ]
    lines += ["", *(f"- {name}: {', '.join(operations)}" for name, operations in calls.items())]
    return "\n".join(lines)


def machine() -> str:
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load of {load:.1f} a core before it began"
    )


def main() -> None:
    ran_on = machine()
    with tempfile.TemporaryDirectory(prefix="overten-bench-") as folder:
        settings = Settings(data=Path(folder), front_port=8765, emulator_port=8766)
        with Stack(settings) as stack:
            api = Api(stack)
            found = table(*measure(stack, api), count_calls(stack, api))
    print(found)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        "# Requests on the local stack\n\nMade by `make bench`. Compare the ratios (of the medians); the times are of "
        f"whatever machine ran it last: {ran_on}.\nThe requests of a row that begin a new minute of their key make one "
        f"AWS call more.\n\n{found}\n"
    )


if __name__ == "__main__":
    main()

"""What a request costs on the local stack, as a ratio to a bare "hello" Lambda on the same stack in the same run.

    make bench

Each request goes to the emulator's own address of the API, past the front, so that only gateway, function and stores
are measured. Rounds are interleaved and medians compared, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.deploy import client, execute_api_url
from local.settings import REPOSITORY, Settings
from local.stack import Stack

ROUNDS = 40
DOCUMENTS = 5
RESULTS = REPOSITORY / "bench" / "results" / "api.md"
PROMPT = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"
_HELLO = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"


@dataclass
class Measure:
    name: str
    seconds: list[float]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p99_ms(self) -> float:
        return sorted(self.seconds)[max(0, round(len(self.seconds) * 0.99) - 1)] * 1000


class Api:
    """The product on the stack, called as a client with a key of its own."""

    def __init__(self, stack: Stack) -> None:
        self.settings = stack.settings
        self.url = f"{execute_api_url(stack.settings, stack.deployment.api_id)}/v1"
        token = httpx.post(
            f"{stack.settings.front_url}/local/token", json={"uid": "bench", "email": "b@example.com"}, trust_env=False
        ).json()["id_token"]
        answer = httpx.post(
            f"{self.url}/signup",
            headers={"Authorization": f"Bearer {token}"},
            json={"org_name": f"Bench {uuid.uuid4()}", "tier": "enterprise"},
            trust_env=False,
        )
        self.http = httpx.Client(
            headers={"Authorization": f"Bearer {answer.raise_for_status().json()['secret']}"},
            timeout=120,
            trust_env=False,
        )

    def verify(self) -> None:
        assert self.http.get(f"{self.url}/verify").status_code == 200

    def runs(self) -> None:
        assert self.http.get(f"{self.url}/runs").status_code == 200

    def accept(self) -> str:
        answer = self.http.post(f"{self.url}/excel/generate", json={"prompt": PROMPT, "async": True})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    def finish(self, task_id: str) -> None:
        while True:
            task = self.http.get(f"{self.url}/tasks/{task_id}").json()
            if task["status"] == "completed":
                return
            assert task["status"] in ("queued", "running"), task
            time.sleep(0.05)

    def document(self) -> None:
        self.finish(self.accept())


def deploy_hello(settings: Settings) -> str:
    """A function that answers "hello", behind a REST API of its own on the same emulator. Returns its address."""
    root = settings.data / "hello"
    root.mkdir(exist_ok=True)
    (root / "hello.py").write_text(_HELLO)
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


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def measure(stack: Stack) -> list[Measure]:
    """Interleaved rounds of every request, the bare one first; then whole documents."""
    api, hello_url = Api(stack), deploy_hello(stack.settings)

    def hello() -> None:
        assert api.http.get(hello_url).text == "hello"

    accepted: list[str] = []
    requests: dict[str, Callable[[], object]] = {
        "hello (bare Lambda)": hello,
        "GET /verify": api.verify,
        "GET /runs": api.runs,
    }
    for action in (*requests.values(), api.document):
        action()  # warm
    measures = {name: Measure(name, []) for name in requests}
    for _ in range(ROUNDS):
        for name, action in requests.items():
            measures[name].seconds.append(timed(action))
    accepts, documents = Measure("POST /excel/generate (accept, async)", []), Measure("a workbook, end to end", [])
    for _ in range(DOCUMENTS * 3):
        measures["hello (bare Lambda)"].seconds.append(timed(hello))
        accepts.seconds.append(timed(lambda: accepted.append(api.accept())))
        api.finish(accepted[-1])  # one at a time: what is measured is a request, not a queue
    for _ in range(DOCUMENTS):
        documents.seconds.append(timed(api.document))
    return [*measures.values(), accepts, documents]


def table(measures: list[Measure]) -> str:
    bare = measures[0].median_ms
    lines = ["| request | ratio to hello | p50 ms | p99 ms | n |", "|---|---|---|---|---|"]
    lines += [
        f"| {m.name} | {m.median_ms / bare:.1f} | {m.median_ms:.0f} | {m.p99_ms:.0f} | {len(m.seconds)} |"
        for m in measures
    ]
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="overten-bench-") as folder:
        settings = Settings(data=Path(folder), front_port=8765, emulator_port=8766)
        with Stack(settings) as stack:
            found = table(measure(stack))
    print(found)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        "# Requests on the local stack\n\nMade by `make bench`. Compare the ratios; the times are of whatever machine "
        f"ran it last.\n\n{found}\n"
    )


if __name__ == "__main__":
    main()

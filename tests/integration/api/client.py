"""A client of the running stack, and what tests do to its functions."""

from __future__ import annotations

import http.server
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.integration.conftest import RunningStack

TERMINAL = {"completed", "failed", "cancelled", "expired"}


class Org:
    """A new org of the running stack, with a client that carries its key."""

    def __init__(self, stack: RunningStack, *, tier: str = "enterprise") -> None:
        self.stack = stack
        self.uid = f"user-{uuid.uuid4()}"
        self.token = stack.mint_token(self.uid)
        answer = httpx.post(
            f"{stack.base_url}/signup",
            headers={"Authorization": f"Bearer {self.token}"},
            json={"org_name": self.uid, "tier": tier},
            timeout=60,
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text
        self.org_id: str = answer.json()["org_id"]
        self.secret: str = answer.json()["secret"]
        self.credits: int = answer.json()["credits"]
        self.http = httpx.Client(
            base_url=stack.base_url, headers={"Authorization": f"Bearer {self.secret}"}, timeout=320, trust_env=False
        )

    def generate(self, prompt: str = "A budget for a bakery with rent 2,400", **fields: object) -> httpx.Response:
        return self.http.post("/excel/generate", json={"prompt": prompt, **fields})

    def accept(self, prompt: str = "A budget for a bakery with rent 2,400", **fields: object) -> dict[str, Any]:
        answer = self.generate(prompt, **{"async": True, **fields})
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    def task(self, task_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/tasks/{task_id}")
        assert answer.status_code == 200, answer.text
        task: dict[str, Any] = answer.json()
        return task

    def wait(self, task_id: str, *, seconds: float = 90) -> dict[str, Any]:
        """The task once it is over."""
        return until(lambda: self.task(task_id), lambda task: task["status"] in TERMINAL, seconds=seconds)

    def balances(self) -> tuple[int, int, int]:
        """Available and held credits and running runs, as the org's item has them."""
        item = self.stack.client("dynamodb").get_item(
            TableName=self.stack.deployment.resources["OrgsTable"],
            Key={"pk": {"S": self.org_id}, "sk": {"S": "ORG"}},
            ConsistentRead=True,
        )["Item"]
        available, held, running = (int(item[name]["N"]) for name in ("available", "held", "running"))
        return available, held, running

    def ledger(self) -> list[dict[str, Any]]:
        """The org's entries: kind, available_delta and held_delta."""
        items = self.stack.client("dynamodb").query(
            TableName=self.stack.deployment.resources["LedgerTable"],
            KeyConditionExpression="org_id = :org",
            ExpressionAttributeValues={":org": {"S": self.org_id}},
            ConsistentRead=True,
        )["Items"]
        return [
            {
                "kind": item["kind"]["S"],
                "available_delta": int(item["available_delta"]["N"]),
                "held_delta": int(item["held_delta"]["N"]),
            }
            for item in items
        ]

    def assert_books_balance(self, charged: int) -> None:
        """Nothing is held or running, the ledger sums to the balance, and just this much was charged."""
        assert self.balances() == (self.credits - charged, 0, 0)
        entries = self.ledger()
        assert sum(entry["available_delta"] for entry in entries) == self.credits - charged
        assert sum(entry["held_delta"] for entry in entries) == 0
        assert sum(entry["kind"] == "charge" for entry in entries) == (1 if charged else 0)


def until[T](read: Callable[[], T], reached: Callable[[T], bool], *, seconds: float) -> T:
    """Reads again and again until what was read will do."""
    deadline = time.monotonic() + seconds
    while not reached(value := read()):
        assert time.monotonic() < deadline, f"still {value} after {seconds} s"
        time.sleep(0.2)
    return value


@contextmanager
def reconfigured(stack: RunningStack, function: str, **variables: str) -> Iterator[None]:
    """Runs a function with other environment variables for a while."""
    functions, name = stack.client("lambda"), stack.deployment.functions[function]
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})


def worker_processes(stack: RunningStack, handler: str) -> list[int]:
    """The processes that serve a function of this stack."""
    found = []
    code = str(stack.settings.code)
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            where = str((folder / "cwd").readlink())
        except OSError:
            continue
        if f"{handler}.handler" in command and where.startswith(code):
            found.append(int(folder.name))
    return found


def kill_workers(stack: RunningStack, handler: str) -> int:
    """Kills a function's processes, as a crash would. Returns how many there were."""
    processes = worker_processes(stack, handler)
    for process in processes:
        os.kill(process, signal.SIGKILL)
    return len(processes)


class SlowModel(http.server.ThreadingHTTPServer):
    """An OpenAI-compatible server that plays replies in order, judged by the conversation, each after a while.

    It holds every answer back until `pace` is set or the delay has passed, and counts how often it was asked.
    """

    daemon_threads = True

    def __init__(self, replies: list[list[tuple[str, dict[str, Any]]]], *, delay_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = replies
        self.delay_seconds = delay_seconds
        self.requests = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: SlowModel

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests += 1
        time.sleep(self.server.delay_seconds)
        given = sum(message["role"] == "assistant" for message in request["messages"])
        calls = [
            {"id": f"call_{given}_{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(values)}}
            for n, (name, values) in enumerate(self.server.replies[min(given, len(self.server.replies) - 1)])
        ]
        body = json.dumps(
            {
                "id": "x",
                "object": "chat.completion",
                "created": 0,
                "model": "slow",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "tool_calls",
                        "message": {"role": "assistant", "content": None, "tool_calls": calls},
                    }
                ],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
            }
        ).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # whoever asked has been killed


SHOPS: list[list[tuple[str, dict[str, Any]]]] = [
    [("create_sheet", {"sheet": "Shops"})],
    [
        (
            "write_block",
            {"sheet": "Shops", "anchor": "A1", "rows": [["Shop", "Rent"], ["Harbour", 1200], ["Total", "=SUM(B2:B2)"]]},
        )
    ],
    [("finish", {"title": "Shops", "summary": "One shop."})],
]

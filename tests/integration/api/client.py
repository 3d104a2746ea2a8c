"""A client of the running stack, and what tests do to its functions."""

from __future__ import annotations

import http.server
import json
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import httpx
from ulid import ULID

from local import tap
from local.tap import Answer, Tap
from overten.aws.dynamo import from_wire, put_action, update_action
from overten.clock import iso
from overten.credits.models import LedgerEntry
from tests.integration.conftest import RunningStack

TERMINAL = {"completed", "failed", "cancelled", "expired"}
REFUSED = "Refuse this"


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
        """The org's entries: kind, task_id (None if it is of no task), available_delta and held_delta."""
        items = self.stack.client("dynamodb").query(
            TableName=self.stack.deployment.resources["LedgerTable"],
            KeyConditionExpression="org_id = :org",
            ExpressionAttributeValues={":org": {"S": self.org_id}},
            ConsistentRead=True,
        )["Items"]
        return [
            {
                "kind": item["kind"]["S"],
                "task_id": item.get("task_id", {}).get("S"),
                "available_delta": int(item["available_delta"]["N"]),
                "held_delta": int(item["held_delta"]["N"]),
            }
            for item in items
        ]

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The org's rows of one kind (RUN, TASK, VERSION, IDEM or OUTBOX) in table Runs, as they stand now."""
        pages = (
            self.stack.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.stack.deployment.resources["RunsTable"],
                KeyConditionExpression="pk = :org AND begins_with(sk, :kind)",
                ExpressionAttributeValues={":org": {"S": self.org_id}, ":kind": {"S": f"{kind}#"}},
                ConsistentRead=True,
            )
        )
        return [from_wire(item) for page in pages for item in page["Items"]]

    def leave_only(self, credits: int) -> None:
        """Takes credits away until so many are left, with a ledger entry, as an operator would."""
        away, resources = self.credits - credits, self.stack.deployment.resources
        entry = LedgerEntry(
            entry_id=str(ULID()),
            org_id=self.org_id,
            kind="adjustment",
            available_delta=-away,
            held_delta=0,
            created_at=iso(time.time()),
        )
        self.stack.client("dynamodb").transact_write_items(
            TransactItems=[
                put_action(resources["LedgerTable"], entry.model_dump()),
                update_action(
                    resources["OrgsTable"],
                    {"pk": self.org_id, "sk": "ORG"},
                    "SET available = available - :away",
                    values={":away": away},
                ),
            ]
        )
        self.credits = credits

    def assert_books_close(self) -> None:
        """Every task is over; each resolved its hold exactly once; the ledger sums to the balance; no slot is taken."""
        tasks = self.rows("TASK")
        assert {task["status"] for task in tasks} <= TERMINAL
        entries = self.ledger()
        for task in tasks:
            _assert_hold_is_resolved(task, [entry for entry in entries if entry["task_id"] == task["task_id"]])
        assert {entry["task_id"] for entry in entries} <= {None, *(task["task_id"] for task in tasks)}
        available = sum(entry["available_delta"] for entry in entries)
        assert sum(entry["held_delta"] for entry in entries) == 0
        assert available == self.credits - sum(task["credits_used"] for task in tasks)
        assert self.balances() == (available, 0, 0)

    def assert_books_balance(self, charged: int) -> None:
        """Nothing is held or running, the ledger sums to the balance, and just this much was charged."""
        assert self.balances() == (self.credits - charged, 0, 0)
        entries = self.ledger()
        assert sum(entry["available_delta"] for entry in entries) == self.credits - charged
        assert sum(entry["held_delta"] for entry in entries) == 0
        assert sum(entry["kind"] == "charge" for entry in entries) == (1 if charged else 0)


def _assert_hold_is_resolved(task: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """One hold, grown perhaps, then released and charged in one go: charged if it completed, and only then."""
    kinds = Counter(entry["kind"] for entry in entries)
    completed = task["status"] == "completed"
    assert kinds["hold"] == 1, task
    assert task["hold_status"] == ("charged" if completed else "voided"), task
    assert kinds["charge"] == (1 if task["credits_used"] else 0), task
    assert kinds["release"] <= 1, task
    assert sum(entry["held_delta"] for entry in entries) == 0, task
    assert sum(entry["available_delta"] for entry in entries) == -task["credits_used"], task
    assert completed or task["credits_used"] == 0, task


def until[T](read: Callable[[], T], reached: Callable[[T], bool], *, seconds: float) -> T:
    """Reads again and again until what was read will do."""
    deadline = time.monotonic() + seconds
    while not reached(value := read()):
        assert time.monotonic() < deadline, f"still {value} after {seconds} s"
        time.sleep(0.2)
    return value


def reconfigured(stack: RunningStack, function: str, **variables: str) -> AbstractContextManager[None]:
    """Runs a function with other environment variables for a while."""
    return tap.reconfigured(stack.settings, stack.deployment, function, **variables)


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


class Reaper(Tap):
    """Kills, now and then, the process that makes an AWS call: before AWS hears of it, after it has done what was asked
    and before the process is told, or a moment later.

    One call in about `every` is deadly. `deaths` counts those in the midst of a call.
    """

    def __init__(self, stack: RunningStack, handler: str, *, every: int, seed: int) -> None:
        super().__init__(stack.settings)
        self._stack, self._handler, self._every = stack, handler, every
        self._random = random.Random(f"{seed} {handler}")
        self._lock = threading.Lock()
        self._until_next = self._random.randint(1, every)
        self.deaths = 0

    def relay(self, operation: str, caller_port: int, forward: Callable[[], Answer]) -> Answer | None:
        moment = self._moment_of_death()
        answer = None if moment == "before" else forward()
        process = self._process_at(caller_port) if moment else None
        if process is None:
            return answer or forward()
        if moment == "later":
            threading.Timer(random.uniform(0, 0.05), _kill, [process]).start()
            return answer
        _kill(process)
        with self._lock:
            self.deaths += 1
        return None

    def _moment_of_death(self) -> str | None:
        with self._lock:
            self._until_next -= 1
            if self._until_next > 0:
                return None
            self._until_next = self._random.randint(1, 2 * self._every - 1)
            return self._random.choice(["before", "before", "after", "after", "later"])

    def _process_at(self, port: int) -> int | None:
        """The function's process whose connection comes from that local port."""
        local = f":{port:04X}"
        sockets = {
            f"socket:[{fields[9]}]"
            for fields in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
            if fields[1].endswith(local)
        }
        for process in worker_processes(self._stack, self._handler):
            with suppress(OSError):
                if any(str(file.readlink()) in sockets for file in Path(f"/proc/{process}/fd").iterdir()):
                    return process
        return None


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


class SlowModel(http.server.ThreadingHTTPServer):
    """An OpenAI-compatible server that plays replies in order, judged by the conversation, each after a while.

    It holds every answer back until the delay has passed, and counts how often it was asked. A conversation that begins
    with REFUSED is refused for good.
    """

    daemon_threads = True

    request_queue_size = 128

    def __init__(
        self, replies: list[list[tuple[str, dict[str, Any]]]], *, delay_seconds: float, prompt_tokens: int = 1000
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.prompt_tokens = prompt_tokens
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
        if REFUSED in json.dumps(request["messages"]):
            self._answer(400, b'{"error": {"message": "no"}}')
            return
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
                "usage": {
                    "prompt_tokens": self.server.prompt_tokens,
                    "completion_tokens": 100,
                    "total_tokens": self.server.prompt_tokens + 100,
                },
            }
        ).encode()
        self._answer(200, body)

    def _answer(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
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

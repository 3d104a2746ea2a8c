"""What webhooks cost on the local stack: from the end of a run to its first attempt, and deliveries a second.

    PYTHONPATH=shared python -m bench.webhooks

Latency is from the `finished_at` of a run to the moment its receiver (on loopback, same clock) has the request: outbox,
stream, bus, fan-out, stream, queue and deliverer. Throughput is of many events that are put on the bus at once for many
webhooks, from the first put to the last request received.
"""

from __future__ import annotations

import http.server
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from bench.api import Api, machine
from local.deploy import client
from local.settings import REPOSITORY, Settings
from local.stack import Stack
from overten.clock import seconds_of
from overten.ids import new_id

RUNS = 20
WEBHOOKS = 50
EVENTS = 6
RESULTS = REPOSITORY / "bench" / "results" / "webhooks.md"


class Receiver(http.server.ThreadingHTTPServer):
    """Answers 204 and remembers when each event came."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: list[tuple[float, dict[str, Any]]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def wait(self, number: int) -> list[tuple[float, dict[str, Any]]]:
        """What came, once it is so many."""
        deadline = time.monotonic() + 300
        while len(self.came) < number:
            assert time.monotonic() < deadline, f"{len(self.came)} of {number} came"
            time.sleep(0.01)
        return self.came[:number]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((time.time(), json.loads(body)))
        self.send_response(204)
        self.end_headers()


def subscribe(api: Api, url: str) -> str:
    answer: httpx.Response = api.http.post(f"{api.url}/webhooks", json={"url": url, "events": ["run.completed"]})
    return str(answer.raise_for_status().json()["webhook_id"])


def latencies(api: Api, receiver: Receiver) -> list[float]:
    """Seconds from the end of each run to its first attempt."""
    subscribe(api, receiver.url)
    for _ in range(RUNS + 1):
        api.document()
    found = []
    for at, event in receiver.wait(RUNS + 1)[1:]:  # the first warms
        task = api.http.get(f"{api.url}/tasks/{event['task_id']}").json()
        found.append(at - seconds_of(task["finished_at"]))
    return sorted(found)


def deliveries_a_second(stack: Stack, api: Api, receiver: Receiver) -> float:
    """Of an org with many webhooks, for many events that are announced at once."""
    org_id = api.http.get(f"{api.url}/verify").json()["org_id"]
    api.document()
    run = api.http.get(f"{api.url}/runs").json()["runs"][0]
    for _ in range(WEBHOOKS):
        subscribe(api, receiver.url)
    detail = {"event": "run.completed", "org_id": org_id, "run_id": run["run_id"], "created_at": run["created_at"]}
    detail["task_id"] = run["tasks"][0]["task_id"]
    receiver.came.clear()
    bus = client(stack.settings, "events")

    def announce() -> None:
        entry = {
            "EventBusName": stack.deployment.resources["EventBus"],
            "Source": "overten.runs",
            "DetailType": "run.completed",
            "Detail": json.dumps({**detail, "event_id": new_id("evt")}),
        }
        bus.put_events(Entries=[entry])

    for _ in range(2):  # warms two of each function
        announce()
    receiver.wait(WEBHOOKS * 2)
    receiver.came.clear()
    began = time.time()
    for _ in range(EVENTS):
        announce()
    last = max(at for at, _ in receiver.wait(WEBHOOKS * EVENTS))
    return WEBHOOKS * EVENTS / (last - began)


def main() -> None:
    ran_on = machine()
    with tempfile.TemporaryDirectory(prefix="overten-bench-") as folder:
        settings = Settings(data=Path(folder), front_port=8785, emulator_port=8786)
        with Stack(settings) as stack, Receiver() as receiver:
            waits = latencies(Api(stack), receiver)
            rate = deliveries_a_second(stack, Api(stack), receiver)
            receiver.shutdown()
    p99 = waits[max(0, round(len(waits) * 0.99) - 1)]
    found = (
        "| | |\n|---|---|\n"
        f"| end of a run to its first attempt, p50 | {statistics.median(waits) * 1000:.0f} ms |\n"
        f"| p99 (of {len(waits)}) | {p99 * 1000:.0f} ms |\n"
        f"| deliveries a second ({EVENTS} events for {WEBHOOKS} webhooks) | {rate:.0f} |"
    )
    print(found)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        "# Webhooks on the local stack\n\nMade by `python -m bench.webhooks`. The times are of whatever machine ran it "
        f"last ({ran_on}) and of an emulator that polls streams and queues with one thread.\n\n{found}\n"
    )


if __name__ == "__main__":
    main()

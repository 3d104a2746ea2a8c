"""The preflight check on the running stack, with and without a small model."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator

import pytest

from tests.integration.api.client import Org, reconfigured
from tests.integration.conftest import RunningStack

NEEDS_PHOTOS = "A property deck in six slides with the attached photos"
# In a language that the rules do not know.
DOUBTFUL = "Nykyaikainen esitys liitteenä olevista valokuvista"


class SmallModel(http.server.ThreadingHTTPServer):
    """An OpenAI-compatible server that says one thing, after a while."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says = '{"missing": []}'
        self.delay_seconds = 0.0
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: SmallModel

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(json.dumps(request, ensure_ascii=False))
        time.sleep(self.server.delay_seconds)
        body = json.dumps(
            {
                "id": "x", "object": "chat.completion", "created": 1, "model": "small",
                "choices": [{"index": 0, "finish_reason": "stop",
                             "message": {"role": "assistant", "content": self.server.says}}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
            }
        ).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def small_model(stack: RunningStack) -> Iterator[SmallModel]:
    model = SmallModel()
    judge = {"MODEL_PROVIDER": "openai", "MODEL_BASE_URL": model.url, "PREFLIGHT_MODEL_ID": "small"}
    with (
        reconfigured(stack, "PreflightJudgeFunction", **judge),
        reconfigured(stack, "PreflightFunction", PREFLIGHT_MODEL_ID="small"),
    ):
        yield model


def test_a_generation_without_what_it_speaks_of_is_refused_and_costs_nothing(stack: RunningStack) -> None:
    org = Org(stack)
    answer = org.generate(NEEDS_PHOTOS)
    assert (answer.status_code, answer.json()["error"]) == (400, "preflight_failed")
    assert answer.json()["missing"] == ["images"]
    assert org.http.get("/credits").json() == {"available": org.credits, "held": 0}
    assert org.http.get("/runs").json()["runs"] == []
    asked = org.http.post("/preflight", json={"format": "excel", "prompt": NEEDS_PHOTOS})
    assert (asked.status_code, asked.json()["valid"], asked.json()["missing"]) == (200, False, ["images"])


def test_the_small_model_settles_a_doubt(stack: RunningStack, small_model: SmallModel) -> None:
    org = Org(stack)
    small_model.says = '{"missing": ["images"]}'
    answer = org.http.post("/preflight", json={"format": "slides", "prompt": DOUBTFUL})
    assert (answer.json()["valid"], answer.json()["missing"]) == (False, ["images"])
    assert DOUBTFUL in small_model.asked[-1]
    small_model.says = "I would rather not say."
    answer = org.http.post("/preflight", json={"format": "slides", "prompt": DOUBTFUL})
    assert answer.json()["valid"] is True


def test_a_model_that_does_not_answer_lets_the_request_through(stack: RunningStack, small_model: SmallModel) -> None:
    small_model.delay_seconds = 60
    began = time.monotonic()
    answer = Org(stack).http.post("/preflight", json={"format": "slides", "prompt": DOUBTFUL})
    assert answer.json()["valid"] is True
    assert 10 < time.monotonic() - began < 27

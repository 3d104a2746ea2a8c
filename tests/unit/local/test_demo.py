from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from local import demo
from local.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(repository=tmp_path, data=tmp_path)


def client(answers):
    """A client whose answers are looked up by method and path; the requests it made are on `client.requests`."""
    requests = []

    def answer(request):
        requests.append(request)
        found = answers[f"{request.method} {request.url.path}"]
        return found.pop(0) if isinstance(found, list) else found

    made = httpx.Client(transport=httpx.MockTransport(answer))
    made.requests = requests
    return made


TOKEN = httpx.Response(200, json={"id_token": "token"})
CREATED = {"org_id": "org_1", "key_id": "key_1", "secret": "sk_live_new"}


def test_first_start_signs_up_and_keeps_the_key_private(settings):
    api = client({"POST /local/token": TOKEN, "POST /api/v1/signup": httpx.Response(201, json=CREATED)})

    assert demo.workspace_key(api, settings) == "sk_live_new"

    kept = settings.data / "demo.json"
    assert json.loads(kept.read_text())["secret"] == "sk_live_new"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_second_start_uses_the_kept_key(settings):
    (settings.data / "demo.json").write_text(json.dumps({"secret": "sk_live_kept"}))
    api = client({"GET /api/v1/verify": httpx.Response(200, json={})})

    assert demo.workspace_key(api, settings) == "sk_live_kept"
    assert api.requests[0].headers["Authorization"] == "Bearer sk_live_kept"


def test_organization_whose_key_was_lost_gets_another(settings):
    api = client(
        {
            "POST /local/token": TOKEN,
            "POST /api/v1/signup": httpx.Response(409, json={"error": "conflict", "org_id": "org_1"}),
            "POST /api/v1/organizations/org_1/api-keys": httpx.Response(
                201, json={"key_id": "key_2", "secret": "sk_live_2"}
            ),
        }
    )

    assert demo.workspace_key(api, settings) == "sk_live_2"


def test_refusal_is_told_with_its_request_id(settings):
    refused = httpx.Response(503, json={"message": "later"}, headers={"X-Request-Id": "r-1"})
    api = client({"POST /local/token": TOKEN, "POST /api/v1/signup": refused})

    with pytest.raises(demo.DemoError, match=r"POST /api/v1/signup answered 503 instead of 201 \(request r-1\)"):
        demo.workspace_key(api, settings)


@pytest.mark.parametrize(
    ("remaining", "left_seconds", "elapsed_seconds", "pause_seconds"),
    [(9, 60, 0, 1), (9, 60, 8, 4), (4, 10, 60, 5), (2, 30, 5, 30), (0, -1, 5, 1)],
)
def test_polling_slows_down_and_stays_within_the_minute(remaining, left_seconds, elapsed_seconds, pause_seconds):
    headers = {"X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset": str(time.time() + left_seconds)}
    answer = httpx.Response(200, headers=headers)

    assert demo._pause_seconds(answer, elapsed_seconds) == pytest.approx(pause_seconds, abs=0.1)


def test_polling_waits_as_long_as_a_429_asks():
    assert demo._pause_seconds(httpx.Response(429, headers={"Retry-After": "27"}), 1) == 27


def test_download_never_overwrites_nor_leaves_its_folder(tmp_path):
    api = client({"GET /d": httpx.Response(200, content=b"bytes")})
    result = {"download_url": "http://x/d", "file_name": "../../plan.xlsx"}

    files = [demo._download(api, result, tmp_path / "out") for _ in range(2)]

    assert files == [tmp_path / "out" / "plan.xlsx", tmp_path / "out" / "plan (2).xlsx"]


def test_contents_of_a_workbook_are_counted(tmp_path):
    workbook = Workbook()
    for row in (["Item", "Cost"], ["Rent", 10], ["Total", "=SUM(B2:B2)"]):
        workbook.active.append(row)
    workbook.active.add_chart(BarChart())
    workbook.create_sheet("Empty")
    file = Path(tmp_path / "plan.xlsx")
    workbook.save(file)

    assert demo.count_contents(file) == {"sheets": 2, "rows": 3, "formulas": 1, "charts": 1}

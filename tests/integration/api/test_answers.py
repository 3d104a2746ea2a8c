"""Questions on the running stack: about a run's document, and about a file."""

from __future__ import annotations

import time

from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack

SALES = b"Region,Amount\n" + b"".join(b"%s,%d\n" % (("North", "South")[n % 2].encode(), n) for n in range(5_000))


def test_a_file_is_analyzed_while_the_caller_waits_and_by_polling(stack: RunningStack) -> None:
    org = Org(stack)
    file = org.http.post("/files", files={"file": ("sales.csv", SALES)}).json()["file_id"]
    question = {"file_id": file, "prompt": "Which region has the highest amount?"}
    answer = org.http.post("/excel/analyze", json=question)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["answer"].index("- South: 6,250,000") < said["answer"].index("- North: 6,247,500")
    assert said["run_id"].startswith("analyze_")
    assert (said["credits_used"], said["tool_calls"]) == (1, 2)
    assert org.http.get("/runs").json()["runs"] == []
    assert org.http.get(f"/runs/{said['run_id']}").status_code == 404
    assert org.http.get(f"/tasks/{said['task_id']}").json()["result"] == said

    later = org.http.post("/excel/analyze", json={**question, "async": True})
    assert later.status_code == 202
    until = time.monotonic() + 60
    while (task := org.http.get(f"/tasks/{later.json()['task_id']}").json())["status"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.3)
    assert task["result"]["answer"] == said["answer"]


def test_a_run_is_asked_and_stays_as_it_is(stack: RunningStack) -> None:
    org = Org(stack)
    made = org.generate("A 12-month budget for a bakery with rent 2,400").json()
    asked = org.generate("How many rows are there?", mode="ask", run_id=made["run_id"])
    assert asked.status_code == 200, asked.text
    said = asked.json()
    assert "Number of rows" in said["answer"]
    assert org.http.get(said["download_url"], follow_redirects=True).content[:2] == b"PK"
    run = org.http.get(f"/runs/{made['run_id']}").json()
    assert (run["status"], run["version"], len(run["tasks"])) == ("completed", 1, 2)
    assert org.generate("What is it?", mode="ask").status_code == 400

"""An outline, edited, and the presentation that follows it, over HTTP and without any model."""

from __future__ import annotations

import io

import httpx
from pptx import Presentation

from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack

PROMPT = "A pitch for our harbour café. Ferries bring 1,200 guests a day. We need 80,000 euros."


def test_an_outline_is_planned_edited_and_followed_slide_for_slide(stack: RunningStack) -> None:
    org = Org(stack)
    answer = org.http.post("/slides/outline", json={"prompt": PROMPT, "slide_count": 6})
    assert answer.status_code == 200, answer.text
    outline = answer.json()
    assert (len(outline["slides"]), outline["credits_used"]) == (6, 0)
    assert org.http.get("/credits").json() == {"available": org.credits, "held": 0}
    run = org.http.get(f"/runs/{outline['run_id']}").json()
    assert (run["status"], run["version"], run["download_url"]) == ("completed", 0, None)
    told = org.http.get(f"/tasks/{outline['task_id']}").json()["result"]
    assert told["slides"] == outline["slides"]

    outline["slides"][1]["title"] = "1,200 guests a day pass the door"
    outline["slides"].insert(
        2, {"title": "What we sell", "layout": "cards", "key_points": ["Coffee: ours", "Cake: fresh"]}
    )
    del outline["slides"][5]
    accepted = org.http.post(
        "/slides/generate",
        json={"prompt": "For our bank", "run_id": outline["run_id"], "outline": outline, "async": True},
    )
    assert accepted.status_code == 202, accepted.text
    done = org.wait(accepted.json()["task_id"])
    assert done["status"] == "completed", done
    downloaded = httpx.get(done["result"]["download_url"], follow_redirects=True, timeout=60, trust_env=False)
    slides = Presentation(io.BytesIO(downloaded.content)).slides
    assert [slide.shapes.title.text for slide in slides] == [slide["title"] for slide in outline["slides"]]
    assert slides[2].slide_layout.name == "Cards"
    assert not [one for one in done["result"]["warnings"] if one["code"].startswith("outline")]
    assert done["result"]["run_id"] == outline["run_id"]
    org.assert_books_balance(done["credits_used"])

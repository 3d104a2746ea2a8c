"""POST /slides/outline, and POST /slides/generate with what came of it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from pptx import Presentation

from overten.accounts.models import NewKey, Org
from overten.agent import configured
from overten.agent.outline.models import LAYOUT_NAMES, MAX_OUTLINE_CHARS
from overten.assets.models import Asset
from overten.aws import clients, dynamo
from overten.clock import iso
from overten.config import forget_settings
from overten.credits.pricing import price_list
from overten.runs import lifecycle, object_store, service, store, work
from overten.runs.inputs import logo_name
from overten.runs.models import Task
from tests.unit.api.gateway import Answer, call
from tests.unit.api.test_endpoints import assert_error
from tests.unit.runs.factories import balances
from tests.unit.runs.test_inputs import FILE, IMAGE, LOGO, uploads

__all__ = ["uploads"]
PROMPT = "A pitch for our harbour café. Ferries bring 1,200 guests a day. We need 80,000 euros."
SLIDES = [
    {"layout": "cover", "title": "The harbour café pays back in two years"},
    {
        "layout": "content",
        "title": "Ferries bring the guests",
        "key_points": ["1,200 guests a day", "No seats elsewhere"],
    },
    {"title": "We ask for 80,000 euros"},
]


@pytest.fixture(autouse=True)
def fresh_model() -> None:
    configured.forget_models()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Connects another model, or none."""

    def connect(name: str) -> None:
        monkeypatch.setenv("MODEL_PROVIDER", name)
        forget_settings()

    return connect


def outline(secret: str, **body: object) -> Answer:
    return call("slides_outline", credential=secret, body={"prompt": PROMPT, "async": True, **body})


def generate(secret: str, **body: object) -> Answer:
    return call("slides_generate", credential=secret, body={"prompt": PROMPT, "async": True, **body})


def worked(answer: Answer, signed_up: tuple[Org, NewKey]) -> Task:
    """The task of an accepted turn, driven through all states of the machine."""
    assert answer.status == 202, answer.text
    task = store.get_task(signed_up[0].org_id, answer.json["task_id"])
    assert task is not None
    ref = store.ref_of(task)
    writes = lifecycle.prepare(ref).request.writes
    while not work.work(ref) or (writes and not work.verify_document(ref)):
        pass
    lifecycle.settle(ref, lifecycle.publish(ref) if writes else None)
    done = store.get_task(ref.org_id, ref.task_id)
    assert done is not None
    return done


def result(secret: str, answer: Answer) -> dict[str, Any]:
    told = call("tasks_get", credential=secret, path={"task_id": answer.json["task_id"]})
    assert told.json["status"] == "completed", told.text
    found: dict[str, Any] = told.json["result"]
    return found


def titles(task: Task) -> list[str]:
    version = store.get_version(task.org_id, task.run_id, task.version or 0)
    assert version is not None
    body = clients.s3().get_object(Bucket="documents", Key=version.object_key)["Body"].read()
    return [slide.shapes.title.text for slide in Presentation(io.BytesIO(body)).slides]


# --- an outline ---


def test_an_outline_is_a_free_task_whose_run_has_no_version(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    org_id = signed_up[0].org_id
    before = balances(org_id)
    accepted = outline(secret, slide_count=4)
    assert balances(org_id) == (before[0] - price_list().floors["slides"], price_list().floors["slides"], 1)
    done = worked(accepted, signed_up)

    told = result(secret, accepted)
    assert [slide["index"] for slide in told["slides"]] == [1, 2, 3, 4]
    assert set(told["slides"][0]) == {"index", "layout", "title", "key_points", "visual", "notes"}
    assert {slide["layout"] for slide in told["slides"]} <= set(LAYOUT_NAMES)
    assert told["credits_used"] == 0
    assert (done.version, balances(org_id)) == (None, before)
    run = call("runs_get", credential=secret, path={"run_id": accepted.json["run_id"]}).json
    assert (run["status"], run["version"], run["title"], run["download_url"]) == ("completed", 0, told["title"], None)
    assert_error(call("runs_download", credential=secret, path={"run_id": run["run_id"]}), 404, "not_found")


def test_an_outline_is_answered_to_who_waits_and_again_to_who_repeats(
    secret: str, signed_up: tuple[Org, NewKey]
) -> None:
    accepted = outline(secret, idempotency_key="plan")
    worked(accepted, signed_up)
    again = call("slides_outline", credential=secret, body={"prompt": PROMPT, "idempotency_key": "plan"})

    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.json["task_id"] == accepted.json["task_id"]
    assert again.json["slides"]
    other = call("slides_outline", credential=secret, body={"prompt": "Another", "idempotency_key": "plan"})
    assert_error(other, 409, "conflict")
    assert_error(generate(secret, idempotency_key="plan", outline={"slides": SLIDES}), 409, "conflict")


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"prompt": ""}, 422, "/prompt"),
        ({"slide_count": 31}, 422, "/slide_count"),
        ({"slide_count": 0}, 422, "/slide_count"),
        ({"slide_count": "5"}, 422, "/slide_count"),
        ({"prompt": "A deck of 40 slides on rents"}, 422, "/prompt: asks for 40 slides"),
        ({"webhook_url": "http://example.com"}, 422, "/webhook_url"),
        ({"context_files": ["file_01JD3Q7Z8X5R2K9M4N6P8T0V1W"]}, 404, "file"),
    ],
)
def test_what_cannot_be_planned_is_refused(secret: str, body: dict[str, Any], status: int, told: str) -> None:
    answer = outline(secret, **body)

    assert answer.status == status, answer.text
    assert told in answer.json["message"]


def test_a_prompt_is_required(secret: str) -> None:
    assert_error(call("slides_outline", credential=secret, body={}), 400, "invalid_request")


def test_preflight_comes_before_an_outline_too(secret: str) -> None:
    assert_error(
        outline(secret, prompt="A property deck in six slides with the attached photos"), 400, "preflight_failed"
    )


def test_without_any_model_there_are_no_outlines(secret: str, provider: Callable[[str], None]) -> None:
    provider("none")
    assert_error(outline(secret), 501, "not_implemented")


def test_outlines_are_free_so_many_a_day(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    a_day = price_list().outlines_a_day["free"]
    key = {"pk": signed_up[0].org_id, "sk": f"OUTLINES#{iso(time.time())[:10]}"}
    worked(outline(secret), signed_up)
    item = dynamo.get("runs", key)
    assert item is not None
    assert item["made"] == 1
    assert item["ttl"] > time.time() + 86_400
    dynamo.update("runs", key, "SET made = :most", values={":most": a_day})

    refused = outline(secret)
    assert_error(refused, 429, "rate_limit_exceeded")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert f"All {a_day} outlines of the day" in refused.json["message"]
    assert balances(signed_up[0].org_id)[1:] == (0, 0)
    assert generate(secret, outline={"slides": SLIDES}).status == 202


def test_a_tier_may_have_no_outlines(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = price_list().model_copy(update={"outlines_a_day": {"free": 0}})
    monkeypatch.setattr(service, "price_list", lambda: prices)
    before = balances(signed_up[0].org_id)
    assert_error(outline(secret), 403, "forbidden")
    assert balances(signed_up[0].org_id) == before


def test_the_number_of_slides_that_is_given_counts_for_more_than_one_in_the_prompt(secret: str) -> None:
    assert outline(secret, prompt="Our deck of 40 slides in short", slide_count=5).status == 202


def test_a_cancelled_outline_gives_its_slot_and_hold_back(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    before = balances(signed_up[0].org_id)
    accepted = outline(secret)
    call("tasks_cancel", credential=secret, path={"task_id": accepted.json["task_id"]})

    assert balances(signed_up[0].org_id) == before
    run = store.get_run(signed_up[0].org_id, accepted.json["run_id"])
    assert run is not None
    assert (run.status, run.outline_task_id) == ("cancelled", None)


# --- following it ---


def test_the_runs_outline_is_followed_slide_for_slide(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    planned = outline(secret, slide_count=4)
    worked(planned, signed_up)
    accepted = generate(secret, run_id=planned.json["run_id"])
    done = worked(accepted, signed_up)

    assert titles(done) == [slide["title"] for slide in result(secret, planned)["slides"]]
    assert accepted.json["run_id"] == planned.json["run_id"]
    assert not [one for one in result(secret, accepted)["warnings"] if one["code"].startswith("outline")]
    run = call("runs_get", credential=secret, path={"run_id": accepted.json["run_id"]}).json
    assert (run["version"], len(run["tasks"])) == (1, 2)


def test_an_edited_outline_is_followed_as_it_was_edited(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    planned = outline(secret, slide_count=5)
    worked(planned, signed_up)
    edited = result(secret, planned)
    edited["slides"] = [
        edited["slides"][0],
        {"title": "A slide of my own", "key_points": ["One", "Two"]},
        edited["slides"][2],
    ]
    done = worked(generate(secret, run_id=planned.json["run_id"], outline=edited), signed_up)

    assert titles(done) == [slide["title"] for slide in edited["slides"]]


def test_an_outline_of_ones_own_needs_no_run(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    accepted = generate(secret, outline={"slides": SLIDES})
    done = worked(accepted, signed_up)

    assert titles(done) == [slide["title"] for slide in SLIDES]
    assert done.credits_used > 0


def test_a_failed_generation_leaves_the_outline_to_be_followed_again(
    secret: str, signed_up: tuple[Org, NewKey]
) -> None:
    planned = outline(secret, slide_count=3)
    worked(planned, signed_up)
    first = generate(secret, run_id=planned.json["run_id"])
    call("tasks_cancel", credential=secret, path={"task_id": first.json["task_id"]})
    done = worked(generate(secret, run_id=planned.json["run_id"]), signed_up)

    assert len(titles(done)) == 3


def test_what_an_outline_was_made_of_is_the_decks_too(
    secret: str, signed_up: tuple[Org, NewKey], uploads: dict[str, Asset], provider: Callable[[str], None]
) -> None:
    provider("bedrock")
    given = {"context_files": [FILE], "image_assets": [{"image_id": IMAGE}],
             "brand": {"primary_color": "#AA0000", "logo_image_id": LOGO}}  # fmt: skip
    planned = outline(secret, **given)
    provider("builtin")
    worked(planned, signed_up)
    provider("bedrock")
    accepted = generate(secret, run_id=planned.json["run_id"], outline={"slides": [{"title": "A", "layout": "image"}]})
    assert accepted.status == 202, accepted.text
    task = store.get_task(signed_up[0].org_id, accepted.json["task_id"])

    assert task is not None
    assert [one.name for one in (*task.request.files, *task.request.images)] == [FILE, IMAGE]
    assert task.request.brand is not None
    assert task.request.brand.primary_color == "#AA0000"
    lifecycle.prepare(store.ref_of(task))
    assert object_store.read_input(store.ref_of(task), logo_name(task.task_id))


@pytest.mark.parametrize(
    ("slides", "told"),
    [
        ([], "/outline/slides"),
        ([{"title": "x"}] * 31, "/outline/slides: "),
        ([{"title": ""}], "/outline/slides/0/title"),
        ([{"title": "x", "key_points": ["y" * 301]}], "/outline/slides/0/key_points/0"),
        ([{"title": "x", "notes": "n" * 1000, "key_points": ["y" * 300] * 8}] * 12, f"at most {MAX_OUTLINE_CHARS}"),
        ([{"title": "x"}, {"title": "y", "layout": "image"}], "/outline/slides/1/layout: 'image' shows images"),
    ],
)  # fmt: skip
def test_an_outline_that_cannot_be_followed_is_refused_by_its_field(
    secret: str, slides: list[dict[str, Any]], told: str
) -> None:
    answer = generate(secret, outline={"slides": slides})

    assert_error(answer, 422, "validation_error")
    assert told in answer.json["message"]


def test_an_unknown_layout_is_refused_with_the_list(secret: str) -> None:
    answer = generate(secret, outline={"slides": [{"title": "x"}, {"title": "y", "layout": "dream"}]})

    assert_error(answer, 400, "invalid_request")
    assert "/outline/slides/1/layout: should be 'cover', 'section'" in answer.json["message"]


def test_an_outline_is_for_new_slides(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    other = call("excel_generate", credential=secret, body={"prompt": "x", "outline": {"slides": SLIDES}})
    assert_error(other, 422, "validation_error")
    deck = generate(secret, outline={"slides": SLIDES})
    worked(deck, signed_up)
    again = generate(secret, run_id=deck.json["run_id"], outline={"slides": SLIDES})
    assert_error(again, 422, "validation_error")
    assert "/outline: is for a new presentation" in again.json["message"]


def test_a_question_follows_no_outline(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    deck = generate(secret, outline={"slides": SLIDES})
    worked(deck, signed_up)
    answer = generate(secret, run_id=deck.json["run_id"], mode="ask", outline={"slides": SLIDES})
    assert_error(answer, 422, "validation_error")
    assert answer.json["message"].startswith("/outline:")


def test_a_prompt_stays_required_beside_an_outline(secret: str) -> None:
    answer = call("slides_generate", credential=secret, body={"outline": {"slides": SLIDES}})
    assert_error(answer, 400, "invalid_request")


def test_where_the_slides_differ_in_the_end_the_result_says_so(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    # The built-in author has no data for two charts, and invents none.
    accepted = generate(secret, outline={"slides": [*SLIDES, {"title": "Two ways to see it", "layout": "two_charts"}]})
    worked(accepted, signed_up)

    (told,) = (one for one in result(secret, accepted)["warnings"] if one["code"] == "outline_not_followed")
    assert told["location"] == "/outline"
    assert "Slide 4 has the layout content, in the outline two_charts." in told["message"]

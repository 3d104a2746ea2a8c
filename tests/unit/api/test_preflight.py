"""The check over HTTP, by itself and before a generation."""

from __future__ import annotations

import time
from typing import Any

import pytest

from overten.accounts.models import NewKey, Org
from overten.agent.preflight import service as checks
from overten.agent.preflight.models import Facts, Verdict
from overten.assets import store as assets_store
from overten.assets.models import Asset
from overten.clock import iso
from overten.credits import store as credits_store
from overten.ids import new_id
from tests.unit.api.gateway import Answer, call
from tests.unit.conftest import AwsCalls

NEEDS_PHOTOS = "A property deck in six slides with the attached photos"


def ask(secret: str, **body: Any) -> Answer:
    return call("preflight", credential=secret, body={"format": "slides", "prompt": NEEDS_PHOTOS, **body})


def generate(secret: str, **body: Any) -> Answer:
    return call("excel_generate", credential=secret, body={"prompt": NEEDS_PHOTOS, "async": True, **body})


def image(org: Org, creator_uid: str = "user-1") -> str:
    asset = Asset(
        org_id=org.org_id, asset_id=new_id("img"), sort="image", creator_uid=creator_uid, name="shop.png",
        created_at=iso(time.time()), status="ready", content_type="image/png", kind="png", tags=["shop"],
        object_key="org/x/images/y/z", width=10, height=10,
    )  # fmt: skip
    assets_store.put_pending(asset)
    return asset.asset_id


def test_a_request_that_has_all_is_valid(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    answer = ask(secret, image_assets=[{"image_id": image(signed_up[0]), "tags": ["front"]}])
    assert answer.status == 200
    assert (answer.json["valid"], answer.json["missing"], answer.json["reason"]) == (True, [], "")
    assert "visual_first" in answer.json["detected_intents"]


def test_what_is_missing_is_named(secret: str) -> None:
    answer = ask(secret)
    assert answer.status == 200
    assert (answer.json["valid"], answer.json["missing"]) == (False, ["images"])
    assert "image_assets" in answer.json["reason"]


def test_it_costs_nothing_and_writes_nothing(secret: str, signed_up: tuple[Org, NewKey], aws_calls: AwsCalls) -> None:
    before = credits_store.balance(signed_up[0].org_id)
    call("verify", credential=secret)  # begins the key's minute
    aws_calls.clear()
    ask(secret)
    assert aws_calls == ["UpdateItem"]  # the key's count
    assert credits_store.balance(signed_up[0].org_id) == before


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"format": "pdf"}, 400, "/format"),
        ({"prompt": ""}, 422, "/prompt"),
        ({"prompt": "x" * 10_001}, 422, "/prompt"),
        ({"mode": "dream"}, 400, "/mode"),
        ({"brand": {"primary_color": "blue"}}, 422, "/brand/primary_color"),
        ({"run_id": "run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"}, 404, "run"),
        ({"image_assets": [{"image_id": "img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"}]}, 404, "/image_assets/0"),
        ({"data_sources": [{"file_id": "img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"}]}, 422, "/data_sources/0"),
    ],
)
def test_bad_requests(secret: str, body: dict[str, Any], status: int, told: str) -> None:
    answer = ask(secret, **body)
    assert answer.status == status, answer.text
    assert told in answer.json["message"]


def test_a_question_about_nothing(secret: str) -> None:
    answer = ask(secret, prompt="What is the total?", mode="ask")
    assert (answer.json["valid"], answer.json["missing"]) == (False, ["reference_files"])


def test_a_generation_is_refused_by_the_same_verdict(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    answer = generate(secret)
    assert (answer.status, answer.json["error"]) == (400, "preflight_failed")
    assert answer.json["missing"] == ["images"]
    assert answer.json["message"] == answer.json["reason"]
    assert "visual_first" in answer.json["detected_intents"]
    assert "run_id" not in answer.json
    assert credits_store.balance(signed_up[0].org_id).held == 0
    assert call("runs_list", credential=secret).json["runs"] == []
    with_image = generate(secret, image_assets=[{"image_id": image(signed_up[0])}])
    assert with_image.status == 202, with_image.text


def test_a_refused_request_does_not_use_its_idempotency_key_up(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    assert generate(secret, idempotency_key="one").status == 400
    assert generate(secret, idempotency_key="one", prompt="A budget for a bakery with rent 2,400").status == 202


def test_credits_and_slots_are_told_of_first(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from overten.errors import InsufficientCredits
    from overten.runs import service

    def poor(*_: object) -> None:
        raise InsufficientCredits(5, 3)

    monkeypatch.setattr(service, "require_capacity", poor)
    assert generate(secret).status == 402


def test_the_check_leaves_time_to_accept_and_answer(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def measured(facts: Facts, *, seconds: float) -> Verdict:
        given.append(seconds)
        return Verdict(valid=True)

    monkeypatch.setattr(checks, "check", measured)
    ask(secret)
    assert generate(secret).status == 202
    # 29 seconds of the gateway, less two to answer and five to accept.
    assert all(20 < seconds <= 22 for seconds in given), given

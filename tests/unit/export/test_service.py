"""An export is made once for each version, whoever asks for it how often, beside whom, and whatever dies meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from overten.errors import (
    ApiError,
    InputRefused,
    InvalidRequest,
    NotImplementedYet,
    ServiceUnavailable,
    UpstreamError,
    ValidationFailed,
)
from overten.export import object_store, service, store
from overten.export.converter_store import StillConverting
from overten.export.errors import ConverterFailed, OfficeMissing
from overten.export.models import Options, TargetFormat
from overten.export.orders import Delivery
from overten.export.records import Artifact, Export
from overten.export.requests import ExportRequest
from tests.unit.export.conftest import MADE, FakeConverter, key_of, put

pytestmark = pytest.mark.usefixtures("aws")

BUDGET = Artifact(
    org_id="org_1",
    owner_id="run_1",
    version=2,
    source="xlsx",
    object_key="org/org_1/runs/run_1/v2/task_1.xlsx",
    folder="org/org_1/runs/run_1/",
    file_name="Budget.xlsx",
)
UPLOAD = BUDGET.model_copy(update={"owner_id": "file_1", "uploaded": True})
ALL = Options()


def export(artifact: Artifact = BUDGET, target: TargetFormat = "pdf", options: Options = ALL) -> Export:
    return service.export(artifact, target, options, deadline=time.time() + 5)


def test_the_first_request_has_it_made_and_the_second_finds_it(converter: FakeConverter) -> None:
    made = export()
    assert (made.status, made.extension, made.pages, made.warnings) == ("ready", "pdf", 3, MADE.warnings)
    [order] = converter.orders
    assert (order.source, order.target, converter.with_office) == ("xlsx", "pdf", [True])
    assert key_of(order.source_url) == BUDGET.object_key
    assert key_of(order.result_url) == made.object_key
    assert made.object_key.startswith("org/org_1/runs/run_1/exports/v2/")

    assert export() == made
    assert len(converter.orders) == 1


@pytest.mark.parametrize(
    ("artifact", "target", "options"),
    [
        (BUDGET.model_copy(update={"version": 3}), "pdf", ALL),
        (BUDGET.model_copy(update={"owner_id": "run_2"}), "pdf", ALL),
        (BUDGET.model_copy(update={"org_id": "org_2"}), "pdf", ALL),
        (BUDGET, "csv", ALL),
        (BUDGET, "csv", Options(sheet="Costs")),
        (BUDGET, "csv", Options(sheet=2)),
    ],
)
def test_another_version_owner_format_or_part_is_another_export(
    converter: FakeConverter, artifact: Artifact, target: TargetFormat, options: Options
) -> None:
    made = [export(), export(artifact, target, options)]
    assert len(converter.orders) == 2
    assert converter.with_office == [True, target != "csv"]
    assert [export(), export(artifact, target, options)] == made
    assert len(converter.orders) == 2


def test_twins_have_it_made_once(converter: FakeConverter) -> None:
    converter.may_answer.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(export)
        assert converter.asked.wait(10)
        second = pool.submit(export)
        time.sleep(0.3)
        assert not second.done()
        converter.may_answer.set()
        assert first.result(10) == second.result(10)
    assert len(converter.orders) == 1


def test_who_gave_up_waiting_finds_what_the_converter_noted(converter: FakeConverter) -> None:
    converter.answer = StillConverting()
    with pytest.raises(ServiceUnavailable) as refused:
        export()
    assert refused.value.headers["Retry-After"] == "5"

    # It is still at work: the same request waits for it, and no second one is begun.
    with pytest.raises(ServiceUnavailable):
        service.export(BUDGET, "pdf", ALL, deadline=time.time())
    [order] = converter.orders
    put(key_of(order.delivery_url), MADE.model_dump_json().encode())
    assert export().status == "ready"
    assert len(converter.orders) == 1


def test_who_gave_up_waiting_learns_that_it_failed_and_may_try_again(
    converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter.answer = StillConverting()
    with pytest.raises(ServiceUnavailable):
        export()
    note = Delivery(outcome="failed", message="It hung.").model_dump_json().encode()
    put(key_of(converter.orders[0].delivery_url), note)
    converter.answer = MADE
    for _ in range(2):  # whoever asks at once is told, too, and nobody tries again in turn
        with pytest.raises(UpstreamError, match="It hung"):
            export()
    assert len(converter.orders) == 1
    later = time.time() + 16
    monkeypatch.setattr(time, "time", lambda: later)
    assert export().status == "ready"


@pytest.mark.parametrize("note", [b"", b"{", b'{"outcome": "odd"}', b'{"outcome": "converted", "extension": "exe"}'])
def test_a_note_that_is_none_is_a_failure(converter: FakeConverter, note: bytes) -> None:
    converter.answer = StillConverting()
    with pytest.raises(ServiceUnavailable):
        export()
    put(key_of(converter.orders[0].delivery_url), note)
    with pytest.raises(UpstreamError):
        export()


def test_what_kills_converters_in_silence_is_a_failure_and_not_tried_for_ever(
    converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter.answer = StillConverting()
    now = time.time()
    for tries in (1, 2):
        with pytest.raises(ServiceUnavailable):
            export()
        assert len(converter.orders) == tries
        now += 91
        monkeypatch.setattr(time, "time", lambda moment=now: moment)
    with pytest.raises(UpstreamError):
        export()
    assert len(converter.orders) == 2


def test_a_csv_of_formulas_without_values_is_passed_on_to_libreoffice(converter: FakeConverter) -> None:
    converter.answer = lambda order: Delivery(outcome="needs_office") if order.may_pass_on else MADE
    assert export(target="csv").status == "ready"
    assert converter.with_office == [False, True]


def test_a_dead_claim_is_taken_over_and_its_late_worker_changes_nothing(
    converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter.answer = StillConverting()
    with pytest.raises(ServiceUnavailable):
        export()
    dead = store.find(BUDGET, "pdf", ALL)
    assert dead
    later = time.time() + 91
    monkeypatch.setattr(time, "time", lambda: later)
    converter.answer = MADE
    made = export()
    assert made.object_key != dead.object_key

    put(object_store.delivery_key(dead), b'{"outcome": "failed"}')
    assert not store.finish(dead.model_copy(update={"size_bytes": 1}))
    store.release(dead)
    assert export() == made


def test_of_two_who_find_a_dead_claim_one_gets_it(converter: FakeConverter) -> None:
    dead = Export(
        **BUDGET.model_dump(include={"org_id", "owner_id", "version", "source", "folder"}),
        target="pdf",
        claim="dead",
        lease_until_seconds=1,
        created_at="2026-11-22T14:00:00.000+00:00",
    )
    assert store.claim(dead, over=None)
    assert not store.claim(dead.model_copy(update={"claim": "late"}), over=None)
    assert store.claim(dead.model_copy(update={"claim": "one"}), over=dead)
    assert not store.claim(dead.model_copy(update={"claim": "two"}), over=dead)


@pytest.mark.parametrize(
    ("artifact", "options", "answer", "error"),
    [
        (BUDGET, ALL, Delivery(outcome="failed", message="It hung."), UpstreamError),
        (BUDGET, ALL, Delivery(outcome="refused", message="It is encrypted."), UpstreamError),
        (UPLOAD, ALL, Delivery(outcome="refused", message="It is encrypted."), InputRefused),
        (BUDGET, Options(sheet=9), Delivery(outcome="no_such_part", message="There are 2 sheets."), ValidationFailed),
        (BUDGET, ALL, Delivery(outcome="office_missing", message="Install it."), NotImplementedYet),
        (BUDGET, ALL, OfficeMissing("Install it."), NotImplementedYet),
        (BUDGET, ALL, ConverterFailed("It broke."), UpstreamError),
        (BUDGET, ALL, ServiceUnavailable(), ServiceUnavailable),
    ],
)
def test_a_failure_is_told_for_what_it_is_and_can_be_tried_again_later(
    converter: FakeConverter,
    artifact: Artifact,
    options: Options,
    answer: Delivery | Exception,
    error: type[ApiError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    converter.answer = answer
    with pytest.raises(error) as raised:
        export(artifact, "png", options)
    if isinstance(answer, Delivery):
        assert answer.message in raised.value.message
    converter.answer = MADE
    later = time.time() + 16
    monkeypatch.setattr(time, "time", lambda: later)
    assert export(artifact, "png", options).status == "ready"


def test_a_pair_that_is_none_lists_the_valid_targets() -> None:
    with pytest.raises(InvalidRequest, match="pdf, csv, png, html"):
        service.pair_of("xlsx", ExportRequest(format="odt"))
    with pytest.raises(InvalidRequest, match="pdf, docx, html, txt"):
        service.pair_of("doc", ExportRequest(format="odt"))


@pytest.mark.parametrize(
    ("source", "request_", "pointer"),
    [
        ("xlsx", ExportRequest(format="csv", page=1), "/page"),
        ("xlsx", ExportRequest(format="pdf", sheet="A"), "/sheet"),
        ("pptx", ExportRequest(format="png", sheet=1), "/sheet"),
        ("pptx", ExportRequest(format="pdf", page=1), "/page"),
    ],
)
def test_an_option_that_means_nothing_is_refused(source: str, request_: ExportRequest, pointer: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        service.pair_of(source, request_)
    assert refused.value.pointer == pointer

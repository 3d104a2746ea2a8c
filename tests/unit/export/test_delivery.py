"""A converter fetches, converts, uploads, and notes what became of it, in this order."""

from __future__ import annotations

import io
import urllib.request
from typing import Any

import pytest

from overten.export import convert, delivery
from overten.export.errors import ConverterFailed, DocumentRefused, ExportError, NoSuchPart, OfficeMissing
from overten.export.models import FORMULAS_WITHOUT_VALUES, Converted, ExportWarning, Options
from overten.export.orders import Delivery, Order

ORDER = Order(
    source="xlsx",
    target="csv",
    options=Options(sheet="A"),
    timeout_seconds=7,
    source_url="https://storage.example/source",
    result_url="https://storage.example/result",
    delivery_url="https://storage.example/delivery",
)


class FakeStorage:
    """What is behind signed addresses."""

    def __init__(self) -> None:
        self.held = {"https://storage.example/source": b"workbook"}
        self.puts: list[str] = []

    def open(self, request: urllib.request.Request, timeout: float) -> io.BytesIO:
        if request.get_method() == "PUT":
            assert isinstance(request.data, bytes)
            self.held[request.full_url] = request.data
            self.puts.append(request.full_url.rpartition("/")[2])
            return io.BytesIO()
        return io.BytesIO(self.held[request.full_url])


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> FakeStorage:
    fake = FakeStorage()
    monkeypatch.setattr(urllib.request, "urlopen", fake.open)
    return fake


def noted(storage: FakeStorage) -> Delivery:
    return Delivery.model_validate_json(storage.held[ORDER.delivery_url])


def test_the_result_is_there_before_the_note_of_it(storage: FakeStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    def converted(data: bytes, source: str, target: str, options: Options, office: object, **limits: Any) -> Converted:
        assert (data, source, target, options, office) == (b"workbook", "xlsx", "csv", ORDER.options, None)
        assert limits == {"timeout_seconds": 7}
        return Converted(data=b"a,b", extension="csv", media_type="text/csv")

    monkeypatch.setattr(convert, "convert", converted)
    told = delivery.carry_out(ORDER, None)
    assert storage.puts == ["result", "delivery"]
    assert storage.held[ORDER.result_url] == b"a,b"
    assert told == noted(storage)
    assert (told.outcome, told.extension, told.media_type, told.size_bytes) == ("converted", "csv", "text/csv", 3)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DocumentRefused("It is encrypted."), "refused"),
        (NoSuchPart("There are 2 sheets."), "no_such_part"),
        (ConverterFailed("It hung."), "failed"),
        (OfficeMissing("Install it."), "office_missing"),
    ],
)
def test_a_failure_is_noted_and_nothing_is_uploaded(
    storage: FakeStorage, monkeypatch: pytest.MonkeyPatch, error: ExportError, outcome: str
) -> None:
    def refuse(*_: object, **__: object) -> Converted:
        raise error

    monkeypatch.setattr(convert, "convert", refuse)
    told = delivery.carry_out(ORDER, None)
    assert (told.outcome, told.message) == (outcome, str(error))
    assert storage.puts == ["delivery"]
    assert noted(storage) == told


def test_a_document_past_the_bound_is_refused(storage: FakeStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_SOURCE_BYTES", 7)
    assert delivery.carry_out(ORDER, None).outcome == "refused"


@pytest.mark.parametrize(("task", "page"), [("thumbnail", None), ("picture", 4)])
def test_pictures_are_png(storage: FakeStorage, monkeypatch: pytest.MonkeyPatch, task: str, page: int | None) -> None:
    monkeypatch.setattr(convert, "thumbnail", lambda *_, **__: b"thumbnail of all")
    monkeypatch.setattr(convert, "page_picture", lambda *given, **_: b"picture of %d" % given[2])
    order = ORDER.model_copy(update={"task": task, "target": "png", "options": Options(page=page)})
    told = delivery.carry_out(order, None)
    assert (told.outcome, told.media_type) == ("converted", "image/png")
    assert storage.held[ORDER.result_url] == (b"picture of 4" if page else b"thumbnail of all")


def test_an_error_of_ours_is_noted_and_its_text_is_not(
    storage: FakeStorage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object, **__: object) -> Converted:
        raise ValueError("invalid literal: 'the salary of Ms Miller'")

    monkeypatch.setattr(convert, "convert", break_down)
    assert delivery.carry_out(ORDER, None).outcome == "failed"
    assert noted(storage).outcome == "failed"
    assert "salary of" not in capsys.readouterr().out.replace("raise ValueError", "") + noted(storage).message


def test_warnings_are_bounded_before_they_are_kept(storage: FakeStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    long = ExportWarning(code="odd", message="m" * 10_000, location="l" * 10_000)
    made = Converted(data=b"", extension="csv", media_type="text/csv", warnings=[long] * 999)
    monkeypatch.setattr(convert, "convert", lambda *_, **__: made)
    assert len(delivery.carry_out(ORDER, None).model_dump_json()) < 60_000


def test_formulas_without_values_are_passed_on_where_somebody_can_calculate_them(
    storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = ExportWarning(code=FORMULAS_WITHOUT_VALUES, message="Two formulas have no value.")
    made = Converted(data=b"a", extension="csv", media_type="text/csv", warnings=[warning])
    monkeypatch.setattr(convert, "convert", lambda *_, **__: made)
    assert delivery.carry_out(ORDER.model_copy(update={"may_pass_on": True}), None).outcome == "needs_office"
    assert storage.puts == []
    assert delivery.carry_out(ORDER, None).outcome == "converted"

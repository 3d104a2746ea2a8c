"""What a turn is made with is copied to its run, and read from there whatever becomes of the uploads."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from PIL import Image

from overten.assets import use as assets_use
from overten.assets.models import Asset, Sort
from overten.aws import clients
from overten.documents.engine import Look
from overten.documents.excel.engine import ExcelEngine
from overten.documents.excel.operations import WriteTable
from overten.runs import inputs, lifecycle, object_store, service, store
from overten.runs.errors import InputGone
from overten.runs.models import Task, TaskError, TaskRef
from overten.runs.requests import GenerateRequest
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import accept, caller
from tests.unit.runs.test_work import finish, fresh_model, workbook_of

__all__ = ["fresh_model"]
REF = TaskRef(org_id="org_1", run_id="run_1", task_id="task_1", request_id="req-1")
FILE, IMAGE, LOGO = "file_01AB", "img_01CD", "img_02EF"


def picture(kind: str = "PNG") -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (30, 10), "#c0392b").save(output, kind)
    return output.getvalue()


def workbook() -> bytes:
    engine = ExcelEngine()
    book = engine.new(Look(font="Georgia"))
    engine.apply(
        book,
        WriteTable.model_validate(
            {"sheet": "Rents", "name": "Rents", "anchor": "A1", "columns": [{"header": "Shop"}, {"header": "Rent"}],
             "rows": [["Harbour", 1200], ["Station", 900]]}
        ),
    )  # fmt: skip
    return engine.write(book, created=datetime(2026, 1, 1, tzinfo=UTC))


def put(key: str, body: bytes) -> None:
    clients.s3().put_object(Bucket="documents", Key=key, Body=body)


@pytest.fixture
def uploads(aws: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Asset]:
    """A workbook and two images, fit for any use."""
    bodies: dict[str, tuple[Sort, bytes]] = {
        FILE: ("file", workbook()), IMAGE: ("image", picture("WEBP")), LOGO: ("image", picture()),
    }  # fmt: skip
    found = {}
    for asset_id, (sort, body) in bodies.items():
        key = f"org/any/{sort}s/{asset_id}/bytes"
        put(key, body)
        found[asset_id] = Asset(
            org_id="any", asset_id=asset_id, sort=sort, creator_uid="u", created_at="", name=f"{asset_id}.xlsx",
            object_key=key, status="ready", caption="The harbour" if asset_id == IMAGE else None, tags=["port"],
        )  # fmt: skip
    monkeypatch.setattr(
        assets_use, "require", lambda uses, *_, **__: {use.asset_id: found[use.asset_id] for use in uses}
    )
    return found


def accepted(**fields: object) -> Task:
    return accept(caller(), now=time.time(), **fields)


def test_uploads_are_copied_once_and_may_then_be_deleted(uploads: dict[str, Asset], executions: FakeExecutions) -> None:
    task = accepted(image_assets=[{"image_id": IMAGE}], brand={"logo_image_id": LOGO})
    ref = store.ref_of(task)
    inputs.prepare(task)
    for asset in uploads.values():
        clients.s3().delete_object(Bucket="documents", Key=asset.object_key)
    inputs.prepare(task)  # a repeat finds what is there
    read = inputs.reader(ref)
    assert read(f"brand-{task.task_id}") == picture()
    photograph = read(IMAGE)
    assert photograph is not None
    assert photograph.startswith(b"\xff\xd8\xff")  # what Office cannot show was drawn anew
    assert read(FILE) is None  # the request did not name it


def test_a_deleted_upload_fails_the_task_with_the_reason(uploads: dict[str, Asset], executions: FakeExecutions) -> None:
    task = accepted(image_assets=[{"image_id": IMAGE}])
    clients.s3().delete_object(Bucket="documents", Key=uploads[IMAGE].object_key)
    with pytest.raises(InputGone):
        lifecycle.prepare(store.ref_of(task))
    error = lifecycle.task_error("InputGone", json.dumps({"errorMessage": str(InputGone(IMAGE))}))
    lifecycle.fail(store.ref_of(task), error)
    failed = store.get_task(task.org_id, task.task_id)
    assert failed is not None
    told = service.failure_of(failed)
    assert (told.status, told.code) == (410, "gone")
    assert told.message == f"{IMAGE} was deleted before the work began. The run was not charged."


@pytest.mark.parametrize(
    "name",
    [
        "",
        "img_../../other",
        "../brand",
        "brand",
        "brand-task_1\n",
        "brand-task_1/x",
        "img_a/b",
        "IMG_1",
        "checkpoint.json",
        "img_" + "a" * 61,
    ],
)
def test_a_name_that_is_none_reads_nothing(aws: None, name: str) -> None:
    object_store.write_input(REF, "brand-task_1", picture(), "image/png")
    assert inputs.reader(REF)(name) is None


def test_what_is_no_image_is_none(aws: None) -> None:
    object_store.write_input(REF, IMAGE, b"%PDF-1.7", "image/png")
    assert inputs.reader(REF)(IMAGE) is None


def test_an_uploaded_workbook_is_edited_and_keeps_its_name(
    uploads: dict[str, Asset], executions: FakeExecutions
) -> None:
    done = finish(accepted(init_file=FILE, prompt="Change the currency to EUR"))
    assert done.status == "completed"
    assert done.outcome is not None
    assert done.outcome.file_name == f"{FILE}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(done)))
    assert [cell.value for cell in book["Rents"]["A"]] == ["Shop", "Harbour", "Station"]


def test_a_new_workbook_wears_template_and_logo(uploads: dict[str, Asset], executions: FakeExecutions) -> None:
    done = finish(accepted(template_file=FILE, brand={"logo_image_id": LOGO, "font": "Arial"}))
    assert done.outcome is not None
    assert "brand_not_applied" in [warning.code for warning in done.outcome.warnings]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(done)))
    assert "Rents" not in book.sheetnames
    assert {cell.font.name for row in book.worksheets[0].iter_rows() for cell in row if cell.value} == {"Georgia"}


def test_a_logo_stands_on_the_first_sheet_and_unused_images_are_told(
    uploads: dict[str, Asset], executions: FakeExecutions
) -> None:
    done = finish(accepted(image_assets=[{"image_id": IMAGE}], brand={"logo_image_id": LOGO}))
    assert done.outcome is not None
    assert [warning.message for warning in done.outcome.warnings if warning.code == "images_not_placed"] == [
        f"Not placed in the workbook: {IMAGE}."
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(done)))
    assert len(book.worksheets[0]._images) == 1  # type: ignore[attr-defined]


def media_of(task: Task) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook_of(task))) as package:
        return [package.read(name) for name in package.namelist() if name.startswith("xl/media/")]


def test_a_turn_that_fails_leaves_the_logo_as_it_was(uploads: dict[str, Asset], executions: FakeExecutions) -> None:
    first = finish(accepted(brand={"logo_image_id": LOGO}))
    assert media_of(first) == [picture()]
    by = caller("Helper", uid="user-9").model_copy(update={"org_id": first.org_id, "creator_uid": first.creator_uid})
    put(uploads[LOGO].object_key or "", picture("JPEG"))
    turn = {"run_id": first.run_id, "prompt": "Change the currency to EUR"}
    failed = accept(by, now=time.time(), brand={"logo_image_id": LOGO}, **turn)
    lifecycle.prepare(store.ref_of(failed))
    lifecycle.fail(store.ref_of(failed), TaskError(code="internal_error", message="x"))
    third = finish(accept(by, now=time.time(), **turn))
    assert media_of(third) == [picture()]
    fourth = finish(accept(by, now=time.time(), brand={"logo_image_id": LOGO}, **turn))
    assert media_of(fourth) == [picture("JPEG")]


def test_what_is_told_of_an_image_is_bounded(uploads: dict[str, Asset]) -> None:
    request = GenerateRequest.model_validate(
        {"prompt": "x", "image_assets": [{"image_id": IMAGE, "tags": [f"{n:060}" for n in range(50)]}]}
    )
    [told] = inputs.images_of(request, uploads)
    assert told.shows[:2] == ["The harbour", "port"]
    assert sum(map(len, told.shows)) == 300

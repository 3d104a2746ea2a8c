"""Exports against the running stack: every target opens, repeats come from storage, pictures belong to versions."""

from __future__ import annotations

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pypdfium2
import pytest
from PIL import Image

from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack, tier="pro")


@pytest.fixture(scope="module")
def run(org: Org) -> dict[str, Any]:
    answer = org.http.post("/excel/generate", json={"prompt": "A 12-month budget for a bakery with rent 2,400"})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def export(org: Org, run_id: str, target: str, **fields: object) -> dict[str, Any]:
    answer = org.http.post(f"/runs/{run_id}/export", json={"format": target, **fields})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def download(url: str) -> httpx.Response:
    answer = httpx.get(url, follow_redirects=True, timeout=60, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_workbook_in_every_format(org: Org, run: dict[str, Any]) -> None:
    exported = export(org, run["run_id"], "pdf")
    assert (exported["run_id"], exported["source_format"], exported["format"]) == (run["run_id"], "xlsx", "pdf")
    pdf = download(exported["download_url"])
    assert pdf.headers["content-type"] == "application/pdf"
    assert exported["file_name"] in pdf.headers["content-disposition"]
    assert len(pypdfium2.PdfDocument(pdf.content)) == exported["pages"]

    tables = zipfile.ZipFile(io.BytesIO(download(export(org, run["run_id"], "csv")["download_url"]).content))
    assert len(tables.namelist()) > 1
    first = download(export(org, run["run_id"], "csv", sheet=1)["download_url"])
    assert first.headers["content-type"].startswith("text/csv")
    assert first.content == tables.read(tables.namelist()[0])
    assert any(row for row in csv.reader(io.StringIO(first.content.decode("utf-8-sig"))))

    page = download(export(org, run["run_id"], "html")["download_url"])
    assert "<table" in page.text
    assert "default-src 'none'" in page.text
    picture = download(export(org, run["run_id"], "png", sheet=1)["download_url"])
    assert Image.open(io.BytesIO(picture.content)).size[0] > 300

    listed = org.http.get(f"/runs/{run['run_id']}").json()["exports"]
    assert [note["format"] for note in listed] == ["csv", "html", "pdf"], "of the whole document only"
    assert next(note["pages"] for note in listed if note["format"] == "pdf") == exported["pages"]


def test_a_repeat_comes_from_storage_and_twins_do_the_work_once(org: Org, run: dict[str, Any]) -> None:
    with ThreadPoolExecutor(4) as pool:
        twins = list(pool.map(lambda _: export(org, run["run_id"], "png"), range(4)))
    assert len({twin["download_url"] for twin in twins}) == 4, "links are minted afresh"
    assert len({download(twin["download_url"]).content for twin in twins}) == 1
    keys = org.stack.client("s3").list_objects_v2(
        Bucket=org.stack.deployment.resources["Bucket"], Prefix=f"org/{org.org_id}/runs/{run['run_id']}/exports/"
    )["Contents"]
    made = [key["Key"] for key in keys if not key["Key"].endswith(".json")]
    assert len({key.rpartition("/")[0] for key in made}) == len(made), "an export was made twice"


def test_a_version_has_a_picture_and_a_turn_has_its_own(org: Org) -> None:
    first = org.http.post("/excel/generate", json={"prompt": "A list of ten plants with prices"}).json()
    seen = org.http.get(f"/runs/{first['run_id']}").json()["thumbnail_url"]
    before = download(seen)
    assert before.headers["content-type"] == "image/png"
    assert max(Image.open(io.BytesIO(before.content)).size) == 640

    second = org.http.post("/excel/generate", json={"prompt": "Add a column for stock", "run_id": first["run_id"]})
    assert second.status_code == 200, second.text
    listed = next(found for found in org.http.get("/runs").json()["runs"] if found["run_id"] == first["run_id"])
    assert download(listed["thumbnail_url"]).content
    assert download(seen).content == before.content, "an older link shows what it was of"

    token = seen.partition("token=")[2]
    path = f"{org.stack.base_url}/runs/{first['run_id']}"
    assert httpx.get(f"{path}/download?token={token}", trust_env=False).status_code == 404, "a picture's link"
    document = first["download_url"].partition("token=")[2]
    assert httpx.get(f"{path}/thumbnail?token={document}", trust_env=False).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "told"),
    [
        ("export", {"format": "odt"}, 400, "invalid_request", "pdf, csv, png, html"),
        ("export", {}, 400, "invalid_request", "/format"),
        ("export", {"format": "csv", "page": 1}, 422, "validation_error", "/page"),
        ("export", {"format": "csv", "sheet": "No such"}, 422, "validation_error", "/sheet"),
        ("export?format=pdf", {"format": "csv"}, 422, "validation_error", "/format"),
    ],
)
def test_what_cannot_be_exported(
    org: Org, run: dict[str, Any], path: str, body: dict[str, Any], status: int, code: str, told: str
) -> None:
    answer = org.http.post(f"/runs/{run['run_id']}/{path}", json=body)
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.text
    assert told in answer.json()["message"]


def test_the_format_may_come_in_the_query_without_a_body(org: Org, run: dict[str, Any]) -> None:
    answer = org.http.post(f"/runs/{run['run_id']}/export?format=pdf")
    assert answer.status_code == 200, answer.text
    assert answer.json()["format"] == "pdf"


def test_uploads_are_converted_and_downloaded(org: Org, run: dict[str, Any]) -> None:
    workbook = download(run["download_url"]).content
    uploaded = org.http.post("/files", files={"file": ("Plan.xlsx", workbook)}).json()
    file_id = uploaded["file_id"]
    answer = org.http.post(f"/files/{file_id}/convert", data={"format": "csv", "sheet": "1"})
    assert answer.status_code == 200, answer.text
    converted = answer.json()
    assert (converted["file_id"], converted["source_format"], converted["format"]) == (file_id, "xlsx", "csv")
    assert download(converted["download_url"]).text
    own = org.http.get(f"/files/{file_id}/download", follow_redirects=False)
    assert own.status_code == 302
    assert download(own.headers["location"]).content == workbook

    assert org.http.delete(f"/files/{file_id}").status_code == 204
    assert httpx.get(converted["download_url"], trust_env=False).status_code == 410
    assert org.http.post(f"/files/{file_id}/convert", json={"format": "csv"}).status_code == 410


def test_another_org_sees_nothing_of_it(org: Org, run: dict[str, Any]) -> None:
    other = Org(org.stack)
    for path in (f"/runs/{run['run_id']}/export", "/files/file_01JD3Q7Z8X5R2K9M4N6P8T0V1W/convert"):
        assert other.http.post(path, json={"format": "pdf"}).status_code == 404
    assert other.http.get(f"/runs/{run['run_id']}/thumbnail", follow_redirects=False).status_code == 404

"""Files and images over HTTP, as a client sees them, and what is left in storage."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from typing import Any

import httpx
import openpyxl
import pytest

from overten.clock import DAY_SECONDS, iso
from tests.integration.api.client import Org, until
from tests.integration.conftest import RunningStack
from tests.unit.assets.samples import RENTS, png, xlsx


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack)


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("error")) == (status, code), answer.text
    assert answer.json()["success"] is False


def created(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def announce(org: Org, body: bytes, *, route: str = "/files", name: str = "rents.csv") -> dict[str, Any]:
    return created(org.http.post(route, json={"name": name, "content_type": "text/csv", "bytes": len(body)}))


def send(upload: dict[str, Any], body: bytes) -> httpx.Response:
    """POSTs a form to storage, as a browser does."""
    return httpx.post(upload["url"], data=upload["fields"], files={"file": ("any", body)}, timeout=60, trust_env=False)


def keys(stack: RunningStack, prefix: str) -> list[str]:
    found = stack.client("s3").list_objects_v2(Bucket=stack.deployment.resources["Bucket"], Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]


def read(org: Org, file_id: str) -> dict[str, Any]:
    found: dict[str, Any] = org.http.get(f"/files/{file_id}").json()
    return found


def settled(org: Org, file_id: str) -> dict[str, Any]:
    return until(lambda: read(org, file_id), lambda file: file["status"] != "pending", seconds=30)


def signals(stack: RunningStack, *, on: bool) -> None:
    """Whether storage tells that an upload has arrived."""
    stack.client("s3").put_bucket_notification_configuration(
        Bucket=stack.deployment.resources["Bucket"],
        NotificationConfiguration={"EventBridgeConfiguration": {}} if on else {},
    )


def test_a_multipart_upload_is_ready_at_once(stack: RunningStack) -> None:
    org, body = Org(stack), xlsx()
    answer = org.http.post("/files", files={"file": ("Miete München.xlsx", body)}, data={"purpose": "reference"})
    file = created(answer)
    assert (file["status"], file["kind"], file["purpose"]) == ("ready", "xlsx", "reference")
    assert (file["name"], file["bytes"]) == ("Miete München.xlsx", len(body))
    assert file["sha256"] == hashlib.sha256(body).hexdigest(), "the bytes arrived whole"
    assert answer.headers["x-ratelimit-limit"]
    assert keys(stack, f"org/{org.org_id}/") == [f"org/{org.org_id}/files/{file['file_id']}/{file['sha256']}"]
    assert read(org, file["file_id"]) == {**file, "upload": None}
    assert [found["file_id"] for found in org.http.get("/files").json()["files"]] == [file["file_id"]]


def test_an_image_is_shown_by_its_link(org: Org) -> None:
    body = png(40, 30)
    image = created(
        org.http.post("/images", files={"file": ("shop.png", body)}, data={"tags": "shop, harbour", "caption": "Ours"})
    )
    assert (image["width"], image["height"], image["tags"]) == (40, 30, ["shop", "harbour"])
    shown = httpx.get(image["url"], follow_redirects=True, timeout=60, trust_env=False)
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.content == body
    by_key = org.http.get(f"/images/{image['image_id']}/content")
    assert by_key.status_code == 302
    listed = org.http.get("/images", params={"tag": "harbour"}).json()["images"]
    assert [found["image_id"] for found in listed] == [image["image_id"]]
    assert org.http.get("/images", params={"tag": "nothing"}).json()["images"] == []


def test_what_is_refused_leaves_nothing(stack: RunningStack) -> None:
    org = Org(stack)
    program = b"MZ" + bytes(range(256)) * 40
    assert_error(org.http.post("/files", files={"file": ("harmless.xlsx", program)}), 422, "validation_error")
    assert_error(org.http.post("/images", files={"file": ("picture.png", RENTS)}), 422, "validation_error")
    large = org.http.post("/files", files={"file": ("large.csv", b"a,b\n" * 1_100_000)})
    assert_error(large, 413, "payload_too_large")
    assert "JSON" in large.json()["message"]
    assert "250 MB" in large.json()["message"]
    huge = org.http.post("/files", files={"file": ("huge.csv", b"a,b\n" * 2_500_000)})
    assert_error(huge, 413, "payload_too_large")
    assert "JSON" in huge.json()["message"]
    assert keys(stack, f"org/{org.org_id}/") == []
    assert org.http.get("/files").json() == {"files": [], "next_cursor": None}


def test_a_presigned_upload_becomes_ready_by_the_signal(stack: RunningStack) -> None:
    org, body = Org(stack), RENTS * 200_000  # 7 MB: more than a request takes
    file = announce(org, body)
    assert (file["status"], file["sha256"]) == ("pending", None)
    assert send(file["upload"], body + b"x").status_code == 400, "another size than announced"
    assert keys(stack, f"incoming/{org.org_id}/") == []
    assert send(file["upload"], body).status_code in (201, 204)
    ready = settled(org, file["file_id"])
    assert (ready["status"], ready["kind"], ready["content_type"]) == ("ready", "csv", "text/csv")
    assert ready["sha256"] == hashlib.sha256(body).hexdigest()
    again = body.replace(b"1200", b"9999")
    assert send(file["upload"], again).status_code in (201, 204)
    until(lambda: keys(stack, f"incoming/{org.org_id}/"), lambda left: not left, seconds=30)
    assert read(org, file["file_id"]) == ready
    assert keys(stack, f"org/{org.org_id}/") == [f"org/{org.org_id}/files/{file['file_id']}/{ready['sha256']}"]


def test_a_rejected_upload_says_why(stack: RunningStack, org: Org) -> None:
    program = b"MZ" + bytes(range(256))
    file = announce(org, program, name="harmless.xlsx")
    send(file["upload"], program)
    rejected = settled(org, file["file_id"])
    assert (rejected["status"], rejected["sha256"]) == ("rejected", None)
    assert rejected["rejected_reason"] == "unknown_type"
    used = org.generate(context_files=[file["file_id"]])
    assert_error(used, 422, "validation_error")
    assert used.json()["message"].startswith("/context_files/0: ")


def test_a_missed_signal_is_made_good_at_the_first_use(stack: RunningStack, org: Org) -> None:
    body = png()
    image = created(org.http.post("/images", json={"name": "a.png", "content_type": "image/png", "bytes": len(body)}))
    use = {"image_assets": [{"image_id": image["image_id"]}], "async": True}
    assert_error(org.generate(**use), 409, "conflict")
    signals(stack, on=False)
    try:
        assert send(image["upload"], body).status_code in (201, 204)
        time.sleep(1)
        accepted = org.generate(**use)
    finally:
        signals(stack, on=True)
    assert accepted.status_code == 202, accepted.text
    ready = org.http.get(f"/images/{image['image_id']}").json()
    assert (ready["status"], ready["width"]) == ("ready", 3)
    done = org.wait(accepted.json()["task_id"])
    # The built-in author draws no pictures, and says so rather than nothing.
    [warning] = [one for one in done["result"]["warnings"] if one["code"] == "images_not_placed"]
    assert image["image_id"] in warning["message"]


def test_an_uploaded_workbook_is_edited_and_nothing_of_it_lost(org: Org) -> None:
    made = org.wait(org.accept("A list of 3 shops with their rents")["task_id"])
    original = org.http.get(made["result"]["download_url"], follow_redirects=True).content
    file = created(org.http.post("/files", files={"file": ("Our shops.xlsx", original)}))["file_id"]
    accepted = org.generate(prompt="Change the currency to EUR", init_file=file, **{"async": True})
    org.http.delete(f"/files/{file}")  # the run has its own copy, or is about to take it within the day
    done = org.wait(accepted.json()["task_id"])
    assert done["status"] == "completed", done
    assert done["result"]["file_name"] == "Our shops.xlsx"
    edited = org.http.get(done["result"]["download_url"], follow_redirects=True).content
    before, after = (openpyxl.load_workbook(io.BytesIO(data)) for data in (original, edited))
    assert after.sheetnames == before.sheetnames
    assert [[cell.value for cell in row] for row in after.worksheets[0].iter_rows()] == [
        [cell.value for cell in row] for row in before.worksheets[0].iter_rows()
    ]
    again = org.generate(prompt="Change the currency to USD", run_id=done["run_id"], **{"async": True})
    assert org.wait(again.json()["task_id"])["status"] == "completed"
    assert org.http.get(f"/runs/{done['run_id']}").json()["version"] == 2


def test_a_document_that_cannot_be_edited_fails_the_run_with_its_field(org: Org) -> None:
    plain, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    parts = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as source, zipfile.ZipFile(parts, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "xl/workbook.xml":
                body = body.replace(plain + b"spreadsheetml/2006/main", strict + b"spreadsheetml/main")
            target.writestr(name, body)
    file = created(org.http.post("/files", files={"file": ("strict.xlsx", parts.getvalue())}))["file_id"]
    failed = org.wait(org.generate(init_file=file, **{"async": True}).json()["task_id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "validation_error")
    assert failed["error"]["message"].startswith("/init_file: ")


def test_another_orgs_assets_look_like_none(stack: RunningStack, org: Org) -> None:
    rival = Org(stack)
    file = created(org.http.post("/files", files={"file": ("rents.csv", RENTS)}))["file_id"]
    image = created(org.http.post("/images", files={"file": ("a.png", png())}))["image_id"]
    for route, theirs, nobodys in (
        ("/files/{}", file, "file_01JD3Q7Z8X5R2K9M4N6P8T0V1W"),
        ("/images/{}", image, "img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"),
        ("/images/{}/content", image, "img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"),
    ):
        answers = [rival.http.get(route.format(asset)) for asset in (theirs, nobodys)]
        assert_error(answers[0], 404, "not_found")
        assert answers[0].content == answers[1].content
        deletions = [rival.http.delete(route.format(asset)) for asset in (theirs, nobodys)]
        assert deletions[0].content == deletions[1].content
    uses = [rival.generate(data_sources=[{"file_id": asset}]) for asset in (file, "file_01JD3Q7Z8X5R2K9M4N6P8T0V1W")]
    assert_error(uses[0], 404, "not_found")
    assert uses[0].content == uses[1].content
    assert rival.http.get("/files").json()["files"] == []
    assert read(org, file)["status"] == "ready"


def test_a_deleted_file_is_gone_at_once_and_its_bytes_after_a_day(stack: RunningStack) -> None:
    org = Org(stack)
    file = created(org.http.post("/files", files={"file": ("rents.csv", RENTS)}))["file_id"]
    for _ in range(2):
        assert org.http.delete(f"/files/{file}").status_code == 204
    gone = org.http.get(f"/files/{file}")
    assert_error(gone, 410, "gone")
    assert_error(org.generate(data_sources=[{"file_id": file}]), 410, "gone")
    assert org.http.get("/files").json()["files"] == []
    reap(stack)
    assert len(keys(stack, f"org/{org.org_id}/files/")) == 1, "its day is not over"
    backdate(stack, org, file, seconds=DAY_SECONDS + 60)
    reap(stack)
    assert keys(stack, f"org/{org.org_id}/files/") == []
    assert_error(org.http.get(f"/files/{file}"), 410, "gone")
    assert org.http.delete(f"/files/{file}").status_code == 204


def reap(stack: RunningStack) -> None:
    answer = stack.client("lambda").invoke(FunctionName=stack.deployment.functions["AssetsReapFunction"])
    assert "FunctionError" not in answer, json.load(answer["Payload"])


def backdate(stack: RunningStack, org: Org, file_id: str, *, seconds: float) -> None:
    """Makes a deletion as old as that."""
    moment = time.time() - seconds
    stack.client("dynamodb").update_item(
        TableName=stack.deployment.resources["AssetsTable"],
        Key={"pk": {"S": org.org_id}, "sk": {"S": f"FILE#{file_id}"}},
        UpdateExpression="SET deleted_at = :at, reap_at_seconds = :due",
        ExpressionAttributeValues={":at": {"S": iso(moment)}, ":due": {"N": str(moment + DAY_SECONDS)}},
    )

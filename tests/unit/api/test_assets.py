"""The asset endpoints as the gateway calls them, and the ids of assets in a generation."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest

from overten.accounts import service as accounts
from overten.accounts.models import NewKey, Org, User
from overten.assets import check, object_store, store
from overten.aws import dynamo
from overten.clock import iso
from overten.config import forget_settings
from overten.runs import store as runs_store
from tests.unit.api.gateway import Answer, call
from tests.unit.api.test_endpoints import assert_error, generate
from tests.unit.api.test_outlines import worked
from tests.unit.assets.conftest import FakeChecks, checks, stored_keys, upload
from tests.unit.assets.samples import RENTS, multipart, png, xlsx
from tests.unit.conftest import AwsCalls

__all__ = ["checks"]
KEYED = [
    "files_create", "files_list", "files_get", "files_delete",
    "images_create", "images_list", "images_get", "images_content", "images_delete",
]  # fmt: skip
NOBODYS_FILE, NOBODYS_IMAGE = "file_01JD3Q7Z8X5R2K9M4N6P8T0V1W", "img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"


def post(function: str, secret: str, file: bytes, name: str, **fields: str | list[str]) -> Answer:
    headers, body = multipart(file, name, **fields)
    return call(function, credential=secret, headers=headers, binary_body=body)


def new_file(secret: str, file: bytes = RENTS, name: str = "rents.csv") -> str:
    answer = post("files_create", secret, file, name)
    assert answer.status == 201, answer.text
    found: str = answer.json["file_id"]
    return found


def new_image(secret: str, **fields: str | list[str]) -> dict[str, Any]:
    answer = post("images_create", secret, png(), "shop.png", **fields)
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def announce(secret: str, size: int = len(RENTS), **changes: object) -> Answer:
    body = {"name": "rents.csv", "content_type": "text/csv", "bytes": size, **changes}
    return call("files_create", credential=secret, body=body)


@pytest.fixture
def org_id(signed_up: tuple[Org, NewKey]) -> str:
    return signed_up[0].org_id


@pytest.fixture
def foreign_secret(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key of another org, of a tier that may ask often."""
    monkeypatch.setenv("SELF_SERVICE_TIERS", "enterprise")
    forget_settings()
    rival = User(uid="rival")
    _, minted = accounts.sign_up(rival, org_name="Rival", tier="enterprise", key_name="default", now=time.time())
    return minted.secret


@pytest.mark.parametrize("function", KEYED)
def test_without_a_key_every_route_is_401(aws: None, function: str) -> None:
    assert_error(call(function), 401, "invalid_api_key")
    assert_error(call(function, body="{not json"), 401, "invalid_api_key")


# --- creating


def test_a_file_in_a_form_is_ready_in_the_answer(secret: str, org_id: str) -> None:
    answer = post("files_create", secret, xlsx(), "../up/Miete: 2026?.xlsx", purpose="reference")
    assert answer.status == 201
    file = answer.json
    assert {"file_id", "name", "content_type", "bytes", "purpose", "sha256", "created_at", "status"} <= set(file)
    assert (file["name"], file["purpose"], file["status"]) == ("Miete 2026.xlsx", "reference", "ready")
    assert file["content_type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert file["upload"] is None
    assert answer.headers["x-ratelimit-remaining"] == "9"
    assert stored_keys() == [f"org/{org_id}/files/{file['file_id']}/{file['sha256']}"]


def test_what_a_file_is_its_bytes_decide(secret: str) -> None:
    answer = post("files_create", secret, png(), "report.docx")
    assert (answer.json["kind"], answer.json["content_type"]) == ("png", "image/png")


def test_an_image_has_tags_a_caption_and_an_address(secret: str) -> None:
    image = new_image(secret, tags=["shop, harbour", "shop", " night "], caption=" Ours ")
    assert image["tags"] == ["shop", "harbour", "night"]
    assert (image["caption"], image["width"], image["height"]) == ("Ours", 3, 2)
    assert image["url"].startswith(f"https://api.example.com/api/v1/images/{image['image_id']}/content?token=")


def test_json_announces_an_upload_and_is_told_where_to_send_it(secret: str, org_id: str) -> None:
    answer = announce(secret, 9_000_000, purpose="init")
    assert answer.status == 201
    file = answer.json
    assert (file["status"], file["bytes"], file["sha256"], file["purpose"]) == ("pending", 9_000_000, None, "init")
    form = file["upload"]
    assert form["fields"]["key"] == f"incoming/{org_id}/{file['file_id']}"
    assert form["fields"]["Content-Type"] == "text/csv"
    assert form["expires_at"] > file["created_at"]
    assert call("files_get", credential=secret, path={"file_id": file["file_id"]}).json == {**file, "upload": None}


def test_the_form_pins_key_type_and_exact_size(secret: str) -> None:
    import base64
    import json

    form = announce(secret, 1234).json["upload"]
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1234, 1234] in policy["conditions"]
    assert {"Content-Type": "text/csv"} in policy["conditions"]
    assert {"key": form["fields"]["key"]} in policy["conditions"]


@pytest.mark.parametrize(
    ("changes", "status", "fragment"),
    [
        ({"name": ""}, 422, "/name"),
        ({"name": None}, 422, "/name"),
        ({"bytes": 0}, 422, "/bytes"),
        ({"bytes": "12"}, 422, "/bytes"),
        ({"bytes": 10 * 2**20 + 1}, 413, "10 MB"),
        ({"content_type": "text"}, 422, "/content_type"),
        ({"content_type": "text/csv\r\nX-Amz: 1"}, 422, "/content_type"),
        ({"purpose": "fun"}, 400, "/purpose"),
    ],
)
def test_bad_announcements(secret: str, changes: dict[str, object], status: int, fragment: str) -> None:
    answer = announce(secret, **changes)  # type: ignore[arg-type]
    assert answer.status == status
    assert fragment in answer.json["message"]
    assert call("files_list", credential=secret).json["files"] == []


@pytest.mark.parametrize(
    ("body", "status", "fragment"),
    [
        ("{", 400, "not valid JSON"),
        ("[]", 400, "JSON object"),
        ("{}", 400, "/name"),
        ('{"name": "a", "content_type": "image/png", "bytes": 5, "tags": [7]}', 422, "/tags"),
        ('{"name": "a", "content_type": "image/png", "bytes": 5, "caption": 7}', 422, "/caption"),
    ],
)
def test_bad_json_bodies(secret: str, body: str, status: int, fragment: str) -> None:
    answer = call("images_create", credential=secret, body=body)
    assert answer.status == status, answer.text
    assert fragment in answer.json["message"]


def test_bodies_of_other_kinds_are_told_both_forms(secret: str) -> None:
    answer = call("files_create", credential=secret, headers={"Content-Type": "text/csv"}, raw_body="a,b")
    assert_error(answer, 400, "invalid_request")
    assert "multipart/form-data" in answer.json["message"]
    assert "application/json" in answer.json["message"]


def test_bad_forms(secret: str) -> None:
    headers, body = multipart(RENTS, "rents.csv", purpose="fun")
    for sent, status, fragment in (
        (body, 400, "/purpose"),
        (body.replace(b'name="file"', b'name="data"'), 400, "/file"),
        (body.replace(b'; filename="rents.csv"', b"").replace(b"fun", b"init"), 422, "/file"),
        (body[:-40], 400, "/file"),
        (b"nonsense", 400, "multipart"),
    ):
        answer = call("files_create", credential=secret, headers=headers, binary_body=sent)
        assert (answer.status, fragment in answer.json["message"]) == (status, True), answer.text
    without = {"Content-Type": "multipart/form-data"}
    assert_error(call("files_create", credential=secret, headers=without, binary_body=body), 400, "invalid_request")
    assert stored_keys() == []


@pytest.mark.parametrize(
    ("fields", "fragment"),
    [
        ({"tags": [f"tag{n}" for n in range(51)]}, "/tags"),
        ({"tags": "x" * 61}, "/tags/0"),
        ({"caption": "x" * 1001}, "/caption"),
    ],
)
def test_tags_and_captions_have_limits(secret: str, fields: dict[str, Any], fragment: str) -> None:
    answer = post("images_create", secret, png(), "a.png", **fields)
    assert_error(answer, 422, "validation_error")
    assert answer.json["message"].startswith(fragment)


def test_over_four_megabytes_the_json_form_and_the_tiers_limit_are_named(secret: str) -> None:
    answer = post("files_create", secret, b"a,b\n" * 1_100_000, "large.csv")
    assert_error(answer, 413, "payload_too_large")
    assert "JSON form" in answer.json["message"]
    assert "10 MB" in answer.json["message"]
    assert stored_keys() == []


@pytest.mark.parametrize(
    ("function", "file"), [("files_create", b"MZ" + bytes(range(256))), ("images_create", RENTS), ("files_create", b"")]
)
def test_refused_bytes_are_422_and_leave_nothing(secret: str, function: str, file: bytes) -> None:
    answer = post(function, secret, file, "a.png")
    assert_error(answer, 422, "validation_error")
    assert answer.json["message"].startswith("/file: ")
    assert answer.json["reason"]
    assert stored_keys() == []
    assert call(function.replace("create", "list"), credential=secret).json["next_cursor"] is None
    assert list(store.list_assets(org_of(secret), "file", before_id=None)) == []


def org_of(secret: str) -> str:
    return accounts.authenticate(secret, time.time()).org_id


def test_an_outage_of_storage_leaves_nothing_that_is_listed(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    def down(*_: object, **__: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    monkeypatch.setattr(object_store, "put", down)
    assert_error(post("files_create", secret, RENTS, "rents.csv"), 503, "service_unavailable")
    assert call("files_list", credential=secret).json["files"] == []


def test_logs_hold_no_names_and_no_content(secret: str, log: io.StringIO) -> None:
    post("files_create", secret, b"confidential,1\n", "merger.csv")
    post("files_create", secret, b"MZconfidential" + bytes(range(256)), "merger.exe")
    assert "confidential" not in log.getvalue()
    assert "merger" not in log.getvalue()
    assert "Traceback" not in log.getvalue()


# --- reading, listing, deleting


def test_files_are_listed_page_by_page_newest_first(secret: str) -> None:
    made = [new_file(secret) for _ in range(3)]
    new_image(secret)
    first = call("files_list", credential=secret, query={"limit": "2"}).json
    assert [file["file_id"] for file in first["files"]] == [made[2], made[1]]
    second = call("files_list", credential=secret, query={"limit": "2", "cursor": first["next_cursor"]}).json
    assert [file["file_id"] for file in second["files"]] == [made[0]]
    assert second["next_cursor"] is None
    bad = call("files_list", credential=secret, query={"cursor": "nonsense"})
    assert_error(bad, 422, "validation_error")


def test_images_are_filtered_by_tag_with_a_bound(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overten.assets.service.MAX_EXAMINED_ASSETS", 2)
    tagged = new_image(secret, tags="shop")["image_id"]
    for _ in range(2):
        new_image(secret)
    first = call("images_list", credential=secret, query={"tag": "shop"}).json
    assert first["images"] == []
    second = call("images_list", credential=secret, query={"tag": "shop", "cursor": first["next_cursor"]}).json
    assert [image["image_id"] for image in second["images"]] == [tagged]
    assert second["images"][0]["url"]


def test_a_link_shows_its_own_image_only(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    image, other = new_image(secret), new_image(secret)
    token = image["url"].partition("?token=")[2]
    shown = call("images_content", path={"image_id": image["image_id"]}, query={"token": token})
    assert shown.status == 302
    assert "inline" in shown.headers["location"]
    assert "image%2Fpng" in shown.headers["location"]
    for query in ({"token": token}, {"token": "guessed"}):
        answer = call("images_content", path={"image_id": other["image_id"]}, query=query)
        assert_error(answer, 404, "not_found")
    run = {"run_id": "run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"}
    assert_error(call("runs_download", path=run, query={"token": token}), 404, "not_found")
    call("images_delete", credential=secret, path={"image_id": image["image_id"]})
    gone = call("images_content", path={"image_id": image["image_id"]}, query={"token": token})
    assert_error(gone, 410, "gone")


def test_a_link_dies_after_a_day(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image, late = new_image(secret), time.time() + 86_401
    token = image["url"].partition("?token=")[2]
    monkeypatch.setattr(time, "time", lambda: late)
    answer = call("images_content", path={"image_id": image["image_id"]}, query={"token": token})
    assert_error(answer, 404, "not_found")


def test_a_deleted_file_is_gone_and_deleted_again_for_nothing(secret: str) -> None:
    file_id = new_file(secret)
    for _ in range(2):
        assert call("files_delete", credential=secret, path={"file_id": file_id}).status == 204
    answer = call("files_get", credential=secret, path={"file_id": file_id})
    assert_error(answer, 410, "gone")
    assert answer.json["deleted_at"]
    assert call("files_list", credential=secret).json["files"] == []
    assert len(stored_keys()) == 1, "its bytes have another day"


def test_another_orgs_assets_look_like_none(
    secret: str, foreign_secret: str, aws_calls: AwsCalls, checks: FakeChecks
) -> None:
    file, image, pending = new_file(secret), new_image(secret)["image_id"], announce(secret).json["file_id"]
    call("verify", credential=foreign_secret)  # the first request of a minute takes a write more
    for function, name, theirs, nobodys in (
        ("files_get", "file_id", file, NOBODYS_FILE),
        ("files_get", "file_id", pending, NOBODYS_FILE),
        ("files_delete", "file_id", file, NOBODYS_FILE),
        ("images_get", "image_id", image, NOBODYS_IMAGE),
        ("images_content", "image_id", image, NOBODYS_IMAGE),
        ("images_delete", "image_id", image, NOBODYS_IMAGE),
    ):
        aws_calls.clear()
        refused = call(function, credential=foreign_secret, path={name: theirs})
        reads = list(aws_calls)
        aws_calls.clear()
        unknown = call(function, credential=foreign_secret, path={name: nobodys})
        assert_error(refused, 404, "not_found")
        assert (refused.text, reads) == (unknown.text, list(aws_calls))
    assert call("files_list", credential=foreign_secret).json["files"] == []


def test_an_image_is_no_file_and_a_file_no_image(secret: str) -> None:
    file, image = new_file(secret), new_image(secret)["image_id"]
    assert_error(call("images_get", credential=secret, path={"image_id": file}), 404, "not_found")
    assert_error(call("files_get", credential=secret, path={"file_id": image}), 404, "not_found")


def test_a_personal_key_sees_what_its_creator_uploaded(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    mates = accounts.mint_key(User(uid="mate"), signed_up[0], name="mate", scope="personal", now=time.time()).secret
    mine, theirs = new_file(secret), new_file(mates)
    assert [file["file_id"] for file in call("files_list", credential=mates).json["files"]] == [theirs]
    for function in ("files_get", "files_delete"):
        refused = call(function, credential=mates, path={"file_id": mine})
        assert refused.text == call(function, credential=mates, path={"file_id": NOBODYS_FILE}).text
    assert_error(generate(mates, context_files=[mine]), 404, "not_found")
    assert call("files_get", credential=secret, path={"file_id": theirs}).status == 200


def test_reading_an_upload_whose_signal_was_missed_checks_it(
    secret: str, org_id: str, checks: FakeChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = {"file_id": announce(secret).json["file_id"]}
    asset = store.get(org_id, file["file_id"])
    assert asset
    upload(asset, RENTS)
    assert call("files_get", credential=secret, path=file).json["status"] == "pending"
    assert checks.asked == [], "the signal has a while"
    late = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: late)
    assert call("files_get", credential=secret, path=file).json["status"] == "ready"


# --- use in a generation


def test_assets_of_a_request_are_read_in_one_call(secret: str, aws_calls: AwsCalls) -> None:
    images = [new_image(secret)["image_id"] for _ in range(3)]
    aws_calls.clear()
    assert generate(secret, image_assets=[{"image_id": image} for image in images]).status == 202
    assert aws_calls.count("BatchGetItem") == 2, "one for the images, one for the count of open tasks"
    assert len(aws_calls) <= 7
    aws_calls.clear()
    assert generate(secret).status == 202
    assert len(aws_calls) <= 6


def test_a_turn_carries_what_it_is_made_with(secret: str, org_id: str) -> None:
    from overten.runs.store import get_task

    image, file = new_image(secret)["image_id"], new_file(secret, xlsx(), "Our book.xlsx")
    shown = [{"image_id": image, "tags": ["the harbour"]}, {"image_id": image}]
    accepted = generate(secret, init_file=file, image_assets=shown, brand={"logo_image_id": image})
    assert accepted.status == 202
    task = get_task(org_id, accepted.json["task_id"])
    assert task
    assert task.warnings == []
    assert [one.name for one in task.inputs] == [image, file, f"brand-{task.task_id}"]
    assert all(one.source_key.startswith(f"org/{org_id}/") for one in task.inputs)
    assert (task.request.init_file, task.request.file_name) == (file, "Our book.xlsx")
    [told] = task.request.images
    assert (told.name, told.width, told.shows[-1]) == (image, 3, "the harbour")


def test_a_template_is_for_a_new_document(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    done = worked(generate(secret, prompt="A budget"), signed_up)
    for other in ({"run_id": done.run_id}, {"init_file": "file_01"}):
        answer = generate(secret, template_file=new_file(secret, xlsx(), "book.xlsx"), **other)
        assert_error(answer, 422, "validation_error")
        assert answer.json["message"].startswith("/template_file: ")


@pytest.mark.parametrize("field", ["context_files", "data_sources"])
def test_files_to_draw_on_are_taken_without_a_model_too(secret: str, field: str) -> None:
    file = new_file(secret, xlsx(), "book.xlsx")
    value: object = {"context_files": [file], "data_sources": [{"file_id": file}]}[field]
    assert generate(secret, **{field: value}).status == 202


def test_files_to_draw_on_are_copied_to_the_run_and_told_to_the_agent(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_PROVIDER", "openai")
    forget_settings()
    book, table = new_file(secret, xlsx(), "book.xlsx"), new_file(secret)
    records = new_file(secret, b'[{"x": 1}]', "records.json")
    sources = [{"file_id": table, "kind": "rents"}, {"file_id": records}]
    answer = generate(secret, data_sources=sources, context_files=[book, {"file_id": table}], **{"async": True})
    assert answer.status == 202, answer.text
    task = runs_store.get_task(signed_up[0].org_id, answer.json["task_id"])
    assert task is not None
    assert {one.name for one in task.inputs} == {book, table, records}
    told = [(file.name, file.kind, file.field, file.holds) for file in task.request.files]
    assert told == [
        (table, "csv", "/data_sources/0", "rents"),
        (records, "txt", "/data_sources/1", ""),
        (book, "xlsx", "/context_files/0", ""),
    ]


def test_context_that_is_not_read_is_422(secret: str) -> None:
    answer = generate(secret, context_files=[new_file(secret, png(), "a.png")])
    assert_error(answer, 422, "validation_error")
    assert answer.json["message"].startswith("/context_files/0: is of kind 'png'")


def test_the_wrong_sort_of_asset_is_422_with_its_pointer(secret: str) -> None:
    table, image = new_file(secret), new_image(secret)["image_id"]
    picture = new_file(secret, png(), "a.png")
    for fields, fragment in (
        ({"init_file": image}, "/init_file: takes"),
        ({"init_file": table}, "/init_file: is of kind 'csv'"),
        ({"template_file": table}, "/template_file: is of kind 'csv'"),
        ({"image_assets": [{"image_id": table}]}, "/image_assets/0: takes"),
        ({"brand": {"logo_image_id": table}}, "/brand/logo_image_id: takes"),
        ({"context_files": [table, image]}, "/context_files/1: takes"),
        ({"data_sources": [{"file_id": table}, {"file_id": picture}]}, "/data_sources/1: is of kind 'png'"),
    ):
        answer = generate(secret, **fields)
        assert_error(answer, 422, "validation_error")
        assert answer.json["message"].startswith(fragment)


def test_deleted_unknown_pending_and_rejected_assets(secret: str, org_id: str, checks: FakeChecks) -> None:
    file = new_file(secret)
    call("files_delete", credential=secret, path={"file_id": file})
    assert_error(generate(secret, context_files=[file]), 410, "gone")
    unknown = generate(secret, context_files=[NOBODYS_FILE])
    assert_error(unknown, 404, "not_found")
    assert unknown.json["message"] == "/context_files/0: no such asset."
    pending = announce(secret).json["file_id"]
    waiting = generate(secret, context_files=[pending])
    assert_error(waiting, 409, "conflict")
    assert waiting.json["message"].startswith("/context_files/0: ")
    asset = store.get(org_id, pending)
    assert asset
    upload(asset, b"MZ" + bytes(range(34)))
    rejected = generate(secret, context_files=[pending])
    assert_error(rejected, 422, "validation_error")
    assert rejected.json["reason"]


def test_an_upload_whose_signal_was_missed_is_checked_at_its_first_use(
    secret: str, org_id: str, checks: FakeChecks
) -> None:
    ids = []
    for _ in range(2):
        image = call(
            "images_create",
            credential=secret,
            body={"name": "a.png", "content_type": "image/png", "bytes": len(png())},
        ).json
        assert (image["status"], image["url"]) == ("pending", None)
        asset = store.get(org_id, image["image_id"])
        assert asset
        upload(asset, png())
        ids.append(image["image_id"])
    checks.is_down = True
    images = [{"image_id": image} for image in ids]
    assert_error(generate(secret, image_assets=images), 409, "conflict")
    checks.is_down = False
    assert generate(secret, image_assets=images).status == 202
    assert checks.asked == [ids, ids], "one call for all of them"


def test_an_asset_past_its_day_is_404_in_use_too(secret: str, org_id: str, checks: FakeChecks) -> None:
    pending = announce(secret).json["file_id"]
    dynamo.update(
        "assets",
        {"pk": org_id, "sk": f"FILE#{pending}"},
        "SET created_at = :long_ago",
        condition="attribute_exists(pk)",
        values={":long_ago": iso(time.time() - 86_401)},
    )
    assert_error(generate(secret, context_files=[pending]), 404, "not_found")
    assert_error(call("files_get", credential=secret, path={"file_id": pending}), 404, "not_found")
    assert checks.asked == []


def test_the_check_is_asked_of_its_function(aws: None, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    import json

    from overten.assets import check_store
    from overten.aws import clients

    class Functions:
        def __init__(self) -> None:
            self.events: list[Any] = []

        def invoke(self, **call: Any) -> dict[str, Any]:
            assert call["FunctionName"] == "assets-check"
            self.events.append(json.loads(call["Payload"]))
            return {"FunctionError": "Unhandled"}

    functions = Functions()
    with monkeypatch.context() as patch:
        patch.setattr(clients, "functions", lambda: functions)
        check_store.check_now("org_1", ["file_1", "img_2"])
    assert functions.events == [{"org_id": "org_1", "asset_ids": ["file_1", "img_2"]}]
    assert "assets_not_checked" in log.getvalue()


def test_the_checking_function_takes_both_events(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import assets_check

    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(check, "check", lambda *asset, **_: asked.append(asset))
    assets_check.handler({"detail": {"object": {"key": "incoming/org_1/file_1"}}}, None)
    assets_check.handler({"org_id": "org_1", "asset_ids": ["file_2", "img_3"]}, None)
    assets_check.handler({"detail": {"object": {"key": "incoming/strange"}}}, None)
    assert asked == [("org_1", "file_1"), ("org_1", "file_2"), ("org_1", "img_3")]

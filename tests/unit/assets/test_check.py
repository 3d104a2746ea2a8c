"""Uploads are examined, kept under their hash, and marked; whatever dies, comes twice or comes late."""

from __future__ import annotations

import hashlib
import time

import pytest

import assets_check
from overten.accounts.models import AuthenticatedKey
from overten.assets import check, object_store, service, store
from overten.assets.models import PENDING_SECONDS, Asset, Status
from overten.assets.requests import FileDetails, ImageDetails, Upload
from tests.unit.assets.conftest import stored_keys, upload
from tests.unit.assets.samples import RENTS, png
from tests.unit.runs.factories import NOW, caller


@pytest.fixture
def by(aws: None) -> AuthenticatedKey:
    return caller()


def announced(by: AuthenticatedKey, size: int = len(RENTS), *, image: bool = False, now: float = NOW) -> Asset:
    wanted = Upload(name="rents.csv", content_type="text/csv", bytes=size)
    asset, _ = service.announce(wanted, ImageDetails() if image else FileDetails(), by, now=now)
    return asset


def as_stored(asset: Asset) -> Asset:
    found = store.get(asset.org_id, asset.asset_id)
    assert found is not None
    return found


def status(asset: Asset) -> Status:
    return as_stored(asset).status


def test_an_upload_becomes_ready_with_what_its_bytes_are(by: AuthenticatedKey) -> None:
    asset = announced(by)
    upload(asset, RENTS)
    check.check(by.org_id, asset.asset_id, now=NOW)
    found = as_stored(asset)
    digest = hashlib.sha256(RENTS).hexdigest()
    assert (found.status, found.kind, found.content_type) == ("ready", "csv", "text/csv")
    assert (found.sha256, found.bytes) == (digest, len(RENTS))
    assert stored_keys() == [f"org/{by.org_id}/files/{asset.asset_id}/{digest}"] == [found.object_key]


def test_an_image_has_its_size_in_pixels(by: AuthenticatedKey) -> None:
    asset = announced(by, len(png(3, 2)), image=True)
    upload(asset, png(3, 2))
    check.check(by.org_id, asset.asset_id, now=NOW)
    found = as_stored(asset)
    assert (found.status, found.content_type, found.width, found.height) == ("ready", "image/png", 3, 2)


@pytest.mark.parametrize(
    ("body", "image", "reason"),
    [
        (b"MZ" + bytes(range(256)), False, "unknown_type"),
        (RENTS, True, "not_an_image"),
        (b"", False, "size_mismatch"),
        (RENTS + b"more", False, "size_mismatch"),
    ],
)
def test_what_is_refused_is_marked_and_not_kept(by: AuthenticatedKey, body: bytes, image: bool, reason: str) -> None:
    size = len(RENTS) if reason == "size_mismatch" else len(body)
    asset = announced(by, size, image=image)
    upload(asset, body)
    check.check(by.org_id, asset.asset_id, now=NOW)
    found = as_stored(asset)
    assert (found.status, found.rejected_reason) == ("rejected", reason)
    assert found.rejected_message
    assert stored_keys() == []


def test_before_anything_has_arrived_nothing_happens(by: AuthenticatedKey) -> None:
    asset = announced(by)
    check.check(by.org_id, asset.asset_id, now=NOW)
    assert status(asset) == "pending"


def test_a_second_upload_to_the_same_address_changes_nothing(by: AuthenticatedKey) -> None:
    asset = announced(by)
    upload(asset, RENTS)
    check.check(by.org_id, asset.asset_id, now=NOW)
    before = as_stored(asset)
    upload(asset, RENTS.replace(b"1200", b"9999"))
    check.check(by.org_id, asset.asset_id, now=NOW + 60)
    assert as_stored(asset) == before
    assert stored_keys() == [before.object_key]


def test_an_upload_after_the_deletion_is_taken_away(by: AuthenticatedKey) -> None:
    asset = announced(by)
    service.delete(asset.asset_id, "file", by, now=NOW)
    upload(asset, RENTS)
    check.check(by.org_id, asset.asset_id, now=NOW)
    assert stored_keys() == []
    assert as_stored(asset).deleted_at


def test_a_deletion_during_the_check_wins(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = announced(by)
    upload(asset, RENTS)
    keep = object_store.keep_incoming

    def deleted_meanwhile(*arguments: str, **named: str) -> None:
        keep(*arguments, **named)
        service.delete(asset.asset_id, "file", by, now=NOW)

    monkeypatch.setattr(object_store, "keep_incoming", deleted_meanwhile)
    check.check(by.org_id, asset.asset_id, now=NOW)
    found = as_stored(asset)
    assert (found.status, bool(found.deleted_at)) == ("pending", True)
    assert stored_keys() == []


def test_a_twin_that_read_another_upload_takes_back_its_own(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset, other = announced(by), RENTS.replace(b"1200", b"9999")
    upload(asset, RENTS)
    keep = object_store.keep_incoming

    def overtaken(*arguments: str, **named: str) -> None:
        keep(*arguments, **named)
        monkeypatch.setattr(object_store, "keep_incoming", keep)
        upload(asset, other)
        check.check(by.org_id, asset.asset_id, now=NOW)

    monkeypatch.setattr(object_store, "keep_incoming", overtaken)
    check.check(by.org_id, asset.asset_id, now=NOW)
    found = as_stored(asset)
    assert found.sha256 == hashlib.sha256(other).hexdigest()
    assert stored_keys() == [found.object_key]


@pytest.mark.parametrize("dies_in", ["keep_incoming", "delete_incoming"])
def test_a_check_that_died_is_done_again(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch, dies_in: str) -> None:
    asset = announced(by)
    upload(asset, RENTS)

    def dies(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(object_store, dies_in, dies)
        with pytest.raises(MemoryError):
            check.check(by.org_id, asset.asset_id, now=NOW)
    check.check(by.org_id, asset.asset_id, now=NOW)
    assert status(asset) == "ready"
    assert stored_keys() == [as_stored(asset).object_key]


def test_an_upload_that_comes_after_a_day_is_not_taken(by: AuthenticatedKey) -> None:
    asset = announced(by)
    upload(asset, RENTS)
    check.check(by.org_id, asset.asset_id, now=NOW + PENDING_SECONDS)
    assert status(asset) == "pending"
    assert stored_keys() == []


def test_a_key_of_no_asset_is_taken_away(by: AuthenticatedKey) -> None:
    stray = announced(by).model_copy(update={"asset_id": "file_nobody"})
    upload(stray, RENTS)
    check.check(by.org_id, "file_nobody", now=time.time())
    assert stored_keys() == []


def test_the_org_of_the_key_is_the_org_of_the_asset(by: AuthenticatedKey) -> None:
    """The id of another org's asset under our own org's prefix reaches nothing of theirs."""
    theirs = announced(caller("Rival", "rival"))
    upload(theirs.model_copy(update={"org_id": by.org_id}), RENTS)
    check.check(by.org_id, theirs.asset_id, now=NOW)
    assert status(theirs) == "pending"
    assert stored_keys() == []


def test_a_check_that_fails_keeps_none_of_the_others_waiting(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = [announced(by, now=time.time()) for _ in range(3)]
    for asset in assets[1:]:
        upload(asset, RENTS)
    check_one = check.check

    def failing(org_id: str, asset_id: str, *, now: float) -> None:
        if asset_id == assets[0].asset_id:
            raise RuntimeError("storage is on fire")
        check_one(org_id, asset_id, now=now)

    monkeypatch.setattr(check, "check", failing)
    with pytest.raises(RuntimeError, match="on fire"):
        assets_check.handler({"org_id": by.org_id, "asset_ids": [asset.asset_id for asset in assets]}, None)
    assert [status(asset) for asset in assets] == ["pending", "ready", "ready"]

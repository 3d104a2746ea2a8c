"""What is over is taken away: bytes a day after the deletion, uploads that never came, and nothing else."""

from __future__ import annotations

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.assets import check, object_store, reap, service, store
from overten.assets.models import Asset
from overten.aws import dynamo
from overten.clock import DAY_SECONDS
from overten.errors import Gone, NotFound
from tests.unit.assets.conftest import stored_keys, upload
from tests.unit.assets.samples import RENTS
from tests.unit.assets.test_check import announced
from tests.unit.runs.factories import NOW, caller


@pytest.fixture
def by(aws: None) -> AuthenticatedKey:
    return caller()


def ready(by: AuthenticatedKey) -> Asset:
    asset = announced(by)
    upload(asset, RENTS)
    check.check(by.org_id, asset.asset_id, now=NOW)
    return asset


def row(asset: Asset) -> dict[str, object] | None:
    return dynamo.get("assets", {"pk": asset.org_id, "sk": f"FILE#{asset.asset_id}"})


def test_bytes_go_a_day_after_the_deletion_and_a_tombstone_stays(by: AuthenticatedKey) -> None:
    asset, kept = ready(by), ready(by)
    service.delete(asset.asset_id, "file", by, now=NOW)
    assert reap.reap(NOW + DAY_SECONDS - 60) == 0
    assert len(stored_keys()) == 2
    assert reap.reap(NOW + DAY_SECONDS + 1) == 1
    assert stored_keys() == [f"org/{by.org_id}/files/{kept.asset_id}/{store_sha(kept)}"]
    left = row(asset)
    assert left is not None
    assert not {"name", "sha256", "object_key", "reap_shard"} & set(left)
    assert left["ttl"] == int(NOW) + 90 * DAY_SECONDS
    assert reap.reap(NOW + DAY_SECONDS + 2) == 0


def store_sha(asset: Asset) -> str | None:
    found = store.get(asset.org_id, asset.asset_id)
    assert found is not None
    return found.sha256


def test_a_deletion_is_told_for_ninety_days(by: AuthenticatedKey) -> None:
    asset = ready(by)
    service.delete(asset.asset_id, "file", by, now=NOW)
    reap.reap(NOW + DAY_SECONDS + 1)
    for days in (0, 2, 89):
        with pytest.raises(Gone):
            service.get(asset.asset_id, "file", by, now=NOW + days * DAY_SECONDS)
        service.delete(asset.asset_id, "file", by, now=NOW + days * DAY_SECONDS)
    with pytest.raises(NotFound):
        service.get(asset.asset_id, "file", by, now=NOW + 90 * DAY_SECONDS + 1)


def test_an_upload_that_never_came_vanishes_after_a_day(by: AuthenticatedKey) -> None:
    asset = announced(by)
    with pytest.raises(NotFound):
        service.get(asset.asset_id, "file", by, now=NOW + DAY_SECONDS)
    assert service.list_assets(by, "file", before_id=None, limit=5, now=NOW + DAY_SECONDS) == ([], None)
    upload(asset, RENTS)
    assert reap.reap(NOW + DAY_SECONDS) == 0, "a check that began in time may be at work"
    check.check(asset.org_id, asset.asset_id, now=NOW + DAY_SECONDS - 1)
    late = announced(by)
    assert reap.reap(NOW + DAY_SECONDS + 600) == 1
    assert row(late) is None
    assert store_sha(asset)


def test_what_is_left_of_one_goes_with_it(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = announced(by)
    upload(asset, RENTS)

    def dies(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(store, "mark_ready", dies)
        with pytest.raises(MemoryError):
            check.check(by.org_id, asset.asset_id, now=NOW)
    assert len(stored_keys()) == 2
    assert reap.reap(NOW + DAY_SECONDS + 600) == 1
    assert row(asset) is None
    assert stored_keys() == []


def test_what_became_ready_in_the_last_moment_stays(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = ready(by)
    monkeypatch.setattr(store, "due", lambda *_, **__: iter([(asset.org_id, asset.asset_id)]))
    reap.reap(NOW + 10 * DAY_SECONDS)
    assert store_sha(asset)
    assert len(stored_keys()) == 1


def test_one_that_cannot_be_reaped_does_not_keep_the_others(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = [ready(by) for _ in range(3)]
    for asset in assets:
        service.delete(asset.asset_id, "file", by, now=NOW)
    delete_all = object_store.delete_all

    def fails_for_one(org_id: str, sort: object, asset_id: str) -> None:
        if asset_id == assets[1].asset_id:
            raise RuntimeError
        delete_all(org_id, "file", asset_id)

    with monkeypatch.context() as patch:
        patch.setattr(object_store, "delete_all", fails_for_one)
        with pytest.raises(reap.ReapIncomplete):
            reap.reap(NOW + DAY_SECONDS + 1)
    assert len(stored_keys()) == 1
    assert reap.reap(NOW + DAY_SECONDS + 2) == 0, "it is tried again later"
    assert reap.reap(NOW + 2 * DAY_SECONDS) == 1
    assert stored_keys() == []


def test_a_run_takes_a_bounded_number_and_the_next_goes_on(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reap, "LIMIT_PER_SHARD", 1)
    for _ in range(9):
        service.delete(ready(by).asset_id, "file", by, now=NOW)
    runs = []
    while taken := reap.reap(NOW + DAY_SECONDS + 1):
        runs.append(taken)
    assert sum(runs) == 9
    assert max(runs) <= store.REAP_SHARDS

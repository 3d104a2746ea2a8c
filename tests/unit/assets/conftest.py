from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from overten.assets import check, check_store, object_store
from overten.assets.models import Asset
from overten.aws import clients


class FakeChecks:
    """Stands for the checking function when somebody waits for it: runs the check, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.is_down = False

    def check_now(self, org_id: str, asset_ids: Sequence[str]) -> None:
        self.asked.append(list(asset_ids))
        if not self.is_down:
            for asset_id in asset_ids:
                check.check(org_id, asset_id, now=time.time())


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> FakeChecks:
    fake = FakeChecks()
    monkeypatch.setattr(check_store, "check_now", fake.check_now)
    return fake


def upload(asset: Asset, body: bytes) -> None:
    """What the presigned form does, without its policy."""
    clients.s3().put_object(
        Bucket="documents", Key=f"{object_store.INCOMING}{asset.org_id}/{asset.asset_id}", Body=body
    )


def stored_keys(prefix: str = "") -> list[str]:
    found = clients.s3().list_objects_v2(Bucket="documents", Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]

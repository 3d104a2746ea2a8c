"""Settings that a deployed stage must not have."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from overten.config import OutboundSettings


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_deployed_stage_reaches_no_local_addresses(
    environment: None, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setenv("STAGE", stage)
    assert not OutboundSettings.load().allow_local_targets
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "false")
    assert not OutboundSettings.load().allow_local_targets
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "true")
    with pytest.raises(ValidationError, match="no requests to local addresses"):
        OutboundSettings.load()
    monkeypatch.setenv("STAGE", "local")
    assert OutboundSettings.load().allow_local_targets

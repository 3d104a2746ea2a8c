"""Uploaded files and images in DynamoDB: `FILE#…` and `IMAGE#…` under an org's id."""

from __future__ import annotations

from overten.aws import dynamo
from overten.config import AssetsSettings, settings


def exists(org_id: str, asset_id: str) -> bool:
    """Whether the org has an asset of this id."""
    kind = "IMAGE" if asset_id.startswith("img_") else "FILE"
    return dynamo.get(settings(AssetsSettings).assets_table, {"pk": org_id, "sk": f"{kind}#{asset_id}"}) is not None

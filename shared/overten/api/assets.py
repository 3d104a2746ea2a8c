"""How the asset endpoints take bodies and answer."""

from __future__ import annotations

from collections.abc import Sequence

from overten.accounts.models import AuthenticatedKey
from overten.api.uploads import Sent
from overten.assets import link_store, service
from overten.assets.models import Asset, PresignedPost
from overten.assets.requests import FileDetails, ImageDetails
from overten.assets.views import ImageView


def create(
    sent: Sent[FileDetails] | Sent[ImageDetails], caller: AuthenticatedKey, now: float
) -> tuple[Asset, PresignedPost | None]:
    """The asset of a body: ready if the body was the file, else pending, with the form that uploads it."""
    if sent.announced:
        return service.announce(sent.announced, sent.details, caller, now=now)
    assert sent.file  # noqa: S101 - one of the two is there
    taken = service.take(sent.file, sent.details, caller, name=sent.name, declared_type=sent.declared_type, now=now)
    return taken, None


def image_views(assets: Sequence[Asset], base_url: str, *, now: float) -> list[ImageView]:
    """Images with fresh links, in one write for all. Those that are not ready have none."""
    ready = [asset for asset in assets if asset.status == "ready"]
    tokens = link_store.mint([(asset.org_id, asset.asset_id) for asset in ready], now=now)
    urls = {
        asset.asset_id: f"{base_url}/v1/images/{asset.asset_id}/content?token={token}"
        for asset, token in zip(ready, tokens, strict=True)
    }
    return [ImageView.of(asset, urls.get(asset.asset_id)) for asset in assets]

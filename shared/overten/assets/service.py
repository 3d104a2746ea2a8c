"""Taking uploads, and reading, listing and deleting files and images."""

from __future__ import annotations

from typing import BinaryIO

from overten.accounts import store as accounts_store
from overten.accounts.models import AuthenticatedKey
from overten.accounts.tiers import TIERS
from overten.assets import check, check_store, errors, link_store, object_store, store
from overten.assets.models import ID_PREFIXES, Asset, AssetLink, PresignedPost, Sort
from overten.assets.names import inline_disposition, upload_name
from overten.assets.requests import FileDetails, ImageDetails, Upload
from overten.clock import iso, seconds_of
from overten.errors import Conflict, Forbidden, NotFound
from overten.export.records import StoredFile
from overten.ids import new_id

MAX_EXAMINED_ASSETS = 500
# An upload whose arrival was not told within this time is asked after when its asset is read.
_SIGNAL_SECONDS = 30.0
_NO_LINK = "The link is unknown or has expired."


def announce(
    upload: Upload, details: FileDetails | ImageDetails, caller: AuthenticatedKey, *, now: float
) -> tuple[Asset, PresignedPost]:
    """Notes an upload to come, and gives the form that uploads it. PayloadTooLarge over the tier's limit."""
    limit = TIERS[caller.tier].upload_bytes
    if upload.bytes > limit:
        raise errors.upload_too_large(limit)
    asset = _new_asset(upload.name, details, caller, now).model_copy(
        update={"content_type": upload.content_type, "bytes": upload.bytes}
    )
    form = object_store.presigned_post(asset, now=now)
    store.put_pending(asset)
    return asset, form


def take(
    file: BinaryIO,
    details: FileDetails | ImageDetails,
    caller: AuthenticatedKey,
    *,
    name: str,
    declared_type: str,
    now: float,
) -> Asset:
    """Checks and keeps a file that is at hand. Raises ValidationFailed for `/file`, with nothing stored, if refused."""
    asset = _new_asset(name, details, caller, now).model_copy(update={"content_type": declared_type})
    try:
        findings = check.inspect(file, asset)
    except errors.Rejected as rejected:
        raise errors.rejected_field("/file", rejected) from None
    # The row first: should we die before the end, it leads the reaper to the bytes.
    store.put_pending(asset.model_copy(update={"content_type": findings.content_type, "bytes": findings.bytes}))
    try:
        object_store.put(findings.object_key, file, content_type=findings.content_type)
        return store.mark_ready(asset.org_id, asset.asset_id, findings, now=now)
    except store.NotPending:
        raise errors.no_such(asset.sort) from None  # deleted by somebody who saw it in the list
    except Exception:
        # Who is told of a failure knows no id. Perhaps the bytes are there: the reaper takes them.
        store.mark_deleted(asset.org_id, asset.asset_id, now=now)
        raise


def _new_asset(name: str, details: FileDetails | ImageDetails, caller: AuthenticatedKey, now: float) -> Asset:
    sort: Sort = "file" if isinstance(details, FileDetails) else "image"
    return Asset(
        org_id=caller.org_id,
        asset_id=new_id(ID_PREFIXES[sort]),
        sort=sort,
        creator_uid=caller.creator_uid,
        created_at=iso(now),
        name=upload_name(name, otherwise=sort),
        **details.model_dump(),
    )


def get(asset_id: str, sort: Sort, caller: AuthenticatedKey, *, now: float) -> Asset:
    """An asset the caller's key may see, or NotFound; Gone once it has been deleted.

    One that is still pending is checked first, in case the signal that its bytes have arrived was missed.
    """
    asset = _visible(asset_id, sort, caller, now)
    if asset.status == "pending" and now - seconds_of(asset.created_at) > _SIGNAL_SECONDS and not asset.deleted_at:
        check_store.check_now(caller.org_id, [asset_id])
        asset = _visible(asset_id, sort, caller, now)
    if asset.deleted_at:
        raise errors.deleted(asset)
    return asset


def _visible(asset_id: str, sort: Sort, caller: AuthenticatedKey, now: float) -> Asset:
    asset = store.get(caller.org_id, asset_id)
    if asset is None or asset.sort != sort or asset.is_forgotten(now) or not caller.sees(asset.creator_uid):
        raise errors.no_such(sort)
    return asset


def delete(asset_id: str, sort: Sort, caller: AuthenticatedKey, *, now: float) -> None:
    """Deletes an asset softly: it cannot be used or read from now on, and its bytes go after a day. Twice is once."""
    asset = _visible(asset_id, sort, caller, now)
    if not asset.deleted_at:
        store.mark_deleted(caller.org_id, asset_id, now=now)


def list_assets(
    caller: AuthenticatedKey, sort: Sort, *, before_id: str | None, limit: int, tag: str | None = None, now: float
) -> tuple[list[Asset], str | None]:
    """At most `limit` of the caller's assets, newest first, and where the next page begins (None after the last).

    Deleted ones are left out. A page examines a bounded number of rows, so a rare tag may give short pages.
    """
    found: list[Asset] = []
    last_id = None
    for examined, asset in enumerate(store.list_assets(caller.org_id, sort, before_id=before_id)):
        if len(found) == limit or examined == MAX_EXAMINED_ASSETS:
            return found, last_id
        last_id = asset.asset_id
        if (
            caller.sees(asset.creator_uid)
            and not asset.deleted_at
            and not asset.is_forgotten(now)
            and (tag is None or tag in asset.tags)
        ):
            found.append(asset)
    return found, None


def shown_image(asset: Asset) -> str:
    """A short-lived storage address of an image. Conflict while its bytes have not passed their check."""
    if asset.status != "ready" or asset.object_key is None:
        raise Conflict(f"The image is {asset.status}: it has no content.")
    return object_store.signed_url(
        asset.object_key, content_disposition=inline_disposition(asset.name), content_type=asset.content_type
    )


def image_of_link(token: str, image_id: str, *, now: float) -> Asset:
    """The image that a link shows. NotFound for an unknown or expired token or another image's, Gone once deleted."""
    return _of_link(token, image_id, now)[0]


def converted_of_link(token: str, file_id: str, *, now: float) -> StoredFile:
    """What a file was converted to, by its link. Raises as `image_of_link` does."""
    _, link = _of_link(token, file_id, now)
    if link.converted is None:
        raise NotFound(_NO_LINK)
    return link.converted


def file_of(asset: Asset) -> StoredFile:
    """An uploaded file as it is given out. Conflict while its bytes have not passed their check."""
    if asset.status != "ready" or asset.object_key is None:
        raise Conflict(f"The file is {asset.status}: it has no content.")
    return StoredFile(object_key=asset.object_key, file_name=asset.name, media_type=asset.content_type)


def _of_link(token: str, asset_id: str, now: float) -> tuple[Asset, AssetLink]:
    link = link_store.find(token, now=now)
    asset = store.get(link.org_id, link.asset_id) if link else None
    if link is None or asset is None or asset.asset_id != asset_id or asset.is_forgotten(now):
        raise NotFound(_NO_LINK)
    org = accounts_store.get_org(asset.org_id)
    if org is None or org.status != "active":
        raise Forbidden("This organization is suspended.")
    if asset.deleted_at:
        raise errors.deleted(asset)
    return asset, link

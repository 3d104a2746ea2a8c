"""What can be wrong with an uploaded file or image."""

from __future__ import annotations

from overten.assets.models import Asset
from overten.errors import Gone, NotFound, PayloadTooLarge, ValidationFailed

MULTIPART_BYTES = 4 * 2**20


class Rejected(Exception):
    """The bytes are not acceptable. `reason` is a code; `message` is for end users."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


def rejected_field(pointer: str, rejected: Rejected) -> ValidationFailed:
    """422 for the field whose bytes were refused, with the code as `reason`."""
    error = ValidationFailed(pointer, rejected.message)
    error.extra = {"reason": rejected.reason}
    return error


def no_such(sort: str) -> NotFound:
    return NotFound(f"No such {sort}.")


def deleted(asset: Asset) -> Gone:
    return Gone(f"The {asset.sort} has been deleted.", extra={"deleted_at": asset.deleted_at})


def multipart_too_large(upload_bytes: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"A multipart body may be up to {_megabytes(MULTIPART_BYTES)}. Send larger ones, up to your tier's"
        f" {_megabytes(upload_bytes)}, by the JSON form of this route: name, content_type and bytes; the answer says"
        " where to upload to."
    )


def upload_too_large(upload_bytes: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"/bytes: your tier's limit for one upload is {_megabytes(upload_bytes)}.")


def _megabytes(size: int) -> str:
    return f"{size // 2**20} MB"

"""Addresses as requests of clients give them."""

from __future__ import annotations

from overten.config import OutboundSettings, settings
from overten.errors import ValidationFailed
from overten.outbound.errors import TargetRefused
from overten.outbound.targets import check_url


def require_target(pointer: str, url: str) -> None:
    """Refuses an address that no request will ever be made to. ValidationFailed with the pointer of its field."""
    try:
        check_url(url, allow_local=settings(OutboundSettings).allow_local_targets)
    except TargetRefused as refused:
        raise ValidationFailed(pointer, refused.message) from refused

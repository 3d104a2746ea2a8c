"""Fetches a brand's logo from the address its owner gave. The only function that reaches such addresses for runs.

It may do nothing else: no table, no bucket, no secret. Whatever an address makes it do, there is nothing to be had.
"""

from __future__ import annotations

import base64
from typing import Any

from overten.assets.logo import LogoUnavailable, fetch_logo
from overten.logs import logger


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`{"url"}` to `{"ok": true, "content_type", "base64"}` or `{"ok": false, "reason", "message"}`."""
    try:
        logo = fetch_logo(str(event["url"]))
    except LogoUnavailable as unavailable:
        logger().info("logo_unavailable", reason=unavailable.reason)
        return {"ok": False, "reason": unavailable.reason, "message": unavailable.message}
    return {"ok": True, "content_type": logo.content_type, "base64": base64.b64encode(logo.body).decode("ascii")}

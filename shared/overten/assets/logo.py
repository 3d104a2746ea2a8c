"""A brand's logo from wherever its owner keeps it: fetched, examined, and drawn anew so that only pixels come in."""

from __future__ import annotations

import io
from dataclasses import dataclass

from overten.assets.examine import Examined, Unacceptable, examine
from overten.assets.examine.images import DECODER_ERRORS
from overten.config import OutboundSettings, settings
from overten.outbound.errors import OutboundError

MAX_LOGO_BYTES = 2 * 2**20
LOGO_DEADLINE_SECONDS = 5.0
# What is larger is no logo, and drawing it anew takes several times its pixels in memory.
MAX_LOGO_PIXELS = 25_000_000
# At 300 dots an inch 6.8 cm, more than a logo is printed. As PNG at most 2.6 MB, which a function's answer can hold.
MAX_LOGO_SIDE_PIXELS = 800
_KINDS = ("png", "jpeg", "webp")
_HEADERS = {"User-Agent": "Overten-Logo/1.0", "Accept": "image/png, image/jpeg, image/webp"}


@dataclass(frozen=True)
class Logo:
    """A PNG or JPEG of at most MAX_LOGO_SIDE_PIXELS a side, upright and without metadata."""

    content_type: str
    body: bytes


class LogoUnavailable(Exception):
    """There is no logo to be had. `reason` is a code, `message` is safe for end users."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def fetch_logo(url: str) -> Logo:
    """The logo at a URL: https, at most 2 MB, 5 s, no redirects, PNG, JPEG or WebP by its bytes.

    Raises LogoUnavailable.
    """
    body = _fetched(url)
    try:
        examined = examine(io.BytesIO(body), name="")
    except Unacceptable as refused:
        raise LogoUnavailable(refused.reason, f"The logo was not used: {refused.message}") from refused
    if examined.kind not in _KINDS:
        raise LogoUnavailable("not_an_image", "The logo's address does not hold a PNG, JPEG or WebP image.")
    if (examined.width or 0) * (examined.height or 0) > MAX_LOGO_PIXELS:
        raise LogoUnavailable("pixel_bomb", f"The logo has more than {MAX_LOGO_PIXELS // 1_000_000} million pixels.")
    try:
        return _drawn_anew(body, examined)
    except DECODER_ERRORS as error:
        raise LogoUnavailable("damaged", "The logo's image is damaged.") from error


def _fetched(url: str) -> bytes:
    from overten.outbound.client import fetch
    from overten.outbound.targets import check_url

    try:
        answer = fetch(
            check_url(url, allow_local=settings(OutboundSettings).allow_local_targets),
            deadline_seconds=LOGO_DEADLINE_SECONDS,
            max_body_bytes=MAX_LOGO_BYTES,
            headers=_HEADERS,
        )
        if answer.status == 200 and answer.cut_short:
            raise answer.cut_short
    except OutboundError as error:
        raise LogoUnavailable(error.reason, f"The logo could not be fetched: {error.message}") from error
    if 300 <= answer.status < 400:
        raise LogoUnavailable("redirected", "The logo's address redirects to another one. Give that one instead.")
    if answer.status != 200:
        raise LogoUnavailable("bad_status", f"The logo's address answered with HTTP status {answer.status}.")
    if answer.truncated:
        raise LogoUnavailable("too_large", "The logo is larger than 2 MB.")
    return answer.body


def _drawn_anew(body: bytes, examined: Examined) -> Logo:
    """The picture's pixels in a file of our own making: no metadata, nothing appended, no second meaning."""
    from PIL import Image, ImageOps

    side = (MAX_LOGO_SIDE_PIXELS, MAX_LOGO_SIDE_PIXELS)
    drawn = io.BytesIO()
    with Image.open(io.BytesIO(body), formats=[examined.kind.upper()]) as image:
        image.draft("RGB", side)
        upright = ImageOps.exif_transpose(image)
        # Modes without room for in-between colours would come out jagged.
        full = upright.convert("RGB" if examined.kind == "jpeg" else "RGBA")
        full.thumbnail(side)
        full.info.clear()
        if examined.kind == "jpeg":
            full.save(drawn, "JPEG", quality=92)
            return Logo("image/jpeg", drawn.getvalue())
        full.save(drawn, "PNG")
        return Logo("image/png", drawn.getvalue())

"""Images as Office shows them: upright, in a form that every version reads, and no larger than anybody sees."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE_PIXELS = 4_096
MAX_PIXELS = 64_000_000
# What is larger in bytes is drawn anew on fewer pixels, still more than a full page at 200 dots an inch.
MAX_BYTES, LARGE_SIDE_PIXELS = 5_000_000, 2_400
_ORIENTATION, _UPRIGHT = 0x0112, 1
# Decoders fail on damaged bytes in any of these ways.
_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip


def office_image(data: bytes) -> bytes | None:
    """The bytes of an image that Office places as they are, or of the same picture drawn anew; None if it is none.

    Office knows no WebP, shows photographs as the sensor lay and not as the camera was held, and keeps every pixel of
    an image that is larger than any screen.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            is_large = len(data) > MAX_BYTES
            if _is_fit(image) and not is_large:
                return data
            drawn = ImageOps.exif_transpose(image)
            side = LARGE_SIDE_PIXELS if is_large else MAX_SIDE_PIXELS
            drawn.thumbnail((side, side))
            return _encoded(drawn, photographic=is_large or image.format not in ("PNG", "GIF"))
    except _DECODER_ERRORS:
        return None


def _is_fit(image: Image) -> bool:
    """Whether Office shows the image as it is. Of GIFs it shows those that move, Word none."""
    upright = image.getexif().get(_ORIENTATION, _UPRIGHT) == _UPRIGHT
    known = image.format in ("PNG", "JPEG") or (image.format == "GIF" and getattr(image, "is_animated", False))
    return known and upright and max(image.size) <= MAX_SIDE_PIXELS


def _encoded(image: Image, *, photographic: bool) -> bytes:
    output = BytesIO()
    if image.has_transparency_data:
        image.convert("RGBA").save(output, "PNG", optimize=True)
    elif photographic:
        image.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
    else:
        image.convert("RGB").save(output, "PNG", optimize=True)
    return output.getvalue()

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
_OFFICE_FORMATS = frozenset({"PNG", "JPEG", "GIF"})
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
            upright = image.getexif().get(_ORIENTATION, _UPRIGHT) == _UPRIGHT
            if image.format in _OFFICE_FORMATS and upright and max(image.size) <= MAX_SIDE_PIXELS:
                return data
            drawn = ImageOps.exif_transpose(image)
            drawn.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
            return _encoded(drawn, photographic=image.format != "PNG")
    except _DECODER_ERRORS:
        return None


def _encoded(image: Image, *, photographic: bool) -> bytes:
    output = BytesIO()
    if image.has_transparency_data:
        image.convert("RGBA").save(output, "PNG", optimize=True)
    elif photographic:
        image.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
    else:
        image.convert("RGB").save(output, "PNG", optimize=True)
    return output.getvalue()

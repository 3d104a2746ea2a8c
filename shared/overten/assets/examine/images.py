"""Pictures, decoded once from end to end within bounds: what cannot be decoded is damaged."""

from __future__ import annotations

import os
import struct
import time
import warnings
import zlib
from typing import TYPE_CHECKING, BinaryIO, Literal

from overten.assets.examine import limits
from overten.assets.examine.models import Examined, Unacceptable, damaged

if TYPE_CHECKING:
    from PIL.Image import Image

ImageKind = Literal["png", "jpeg", "webp", "gif"]
_ORIENTATION_TAG = 0x0112
_TURNED_ASIDE = frozenset({5, 6, 7, 8})
# Pillow's decoders fail on hostile bytes in any of these ways.
DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip


def examine_image(file: BinaryIO, kind: ImageKind) -> Examined:
    """Size and frames of a picture of this kind, all of it decoded. Raises Unacceptable."""
    if file.seek(0, os.SEEK_END) > limits.MAX_IMAGE_BYTES:
        raise Unacceptable("too_large", f"An image may have at most {limits.MAX_IMAGE_BYTES // limits.MIB} MB.")
    if kind == "jpeg":
        _check_scans(file)
    file.seek(0)
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Our own bounds below are stricter than those that Pillow warns of.
            warnings.simplefilter("ignore")
            formats = [kind.upper()]
            with Image.open(file, formats=formats) as image:
                _check_size(image)
                # Decoding alone does not look at the checksums of a PNG's data. An image that was verified is used up.
                image.verify()
            file.seek(0)
            with Image.open(file, formats=formats) as image:
                return _examine(image, kind)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise (damaged() if isinstance(error, UnidentifiedImageError) else _too_many_pixels()) from error
    except DECODER_ERRORS as error:
        raise damaged() from error


def _check_size(image: Image) -> None:
    width, height = image.size
    if width * height > limits.MAX_PIXELS or max(width, height) > limits.MAX_SIDE_PIXELS:
        raise _too_many_pixels()


def _examine(image: Image, kind: ImageKind) -> Examined:
    width, height = image.size
    turned = _is_turned_aside(image)
    if kind == "jpeg":
        # An eighth of each side: the whole scan is still read, a 64th of the memory is used.
        image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
    frames = _decode_frames(image) if kind != "jpeg" else _decode_first(image)
    if turned:
        width, height = height, width
    return Examined(kind=kind, width=width, height=height, frames=frames)


def _is_turned_aside(image: Image) -> bool:
    """Whether viewers swap width and height, by the picture's own EXIF data. Unreadable data turns nothing."""
    try:
        return image.getexif().get(_ORIENTATION_TAG) in _TURNED_ASIDE
    except DECODER_ERRORS:
        return False


def _decode_first(image: Image) -> int:
    image.load()
    return 1


def _decode_frames(image: Image) -> int:
    """Decodes every frame of an animation and counts them."""
    deadline = time.monotonic() + limits.MAX_DECODE_SECONDS
    canvas = image.size[0] * image.size[1]
    if getattr(image, "is_animated", False) and canvas > limits.MAX_ANIMATION_CANVAS_PIXELS:
        raise _too_many_pixels(limits.MAX_ANIMATION_CANVAS_PIXELS)
    at_most = max(1, min(limits.MAX_FRAMES, limits.MAX_ANIMATION_PIXELS // max(1, canvas)))
    image.load()
    count = 1
    while getattr(image, "is_animated", True) and _advance(image, count):
        count += 1
        if count > at_most or time.monotonic() > deadline:
            raise Unacceptable(
                "too_many_frames",
                f"The animation is too long. At most {limits.MAX_FRAMES:,} frames are taken, fewer of large ones.",
            )
        image.load()
    return count


def _advance(image: Image, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    _check_size(image)
    return True


def _check_scans(file: BinaryIO) -> None:
    """Counts a JPEG's start-of-scan markers, which cannot occur within a scan's own data (T.81, B.1.1.5)."""
    file.seek(0)
    scans, last = 0, b""
    while piece := file.read(limits.CHUNK_BYTES):
        scans += (last + piece).count(b"\xff\xda")
        last = piece[-1:]
        if scans > limits.MAX_JPEG_SCANS:
            raise Unacceptable("pixel_bomb", "The image would take too long to decode. Save it anew as PNG or JPEG.")


def _too_many_pixels(most: int = limits.MAX_PIXELS) -> Unacceptable:
    millions = most // 1_000_000
    return Unacceptable("pixel_bomb", f"The image is too large. It may have at most {millions} million pixels.")

"""Pictures as parts of a package."""

from __future__ import annotations

import hashlib
from io import BytesIO

from overten.documents.ooxml.package import Package

MAX_PIXELS = 40_000_000
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpeg", "image/jpeg"),
    (b"GIF8", "gif", "image/gif"),
)


def pixel_size(data: bytes) -> tuple[int, int]:
    """Width and height. Raises ValueError for anything but a PNG, JPEG or GIF of a sane size."""
    import imagesize

    _kind(data)
    width, height = imagesize.get(BytesIO(data))
    if width <= 0 or height <= 0:
        raise ValueError("the picture's size cannot be read")
    if width * height > MAX_PIXELS:
        raise ValueError(f"the picture has more than {MAX_PIXELS:,} pixels")
    return width, height


def _kind(data: bytes) -> tuple[str, str]:
    for start, extension, content_type in _KINDS:
        if data.startswith(start):
            return extension, content_type
    raise ValueError("the picture is no PNG, JPEG or GIF")


def add_image(package: Package, source: str, data: bytes) -> str:
    """Relates a part to a picture, stored once however often it is used, and returns the relationship's id."""
    extension, content_type = _kind(data)
    name = f"ppt/media/image-{hashlib.sha256(data).hexdigest()[:16]}.{extension}"
    if not package.has(name):
        package.set_default_type(extension, content_type)
        package.put(name, data, content_type)
    return package.relationships(source).add("image", name)

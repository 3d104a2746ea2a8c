"""Images made fit for Office, and those that are so already left as they are."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from overten.documents import pictures
from overten.documents.pictures import office_image


def drawn(size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size, "#c0392b")
    image.paste("#2980b9", (0, 0, size[0] // 2, size[1]))
    output = BytesIO()
    image.save(output, **options)
    return output.getvalue()


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_office_reads_is_left_as_it_is(kind: str) -> None:
    data = drawn(format=kind)
    assert office_image(data) == data


def test_a_gif_moves_or_becomes_a_picture() -> None:
    moving = drawn(format="GIF", save_all=True, append_images=[Image.new("RGB", (40, 20), "white")])
    assert office_image(moving) == moving
    assert opened(office_image(drawn(format="GIF"))).format == "PNG"


def test_what_is_large_in_bytes_is_drawn_on_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    monkeypatch.setattr(pictures, "LARGE_SIDE_PIXELS", 20)
    result = opened(office_image(drawn(format="PNG")))
    assert (result.format, result.size) == ("JPEG", (20, 10))


def test_webp_becomes_a_photograph_or_keeps_its_transparency() -> None:
    assert opened(office_image(drawn(format="WEBP", lossless=True))).format == "JPEG"
    clear = BytesIO()
    Image.new("RGBA", (8, 8), (200, 0, 0, 60)).save(clear, "WEBP", lossless=True)
    result = opened(office_image(clear.getvalue()))
    assert result.format == "PNG"
    assert result.getpixel((3, 3)) == (200, 0, 0, 60)


def test_a_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: to be turned by 90 degrees
    result = opened(office_image(drawn(format="JPEG", exif=exif, quality=95)))
    assert result.size == (20, 40)
    red, _, blue = result.convert("RGB").getpixel((10, 5))  # type: ignore[misc]
    assert blue > red  # the left half is now above
    assert result.getexif().get(0x0112, 1) == 1


def test_no_more_pixels_than_anybody_sees() -> None:
    assert opened(office_image(drawn((6000, 30), format="PNG"))).size == (4096, 20)


def test_a_bomb_is_no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 799)
    assert office_image(drawn(format="PNG")) is None


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", drawn(format="PNG")[:40], drawn(format="WEBP")[:60], drawn(format="BMP")]
)
def test_what_is_no_image_is_none(data: bytes) -> None:
    assert office_image(data) is None

"""Pictures for golden documents, drawn here so that cropping, turning and stretching would show."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def _landscape(width: int, height: int, sky: str, hill: str) -> bytes:
    image = Image.new("RGB", (width, height), sky)
    draw = ImageDraw.Draw(image)
    radius = height // 8
    draw.ellipse((width * 3 // 4 - radius, radius, width * 3 // 4 + radius, 3 * radius), "#F7D774")
    draw.polygon([(0, height), (0, height * 2 // 3), (width // 3, height // 3), (width * 2 // 3, height)], hill)
    draw.polygon(
        [(width // 3, height), (width * 3 // 4, height // 2), (width, height * 3 // 4), (width, height)], "#2F5D50"
    )
    return _png(image)


def _logo() -> bytes:
    image = Image.new("RGBA", (300, 90), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((5, 5, 85, 85), "#0F6B5C")
    draw.rectangle((105, 20, 290, 40), "#0F6B5C")
    draw.rectangle((105, 52, 230, 70), "#D9822B")
    return _png(image)


def _portrait(coat: str) -> bytes:
    image = Image.new("RGB", (240, 320), "#E8ECEF")
    draw = ImageDraw.Draw(image)
    draw.ellipse((75, 60, 165, 170), "#C58C6B")
    draw.pieslice((30, 180, 210, 460), 180, 360, coat)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


ASSETS: dict[str, bytes] = {
    "photo": _landscape(640, 400, "#9CC5E0", "#4F7F6B"),
    "tall": _landscape(300, 600, "#E0B79C", "#7F4F4F"),
    "evening": _landscape(480, 360, "#5B6C9C", "#30406B"),
    "logo": _logo(),
    "anna": _portrait("#7A1F3D"),
    "ben": _portrait("#1F3D7A"),
}

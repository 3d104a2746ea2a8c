"""Colour for documents: perceptual tints (OKLCH) and WCAG contrast.

Colours are "RRGGBB" in upper case, without "#", as OOXML writes them.
OKLab: Björn Ottosson, https://bottosson.github.io/posts/oklab/. Contrast: WCAG 2.2, success criterion 1.4.3.
"""

from __future__ import annotations

import colorsys
import math

TEXT_CONTRAST = 4.5
LARGE_TEXT_CONTRAST = 3.0
_STEPS = 100


def parse_hex(color: str) -> str:
    """ "#1f4e79" or "1F4E79" as "1F4E79". Raises ValueError."""
    digits = color.removeprefix("#").upper()
    if len(digits) != 6 or any(digit not in "0123456789ABCDEF" for digit in digits):
        raise ValueError(f"{color!r} is not a colour such as #1F4E79")
    return digits


def to_oklch(color: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma 0 to about 0.37, hue in degrees."""
    red, green, blue = (_linear(value) for value in _channels(color))
    long = _root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = _root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = _root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The colour, with as much of the chroma as sRGB can show at that lightness and hue."""
    lightness = min(max(lightness, 0.0), 1.0)
    channels = _unclipped(lightness, chroma, hue)
    if not _inside(channels):
        low, high = 0.0, chroma
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _inside(_unclipped(lightness, middle, hue)) else (low, middle)
        channels = _unclipped(lightness, low, hue)
    return "".join(f"{round(255 * _gamma(min(max(value, 0.0), 1.0))):02X}" for value in channels)


def with_lightness(color: str, lightness: float, chroma_scale: float = 1.0) -> str:
    """The colour's hue at another lightness."""
    _, chroma, hue = to_oklch(color)
    return from_oklch(lightness, chroma * chroma_scale, hue)


def rotated(color: str, degrees: float) -> str:
    """The colour with its hue turned, lightness and chroma kept."""
    lightness, chroma, hue = to_oklch(color)
    return from_oklch(lightness, chroma, (hue + degrees) % 360)


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (_linear(value) for value in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def best_on(fill: str, *candidates: str) -> str:
    """The first candidate that can be read on `fill` as text, or else the one with the most contrast."""
    for candidate in candidates:
        if contrast(fill, candidate) >= TEXT_CONTRAST:
            return candidate
    return max(candidates, key=lambda candidate: contrast(fill, candidate))


def readable(color: str, on: str, ratio: float = TEXT_CONTRAST) -> str:
    """The colour nearest in lightness to `color`, hue kept, that has the contrast `ratio` on `on`."""
    if contrast(color, on) >= ratio:
        return color
    lightness, chroma, hue = to_oklch(color)
    darker = luminance(on) > 0.18
    end = 0.0 if darker else 1.0
    for step in range(1, _STEPS + 1):
        candidate = from_oklch(lightness + (end - lightness) * step / _STEPS, chroma, hue)
        if contrast(candidate, on) >= ratio:
            return candidate
    return "000000" if darker else "FFFFFF"


def lum(color: str, modulate: float = 1.0, offset: float = 0.0) -> str:
    """What DrawingML's lumMod and lumOff (as fractions) make of a colour: HSL lightness times and plus."""
    red, green, blue = _channels(color)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = min(max(lightness * modulate + offset, 0.0), 1.0)
    return "".join(f"{round(255 * value):02X}" for value in colorsys.hls_to_rgb(hue, lightness, saturation))


def _channels(color: str) -> tuple[float, float, float]:
    return int(color[0:2], 16) / 255, int(color[2:4], 16) / 255, int(color[4:6], 16) / 255


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _root(value: float) -> float:
    return math.copysign(abs(value) ** (1 / 3), value)


def _unclipped(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _inside(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in channels)

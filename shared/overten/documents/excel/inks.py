"""The colours of text and ground in a finished file, to tell whether the text can be read."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING, NamedTuple

from overten.documents.excel.theme import contrast

if TYPE_CHECKING:
    from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LARGE_POINTS, _LARGE_BOLD_POINTS = 18.0, 14.0  # by WCAG 2
# The order in which cells number the theme's colours, which is not that of the theme ([MS-OI29500] 18.8.3).
_THEME_ORDER = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip


class Ink(NamedTuple):
    """Text and ground of one cell style; None where the file does not say."""

    text: str | None
    ground: str | None
    is_large: bool

    @property
    def shortfall(self) -> tuple[float, float] | None:
        """The contrast and the least that WCAG AA asks for, if there is too little."""
        if self.text is None:
            return None
        least = 3.0 if self.is_large else 4.5
        found = contrast(self.text, self.ground or "#FFFFFF")
        hidden = self.ground is None and found < 1.1  # white on nothing: a table's own style may lie under it
        return None if found >= least or hidden else (found, least)


def read_inks(styles: etree._Element, theme: etree._Element | None) -> list[Ink]:
    """Text and ground of each cell style of a file, in order."""
    colors = theme_colors(theme)
    fonts = [_font(font, colors) for font in styles.iterfind(f"{_MAIN}fonts/{_MAIN}font")]
    fills = [_fill(fill, colors) for fill in styles.iterfind(f"{_MAIN}fills/{_MAIN}fill")]
    inks = []
    for xf in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"):
        font, fill = int(xf.get("fontId") or 0), int(xf.get("fillId") or 0)
        text, large = fonts[font] if font < len(fonts) else (None, False)
        inks.append(Ink(text, fills[fill] if fill < len(fills) else None, large))
    return inks


def theme_colors(theme: etree._Element | None) -> list[str]:
    """The theme's colours as cells number them: light 1, dark 1, light 2, dark 2, six accents, two of links."""
    if theme is None:
        return []
    colors = []
    for name in _THEME_ORDER:
        holder = next(theme.iter(f"{_TEXT}{name}"), None)
        color = holder[0] if holder is not None and len(holder) else None
        code = (color.get("lastClr") or color.get("val")) if color is not None else None
        colors.append(f"#{code}" if code and len(code) == 6 else "#000000")
    return colors


def _font(font: etree._Element, colors: list[str]) -> tuple[str | None, bool]:
    size = font.find(f"{_MAIN}sz")
    points = float(size.get("val") or 11) if size is not None else 11.0
    bold = font.find(f"{_MAIN}b") is not None
    return resolved_color(font.find(f"{_MAIN}color"), colors), points >= (_LARGE_BOLD_POINTS if bold else _LARGE_POINTS)


def _fill(fill: etree._Element, colors: list[str]) -> str | None:
    pattern = fill.find(f"{_MAIN}patternFill")
    if pattern is None or pattern.get("patternType") != "solid":
        return None
    return resolved_color(pattern.find(f"{_MAIN}fgColor"), colors)


def resolved_color(color: etree._Element | None, colors: list[str]) -> str | None:
    """The RGB code of a colour of a cell format; `colors` are the theme's in the order of `theme_colors`."""
    if color is None:
        return None
    code, number = color.get("rgb"), color.get("theme")
    if code and len(code) in {6, 8}:
        base = f"#{code[-6:]}"
    elif number is not None and number.isdecimal() and int(number) < len(colors):
        base = colors[int(number)]
    else:
        return None
    return _tinted(base, float(color.get("tint") or 0))


def _tinted(color: str, tint: float) -> str:
    """The colour lightened (to 1) or darkened (to -1) as Excel does, in hue, lightness and saturation."""
    if not tint:
        return color
    red, green, blue = (int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    parts = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation)
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)

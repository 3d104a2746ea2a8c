"""Looks: what named styles, kinds and the accent colour mean in cell formats, theme parts and chart colours."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from overten.documents.color import contrast as contrast_ratio
from overten.documents.color import readable
from overten.documents.excel.operations import KIND_FORMATS, CellStyle, StyleName, ValueKind
from overten.documents.excel.workbook import Workbook

if TYPE_CHECKING:
    from xlsxwriter.color import Color

FONT_SIZE_POINTS = 11
TOTAL_TINT = 0.88  # lighter than the theme's own tints, which keep the full saturation and look loud
DARK_TEXT = "#1F2933"
MUTED_TEXT = "#66717D"
HAIRLINE = "#D9DEE4"
INPUT_TEXT = "#1B4FCC"  # blue for what a user types, black for what is calculated: the convention of financial models
INPUT_FILL = "#EEF4FF"
ASSUMPTION_FILL = "#FFF9E5"
SIGNALS = {"good": ("#1E6B3A", "#DDF3E4"), "bad": ("#9C1C1C", "#FBE3E1"), "warning": ("#8A5A00", "#FFF0CC")}

# Symbols that follow the amount by the custom of their countries.
_TRAILING_SYMBOLS = frozenset({"kr", "kr.", "zł", "Kč", "Ft", "lei", "лв", "₽", "₴", "SEK", "NOK", "DKK", "PLN", "CZK"})

Properties = dict[str, Any]


def rgb(color: str) -> tuple[float, float, float]:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, part)) * 255):02X}" for part in (red, green, blue))


def tint(color: str, share: float) -> str:
    """The colour mixed with white; `share` 0 leaves it, 1 is white."""
    red, green, blue = rgb(color)
    return _hex(*(part + (1 - part) * share for part in (red, green, blue)))


def contrast(first: str, second: str) -> float:
    """Contrast ratio by WCAG 2, 1 to 21."""
    return contrast_ratio(first.removeprefix("#"), second.removeprefix("#"))


def text_on(fill: str) -> str:
    """White where it is legible on the fill (4.5 to 1), else dark text, else black, of which one always is."""
    return next((color for color in ("#FFFFFF", DARK_TEXT) if contrast(color, fill) >= 4.5), "#000000")


def accent_text(accent: str) -> str:
    """The accent as text on white: darkened until it reads, its hue kept."""
    return f"#{readable(accent.removeprefix('#').upper(), 'FFFFFF')}"


def palette(accent: str) -> list[str]:
    """Six colours for chart series and the file's theme; the accent comes first, the others keep clear of it."""
    others = ["#E08A2E", "#4F9D8E", "#8A6FB0", "#C4574E", "#7C8894", "#5B8DC9"]
    return [accent.upper(), *sorted(others, key=lambda other: _closeness(accent, other))[:5]]


def _closeness(first: str, second: str) -> int:
    """1 for colours of nearly one hue, so that they sort last; else 0."""
    difference = abs(colorsys.rgb_to_hls(*rgb(first))[0] - colorsys.rgb_to_hls(*rgb(second))[0])
    return int(min(difference, 1 - difference) < 0.06)


def number_format(kind: ValueKind, currency_symbol: str) -> str | None:
    """The workbook's standard number format for a kind; None leaves the cell general."""
    code = KIND_FORMATS.get(kind)
    return _currency_format(currency_symbol, code.lstrip("$")) if code and kind == "currency" else code


def _currency_format(symbol: str, digits: str) -> str:
    literal = f'"{symbol}"' if symbol not in {"$", "€", "£", "¥"} else symbol
    if symbol in _TRAILING_SYMBOLS:
        return f"{digits} {literal}"
    return f"{literal}{digits};-{literal}{digits}"


def without_decimals(code: str) -> str:
    return code.replace(".00", "")


def is_right_aligned(kind: ValueKind) -> bool:
    return kind not in {"text", "boolean"}


def named_style(name: StyleName, accent: str) -> Properties:
    """The properties of a named style, in XlsxWriter's names."""
    strong = accent_text(accent)
    if name in SIGNALS:
        text, fill = SIGNALS[name]
        return {"font_color": text, "bg_color": fill}
    styles: dict[str, Properties] = {
        "title": {"bold": True, "font_size": 18, "font_color": strong, "valign": "vcenter"},
        "subtitle": {"font_size": 11, "font_color": MUTED_TEXT, "valign": "vcenter"},
        "heading": {"bold": True, "font_size": 13, "font_color": strong, "bottom": 1, "bottom_color": accent},
        "header": {
            "bold": True, "font_color": text_on(accent), "bg_color": accent, "valign": "vcenter", "text_wrap": True,
        },
        "label": {"font_color": DARK_TEXT},
        "text": {"font_color": DARK_TEXT},
        "input": {"font_color": INPUT_TEXT, "bg_color": INPUT_FILL, **box(HAIRLINE)},
        "assumption": {"font_color": INPUT_TEXT, "bg_color": ASSUMPTION_FILL, **box(HAIRLINE)},
        "calculation": {"font_color": "#000000"},
        "total": {"bold": True, "bg_color": tint(accent, TOTAL_TINT), "top": 1, "top_color": accent},
        "note": {"italic": True, "font_size": 9.5, "font_color": MUTED_TEXT},
    }  # fmt: skip
    return styles[name]


def role_style(name: StyleName, workbook: Workbook) -> Properties:
    """The properties of a named style: the template's, if the workbook has one with a cell style for it."""
    given = workbook.design.styles.get(name) if workbook.design else None
    return dict(given.looks) if given else named_style(name, workbook.accent_color)


def box(color: str, width: int = 1) -> Properties:
    sides = ("top", "bottom", "left", "right")
    return dict.fromkeys(sides, width) | {f"{side}_color": color for side in sides}


def properties(style: CellStyle, workbook: Workbook) -> Properties:
    """A style as cell format properties: the named style, then its refinements."""
    result = role_style(style.name, workbook) if style.name else {}
    if style.kind:
        code = number_format(style.kind, workbook.currency_symbol)
        if style.kind == "date" and workbook.design and workbook.design.date_format:
            code = workbook.design.date_format
        if code:
            result["num_format"] = code
        result["kind"] = style.kind
    if style.name:
        result["role"] = style.name
    for member, key in _MEMBERS.items():
        value = getattr(style, member)
        if value is not None:
            result[key] = value
    if style.vertical_align:
        result["valign"] = {"center": "vcenter"}.get(style.vertical_align, style.vertical_align)
    if style.border and style.border != "outline":
        result.update(border(style))
    if style.number_format:
        result.pop("kind", None)
    return result


_MEMBERS = {
    "number_format": "num_format",
    "bold": "bold",
    "italic": "italic",
    "font_size": "font_size",
    "font_color": "font_color",
    "fill": "bg_color",
    "align": "align",
    "wrap": "text_wrap",
    "indent": "indent",
    "underline": "underline",
    "strike": "font_strikeout",
    "rotation": "rotation",
}


_BORDER_STYLES = {"thin": 1, "medium": 2, "dashed": 3, "dotted": 4, "thick": 5, "double": 6, "hair": 7}
_SIDES = ("top", "bottom", "left", "right")


def border(style: CellStyle, sides: Sequence[str] = _SIDES) -> Properties:
    """The lines around a cell. `sides` says which of them an outline has in that cell."""
    color = style.border_color or "#9AA5B1"
    width = _BORDER_STYLES[style.border_style] if style.border_style else 1
    if style.border == "none":
        return box(color, 0)
    if style.border in {"thin", "medium"}:
        return box(color, width if style.border_style else _BORDER_STYLES[style.border])
    chosen = sides if style.border == "outline" else (str(style.border),)
    return {key: value for side in chosen for key, value in ((side, width), (f"{side}_color", color))}


def palette_of(workbook: Workbook) -> list[str]:
    """The colours of charts and of the file's theme: the accent, the second colour if there is one, and others."""
    colors = palette(workbook.accent_color)
    if _has_template_colors(workbook) and workbook.design is not None:
        return workbook.design.palette
    if workbook.secondary_color is None:
        return colors
    second = workbook.secondary_color.upper()
    others = sorted(colors[1:], key=lambda other: _closeness(second, other))
    return [colors[0], second, *others[:4]]


def _has_template_colors(workbook: Workbook) -> bool:
    """Whether no brand was given in the place of the template's own colours."""
    given = workbook.design.palette if workbook.design else []
    return bool(given) and workbook.secondary_color is None and workbook.accent_color.upper() == given[0]


def inks(workbook: Workbook) -> dict[str, Color]:
    """The colours that the file's theme has, by their RGB code: what is drawn in them follows the theme when a user
    changes it."""
    from xlsxwriter.color import Color

    return {color: Color.theme(4 + index, 0) for index, color in reversed(list(enumerate(palette_of(workbook))))}


def inked(properties: Properties, colors: dict[str, Color]) -> Properties:
    """The properties of a cell or a part of a chart with the theme's colours in place of their codes."""
    return {key: _inked(value, colors) for key, value in properties.items()}


def _inked(value: Any, colors: dict[str, Color]) -> Any:
    if isinstance(value, str):
        return colors.get(value.upper(), value) if value.startswith("#") else value
    if isinstance(value, dict):
        return inked(value, colors)
    return [_inked(one, colors) for one in value] if isinstance(value, list) else value


def theme_xml(base: str, workbook: Workbook) -> str:
    """The template's theme part, or Excel's own with the workbook's colours and font in it."""
    import re
    from xml.sax.saxutils import quoteattr

    design = workbook.design
    if design is not None and design.theme:
        if _has_template_colors(workbook) and workbook.font == design.font:
            return design.theme
        base = design.theme
    xml = base
    for number, color in enumerate(palette_of(workbook), start=1):
        xml = re.sub(
            rf"<a:accent{number}>.*?</a:accent{number}>",
            f'<a:accent{number}><a:srgbClr val="{color[1:]}"/></a:accent{number}>',
            xml,
            flags=re.DOTALL,
        )
    font = quoteattr(workbook.font)
    return re.sub(
        r"<a:(major|minor)Font><a:latin typeface=\"[^\"]*\"[^>]*/>",
        lambda match: f"<a:{match[1]}Font><a:latin typeface={font}/>",
        xml,
    )

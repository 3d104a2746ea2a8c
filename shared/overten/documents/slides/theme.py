"""Themes: a palette and two fonts, derived from a brand or designed, as theme1.xml says them.

An ink names a colour by its role, so that a deck follows its theme: "tx1", "accent1", or with luminance "tx1:65+35"
(lumMod 65 %, lumOff 35 %).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from overten.documents.color import (
    best_on,
    contrast,
    from_oklch,
    lum,
    luminance,
    parse_hex,
    readable,
    rotated,
    to_oklch,
)

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_A = f"{{{DRAWING}}}"
SLOTS = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
DEFAULT_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
# What can be seen as a mark beside white (WCAG 1.4.11).
_MARK_CONTRAST = 3.0
# The chroma below which a colour is a grey, and below which a mark stands back beside colours.
_COLORED = 0.02
_GREY_CHROMA = 0.045


@dataclass(frozen=True)
class Brand:
    """What a deck takes from its owner. Colours are "#rrggbb"; `logo` is a PNG or JPEG."""

    primary_color: str | None = None
    secondary_color: str | None = None
    font: str | None = None
    logo: bytes | None = None


@dataclass(frozen=True)
class Theme:
    """Twelve colours by theme slot, and the fonts of headings and text."""

    name: str
    colors: Mapping[str, str]
    heading_font: str
    body_font: str


@dataclass(frozen=True)
class _Design:
    primary: str
    secondary: str
    heading_font: str
    body_font: str


DESIGNS: dict[str, _Design] = {
    "executive": _Design("12355B", "C27C1A", "Calibri", "Calibri"),
    "evergreen": _Design("1F5C4A", "D07B22", "Calibri", "Calibri"),
    "editorial": _Design("7A1F2B", "3B5B75", "Cambria", "Calibri"),
    "graphite": _Design("343A46", "E0522D", "Arial", "Arial"),
    "indigo": _Design("3D348B", "D6811F", "Calibri", "Calibri"),
    "coastal": _Design("00626B", "DB6A4C", "Arial", "Arial"),
}
DEFAULT_DESIGN = "executive"


def derive_theme(
    design: str = DEFAULT_DESIGN,
    *,
    primary: str | None = None,
    secondary: str | None = None,
    font: str | None = None,
    heading_font: str | None = None,
) -> Theme:
    """A theme from a design, with the brand's colours and font in the place of the design's. Raises ValueError for a
    colour that is none."""
    base = DESIGNS[design]
    first = parse_hex(primary) if primary else base.primary
    second = parse_hex(secondary) if secondary else base.secondary if primary is None else _companion(first)
    fonts = (heading_font or font or base.heading_font, font or base.body_font)
    name = "Brand" if primary else design.capitalize()
    return Theme(name, _palette(first, second), *fonts)


def _companion(primary: str) -> str:
    """A second colour for a brand that names but one: warm beside cool, cool beside warm, and strong enough to see."""
    _, chroma, hue = to_oklch(primary)
    target = 62.0 if 120 <= hue <= 330 or chroma < 0.03 else 235.0
    return from_oklch(0.62, 0.13, target)


def _palette(primary: str, secondary: str) -> dict[str, str]:
    lightness, chroma, hue = to_oklch(primary)
    # A dark yellow is a brown, which no yellow brand wants: its strong ground is a charcoal.
    is_yellow = lightness > 0.7 and 60 < hue < 125
    deep = from_oklch(min(lightness, 0.36), 0.012 if is_yellow else min(chroma, 0.15), hue)
    quiet = min(chroma, 0.03)
    marks = [
        primary,
        secondary,
        from_oklch(0.66, min(chroma, 0.11), hue),
        from_oklch(0.58, quiet, hue),
        rotated(from_oklch(0.55, max(min(chroma, 0.12), 0.07), hue), 65),
    ]
    colors = {
        "dk1": from_oklch(0.24, min(chroma, 0.02), hue),
        "lt1": "FFFFFF",
        "dk2": readable(deep, "FFFFFF", 7.0),
        "lt2": from_oklch(0.968, min(chroma, 0.008), hue),
    }
    colors |= {
        # A brand's own colours are never bent; what stands beside them is.
        f"accent{index}": mark if index < 3 else readable(mark, "FFFFFF", _MARK_CONTRAST)
        for index, mark in enumerate(marks, 1)
    }
    # Text is laid on the neutral one: it carries white.
    colors["accent4"] = readable(colors["accent4"], "FFFFFF")
    colors["accent6"] = from_oklch(0.80, quiet, hue)
    colors["hlink"] = readable(primary, "FFFFFF")
    colors["folHlink"] = from_oklch(0.45, quiet, hue)
    return colors


class Palette:
    """The colours of a slide as its readers see them: a theme's, through a master's colour map."""

    def __init__(self, colors: Mapping[str, str], mapping: Mapping[str, str] | None = None) -> None:
        self._colors = dict(colors)
        self._mapping = {**DEFAULT_MAP, **(mapping or {})}
        self._is_plain = True

    def on_busy_ground(self) -> Palette:
        """The palette for a slide on a picture or a gradient, where only the ink of text can be read everywhere."""
        busy = Palette(self._colors, self._mapping)
        busy._is_plain = False
        return busy

    def rgb(self, ink: str) -> str:
        """The colour of an ink. An unknown role is taken to be black."""
        role, _, luminances = ink.partition(":")
        if role.startswith("#"):
            return role[1:]
        color = self._colors.get(self._mapping.get(role, role), "000000")
        if not luminances:
            return color
        modulate, _, offset = luminances.partition("+")
        return lum(color, int(modulate) / 100, int(offset or 0) / 100)

    def on(self, fill: str, *, accent: bool = False) -> str:
        """The ink for text on a fill; with `accent`, a coloured one if it can be read."""
        under = self.rgb(fill)
        if accent:
            for ink in ("accent1", "tx2"):
                if contrast(under, self.rgb(ink)) >= 4.5:
                    return ink
        best = best_on(under, *(self.rgb(ink) for ink in ("tx1", "bg1")))
        return "tx1" if best == self.rgb("tx1") else "bg1"

    def fill(self, ink: str) -> str:
        """The ink if text can be read on it, or else the strong one."""
        return ink if contrast(self.rgb(ink), self.rgb(self.on(ink))) >= 4.5 else self.deep

    def accent_text(self, ratio: float = 4.5) -> str:
        """The coloured ink for text on the background."""
        under = self.rgb("bg1")
        inks = ("accent1", "tx2") if self._is_plain else ()
        return next((ink for ink in inks if contrast(under, self.rgb(ink)) >= ratio), "tx1")

    @property
    def is_dark(self) -> bool:
        return luminance(self.rgb("bg1")) < 0.18

    @property
    def muted(self) -> str:
        """The ink of secondary text."""
        for ink in ("tx1:75+25", "tx1:85+15") if not self.is_dark else ("tx1:75", "tx1:85"):
            if (
                contrast(self.rgb(ink), self.rgb("bg1")) >= 4.5
                and contrast(self.rgb(ink), self.rgb(self.surface)) >= 4.5
            ):
                return ink
        return "tx1"

    @property
    def surface(self) -> str:
        """The fill of cards: a shade off the background."""
        if contrast(self.rgb("bg2"), self.rgb("bg1")) < 1.25 and self.rgb("bg2") != self.rgb("bg1"):
            return "bg2"
        return "bg1:85+15" if self.is_dark else "bg1:95"

    @property
    def rule(self) -> str:
        """The ink of hairlines."""
        return "bg1:75+25" if self.is_dark else "bg1:85"

    @property
    def quiet(self) -> tuple[str, str]:
        """The light and the strong ink of marks that stand back: the theme's greys, or else shades of the ground."""
        shades = ("tx1:50", "tx1:75") if self.is_dark else ("bg1:75", "bg1:50")
        light, strong = (
            ink if to_oklch(self.rgb(ink))[1] < _GREY_CHROMA else shade
            for ink, shade in zip(("accent6", "accent4"), shades, strict=True)
        )
        return light, strong

    def steps(self) -> tuple[str, str, str]:
        """The inks of what rises, what falls and what is a level: the fall is the reddest of the accents, the rise the
        farthest from it that is seen beside it."""
        marks = [f"accent{number}" for number in (1, 2, 3, 5)]
        falling = min(marks, key=lambda ink: (self._from_red(ink) // 25, ink))
        level = "accent4" if self._from_red("tx2") < 50 else "tx2"
        others = [ink for ink in ("accent3", "accent2", "accent5", "accent1") if ink != falling]
        rising = max(others, key=lambda ink: (self._apart(ink, falling), self._apart(ink, level), self._from_red(ink)))
        return rising, falling, level

    def _from_red(self, ink: str) -> float:
        _, chroma, hue = to_oklch(self.rgb(ink))
        return abs((hue - 27 + 180) % 360 - 180) if chroma > 0.04 else 180.0

    def _apart(self, first: str, second: str) -> bool:
        """Whether two inks are told apart at a glance: by hue, or by lightness."""
        (light, chroma, hue), (other_light, other_chroma, other_hue) = map(to_oklch, map(self.rgb, (first, second)))
        turned = abs((hue - other_hue + 180) % 360 - 180) if min(chroma, other_chroma) > 0.04 else 90.0
        return turned > 35 or abs(light - other_light) > 0.2

    @property
    def deep(self) -> str:
        """A strong fill that carries the background's colour as text."""
        inks = [ink for ink in ("tx2", "accent1") if contrast(self.rgb(ink), self.rgb("bg1")) >= 4.5]
        colored = [ink for ink in inks if to_oklch(self.rgb(ink))[1] >= _COLORED]
        return next(iter([*colored, *inks]), "tx1")


def color_scheme(root: etree._Element) -> dict[str, str]:
    """The twelve colours of a theme part."""
    colors: dict[str, str] = {}
    scheme = root.find(f".//{_A}clrScheme")
    for slot in scheme if scheme is not None else []:
        if not isinstance(slot.tag, str) or not len(slot):
            continue
        value = slot[0].get("lastClr") if slot[0].tag == f"{_A}sysClr" else slot[0].get("val")
        colors[etree.QName(slot).localname] = (value or "000000").upper()
    return colors


def font_scheme(root: etree._Element) -> tuple[str, str]:
    """The Latin fonts of headings and text."""
    found = []
    for kind in ("majorFont", "minorFont"):
        latin = root.find(f".//{_A}fontScheme/{_A}{kind}/{_A}latin")
        found.append((latin.get("typeface") if latin is not None else None) or "Calibri")
    return found[0], found[1]


def restyle(root: etree._Element, theme: Theme, *, colors: bool, fonts: bool, whole: bool) -> None:
    """Writes a theme's colours and fonts into a theme part. With `whole` false, text and background keep theirs."""
    scheme = root.find(f".//{_A}clrScheme")
    if colors and scheme is not None:
        for slot in scheme:
            name = etree.QName(slot).localname
            if whole or name not in {"dk1", "lt1", "dk2", "lt2"}:
                for child in list(slot):
                    slot.remove(child)
                etree.SubElement(slot, f"{_A}srgbClr", val=theme.colors[name])
        scheme.set("name", theme.name)
    for kind, font in (("majorFont", theme.heading_font), ("minorFont", theme.body_font)) if fonts else ():
        latin = root.find(f".//{_A}fontScheme/{_A}{kind}/{_A}latin")
        if latin is not None:
            for attribute in list(latin.attrib):
                del latin.attrib[attribute]
            latin.set("typeface", font)


def theme_xml(theme: Theme) -> bytes:
    """The theme part of a new deck: flat fills, no effects."""
    colors = "".join(f'<a:{slot}><a:srgbClr val="{theme.colors[slot]}"/></a:{slot}>' for slot in SLOTS)
    fonts = "".join(
        f"<a:{kind}><a:latin typeface={quoteattr(font)}/><a:ea typeface=''/><a:cs typeface=''/></a:{kind}>"
        for kind, font in (("majorFont", theme.heading_font), ("minorFont", theme.body_font))
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="{{}}" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>'
    lines = "".join(line.format(width) for width in (9525, 12700, 19050))
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a:theme xmlns:a="{DRAWING}" '
        f"name={quoteattr(theme.name)}>"
        f"<a:themeElements><a:clrScheme name={quoteattr(theme.name)}>{colors}</a:clrScheme>"
        f"<a:fontScheme name={quoteattr(theme.name)}>{fonts}</a:fontScheme>"
        f'<a:fmtScheme name="Overten"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        f"</a:fmtScheme>"
        "</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    ).encode()

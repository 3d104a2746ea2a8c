"""The brand as a document theme: colours and fonts that every style refers to."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from overten.documents.color import from_oklch, parse_hex, readable, to_oklch, with_lightness
from overten.documents.word.xml import NAMESPACES

DEFAULT_PRIMARY = "#1F4E79"
DEFAULT_FONT = "Calibri"
_TEXT = "1F2328"
_HEADING_CONTRAST = 7.0
# Lightness, and degrees from the primary's hue, of the accents 3 to 6.
_TURNS = ((0.72, 55), (0.55, -45), (0.78, 200), (0.5, 95))
_A = f"{{{NAMESPACES['a']}}}"


@dataclass(frozen=True)
class Brand:
    """Whose document it is. Colours are #rrggbb; the logo is the bytes of a PNG or JPEG."""

    primary_color: str = DEFAULT_PRIMARY
    secondary_color: str | None = None
    font: str = DEFAULT_FONT
    heading_font: str | None = None
    logo: bytes | None = None


def palette(primary: str, secondary: str | None) -> dict[str, str]:
    """The theme's colours by their slot, RRGGBB. `dk2` carries headings and is readable on white; `lt2` is a pale
    ground for boxes. Accents that the brand leaves open turn around the colour circle at the primary's strength."""
    first = parse_hex(primary)
    _, chroma, hue = to_oklch(first)
    strength = min(max(chroma, 0.06), 0.13)
    second = parse_hex(secondary) if secondary else from_oklch(0.62, strength, hue + 140)
    turned = [from_oklch(lightness, strength, hue + turn) for lightness, turn in _TURNS]
    dark = readable(with_lightness(first, min(to_oklch(first)[0], 0.42), 0.9), "FFFFFF", _HEADING_CONTRAST)
    return {
        "dk1": _TEXT,
        "lt1": "FFFFFF",
        "dk2": dark,
        "lt2": from_oklch(0.968, min(chroma, 0.012), hue),
        "accent1": first,
        "accent2": second,
        **{f"accent{number}": color for number, color in enumerate(turned, start=3)},
        "hlink": readable(first, "FFFFFF"),
        "folHlink": from_oklch(0.45, 0.04, hue),
    }


def theme_xml(brand: Brand) -> bytes:
    """`theme1.xml` of a new document."""
    colors = palette(brand.primary_color, brand.secondary_color)
    slots = "".join(f'<a:{slot}><a:srgbClr val="{color}"/></a:{slot}>' for slot, color in colors.items())
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    markup = (
        f'<a:theme xmlns:a="{NAMESPACES["a"]}" name="Document"><a:themeElements>'
        f'<a:clrScheme name="Brand">{slots}</a:clrScheme>'
        '<a:fontScheme name="Brand"><a:majorFont><a:latin typeface=""/><a:ea typeface=""/><a:cs typeface=""/>'
        '</a:majorFont><a:minorFont><a:latin typeface=""/><a:ea typeface=""/><a:cs typeface=""/></a:minorFont>'
        '</a:fontScheme><a:fmtScheme name="Flat">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )
    root = etree.fromstring(markup)
    set_fonts(root, brand.font, brand.heading_font or brand.font)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def set_fonts(theme: etree._Element, body: str | None, headings: str | None) -> None:
    """Gives a theme other Latin fonts."""
    for kind, font in (("minorFont", body), ("majorFont", headings)):
        for latin in theme.iter(f"{_A}{kind}"):
            if font and (face := latin.find(f"{_A}latin")) is not None:
                face.set("typeface", font)


def set_colors(theme: etree._Element, primary: str | None, secondary: str | None) -> dict[str, str]:
    """Gives a theme other colours and returns them all. What is not given is taken from the theme."""
    now = colors_of(theme)
    colors = palette(primary or now.get("accent1", DEFAULT_PRIMARY), secondary or now.get("accent2"))
    if primary and not secondary:
        colors = palette(primary, None)
    for scheme in theme.iter(f"{_A}clrScheme"):
        for slot in scheme:
            name = etree.QName(slot).localname
            if name in colors and name not in {"dk1", "lt1"}:
                for child in list(slot):
                    slot.remove(child)
                etree.SubElement(slot, f"{_A}srgbClr", val=colors[name])
    return colors


def colors_of(theme: etree._Element) -> dict[str, str]:
    """The theme's colours by slot, rrggbb."""
    found: dict[str, str] = {}
    for scheme in theme.iter(f"{_A}clrScheme"):
        for slot in scheme:
            for color in slot:
                found[etree.QName(slot).localname] = color.get("lastClr") or color.get("val") or "000000"
    return found


def fonts_of(theme: etree._Element) -> tuple[str | None, str | None]:
    """The Latin fonts of the body and of headings."""
    faces = [next((f.get("typeface") for f in theme.iter(f"{_A}{kind}") for f in f.iter(f"{_A}latin")), None)
             for kind in ("minorFont", "majorFont")]  # fmt: skip
    return faces[0], faces[1]

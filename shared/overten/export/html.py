"""Documents as one file of HTML that may be put on any page: it loads nothing, runs nothing and carries its pictures.

What documents bring is never trusted: the text is escaped as it is written, the markup passes an allow-list of tags
and attributes, styles are classes of our own whose values pass an allow-list, and a policy in the page forbids the
rest (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from urllib.parse import urlsplit

from overten.export.errors import DocumentRefused
from overten.export.models import Converted, ExportWarning, SourceFormat
from overten.export.protocol import Desk
from overten.export.targets import MEDIA_TYPES

MAX_PAGE_BYTES = 60 * 2**20
MAX_PICTURES_BYTES = 25 * 2**20
_LARGE_PICTURE_BYTES = 1_500_000
_PICTURE_SIDE_PX = 1_600
_MAX_PICTURE_PIXELS = 60_000_000
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_TAGS = {"a", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "div", "em", "figcaption", "figure", "h1",
         "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "li", "main", "nav", "ol", "p", "s", "section",
         "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title", "style"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
}
_STYLES = {"width", "height", "max-width", "min-width"}
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_FRAGMENT = re.compile(r"#[A-Za-z][\w.:-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LENGTH = re.compile(r"\s*\d{1,5}(?:\.\d{1,3})?(?:px|pt|em|%)?\s*")
_KINDS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}


def to_html(data: bytes, source: SourceFormat, desk: Desk) -> Converted:
    """A page of a workbook or a Word document. Raises PackageError, DocumentRefused and what the office raises."""
    from overten.export import html_sheets, html_word

    page = (html_sheets if source in {"xlsx", "xls"} else html_word).page_of(data, source, desk)
    whole = page.to_bytes()
    if len(whole) > MAX_PAGE_BYTES:
        raise DocumentRefused(f"The page would be larger than {MAX_PAGE_BYTES // 2**20} MB. Export it to PDF instead.")
    return Converted(whole, "html", MEDIA_TYPES["html"], warnings=page.warnings)


@dataclass
class StyleSheet:
    """Classes for what elements look like: equal looks share one."""

    base: str = ""
    _classes: dict[str, str] = field(default_factory=dict)

    def name(self, looks: dict[str, str]) -> str:
        """The class of these looks; empty if nothing of them is allowed."""
        text = ";".join(f"{key}:{safe}" for key, value in looks.items() if (safe := safe_value(key, value)))
        return self._classes.setdefault(text, f"c{len(self._classes) + 1}") if text else ""

    def css(self) -> str:
        return self.base + "".join(f".{name}{{{text}}}" for text, name in self._classes.items())


# What looks may be set, and of which kinds of CSS tokens their values are made.
_PROPERTIES = frozenset({
    "color", "background-color", "font-family", "font-size", "font-weight", "font-style", "text-decoration",
    "text-align", "text-indent", "text-transform", "vertical-align", "line-height", "margin", "margin-left",
    "margin-right", "margin-top", "margin-bottom", "padding", "padding-left", "padding-right", "padding-top",
    "padding-bottom", "border", "border-left", "border-right", "border-top", "border-bottom", "white-space", "width",
    "min-width", "max-width", "height", "direction", "font-variant", "letter-spacing", "overflow", "float", "display",
})  # fmt: skip
_KINDS_OF_TOKENS = frozenset({"ident", "dimension", "percentage", "number", "hash", "whitespace"})


def safe_value(name: str, value: str) -> str:
    """A value if it is made of words, lengths, colours and names of fonts only, else empty: it then loads nothing."""
    import tinycss2

    if name not in _PROPERTIES:
        return ""
    for token in tinycss2.parse_component_value_list(value):
        kind = token.type
        is_font = name == "font-family" and (kind == "string" or kind == ",")
        if kind == "string" and not re.fullmatch(r"[\w .-]{1,60}", token.value):
            return ""
        if kind not in _KINDS_OF_TOKENS and not is_font:
            return ""
    return value.strip() if "<" not in value and "\\" not in value else ""


@dataclass
class Pictures:
    """Pictures as `data:` addresses, all of them together within a bound."""

    warnings: list[ExportWarning] = field(default_factory=list)
    _bytes: int = 0

    def address(self, data: bytes) -> str | None:
        """The picture's address; None for what no browser shows or there is no room for."""
        kind, small = _checked(data)
        if kind is None:
            return None
        self._bytes += len(small)
        if self._bytes > MAX_PICTURES_BYTES:
            if not self.warnings:
                message = f"Pictures beyond {MAX_PICTURES_BYTES // 2**20} MB were left out."
                self.warnings.append(ExportWarning(code="pictures_left_out", message=message))
            return None
        return f"data:image/{kind};base64,{base64.b64encode(small).decode()}"


def _checked(data: bytes) -> tuple[str | None, bytes]:
    """What kind of picture it really is, and its bytes, made smaller if they are many."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")) as image:
            kind = _KINDS.get(image.format or "")
            if image.width * image.height > _MAX_PICTURE_PIXELS:
                return None, b""
            if kind is not None and len(data) <= _LARGE_PICTURE_BYTES:
                return kind, data
            return _smaller(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, b""


def _smaller(image: object) -> tuple[str, bytes]:
    from PIL import Image

    assert isinstance(image, Image.Image)  # noqa: S101 - the type is imported late
    image.thumbnail((_PICTURE_SIDE_PX, _PICTURE_SIDE_PX))
    buffer = BytesIO()
    if image.format == "JPEG" or image.mode in {"RGB", "L", "CMYK"}:
        image.convert("RGB").save(buffer, "JPEG", quality=88)
        return "jpeg", buffer.getvalue()
    image.convert("RGBA").save(buffer, "PNG")
    return "png", buffer.getvalue()


@dataclass
class Page:
    """A page being made: `body` is its markup, not yet cleaned."""

    title: str
    language: str
    body: str
    sheet: StyleSheet
    direction: str = "ltr"
    warnings: list[ExportWarning] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        language = self.language if _LANGUAGE.fullmatch(self.language) else "en"
        head = (
            f'<!DOCTYPE html>\n<html lang="{language}" dir="{"rtl" if self.direction == "rtl" else "ltr"}">\n<head>\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{escape(self.title)}</title>\n<style>{self.sheet.css()}</style>\n</head>\n"
        )
        return f"{head}<body>\n{cleaned(self.body)}\n</body>\n</html>\n".encode("utf-8", "replace")


def cleaned(markup: str) -> str:
    """Markup with allowed tags and attributes only: no scripts, handlers, forms, frames, foreign addresses."""
    import nh3

    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        clean_content_tags={"script", "style", "iframe", "object", "noscript", "template", "svg", "math", "title"},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        generic_attribute_prefixes=set(),
    )


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _DATA.fullmatch(value) else None
    if name == "href":
        return safe_link(value)
    if name == "style":
        return safe_style(value)
    if name in {"width", "height", "colspan", "rowspan", "span"}:
        return value if re.fullmatch(r"\d{1,5}", value) else None
    return value


def safe_style(value: str) -> str | None:
    """Only lengths: all else is in classes."""
    kept = []
    for declaration in value.split(";"):
        name, _, length = declaration.partition(":")
        if name.strip() in _STYLES and _LENGTH.fullmatch(length):
            kept.append(f"{name.strip()}:{length.strip()}")
    return ";".join(kept) or None


def safe_link(target: str) -> str | None:
    """Where a link may lead: the web, a mail address, or a place in the page."""
    stripped = re.sub(r"[\x00-\x20\x7f]+", "", target)
    if _FRAGMENT.fullmatch(stripped):
        return stripped
    try:
        parts = urlsplit(stripped)
    except ValueError:
        return None
    if parts.scheme.lower() in {"http", "https"} and parts.netloc and not parts.username:
        return stripped
    return stripped if parts.scheme.lower() == "mailto" and "@" in parts.path else None

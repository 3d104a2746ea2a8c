"""Pictures: what an image's bytes say of it, and its place in the document."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from overten.documents.engine import BRAND_LOGO
from overten.documents.errors import OperationError
from overten.documents.word.xml import EMU_PER_CM, NAMESPACES

if TYPE_CHECKING:
    from overten.documents.word.document import Document

MAX_PIXELS = 40_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_CM_PER_INCH = 2.54
_DEFAULT_DPI = 150.0
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_CHART_URI, _PICTURE_URI = NAMESPACES["c"], NAMESPACES["pic"]


class ImageFacts(NamedTuple):
    """`format` is "png" or "jpeg"; pixels as stored; `dpi` as the file says, else a guess."""

    format: str
    width: int
    height: int
    dpi: float

    @property
    def natural_cm(self) -> float:
        return self.width / self.dpi * _CM_PER_INCH


def read_image(data: bytes) -> ImageFacts:
    """Raises ValueError for what is no PNG or JPEG or has too many pixels."""
    try:
        facts = _png(data) if data.startswith(_PNG) else _jpeg(data)
    except (struct.error, IndexError) as error:
        raise ValueError("the image is truncated") from error
    if not 0 < facts.width * facts.height <= MAX_PIXELS:
        raise ValueError(f"the image has {facts.width} x {facts.height} pixels")
    return facts


def _png(data: bytes) -> ImageFacts:
    width, height = struct.unpack(">II", data[16:24])
    at = data.find(b"pHYs", 0, 4096)
    dpi = _DEFAULT_DPI
    if at > 0:
        across, _, unit = struct.unpack(">IIB", data[at + 4 : at + 13])
        dpi = across * 0.0254 if unit == 1 and across > 1000 else _DEFAULT_DPI
    return ImageFacts("png", width, height, dpi)


def _jpeg(data: bytes) -> ImageFacts:
    if not data.startswith(b"\xff\xd8"):
        raise ValueError("the image is neither PNG nor JPEG")
    position, dpi = 2, _DEFAULT_DPI
    while position < len(data):
        if data[position] != 0xFF:
            raise ValueError("the JPEG is damaged")
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        length = struct.unpack(">H", data[position + 2 : position + 4])[0]
        if marker == 0xE0 and data[position + 4 : position + 8] == b"JFIF":
            unit, across = struct.unpack(">BH", data[position + 11 : position + 14])
            dpi = {1: float(across), 2: across * _CM_PER_INCH}.get(unit, dpi) or dpi
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return ImageFacts("jpeg", width, height, dpi)
        position += 2 + length
    raise ValueError("the JPEG has no picture")


def asset_bytes(document: Document, name: str) -> bytes:
    """The bytes of an image asset, or of the brand's logo. Raises OperationError if there is none."""
    data = (document.logo if name == BRAND_LOGO else None) or document.assets(name)
    if data is None:
        raise OperationError(f"There is no image {name!r}", where="asset", fix="Use the name of an image asset.")
    return data


def add_picture(document: Document, name: str, part: str) -> tuple[str, ImageFacts]:
    """Adds an asset's bytes once and returns the id of the part's relationship to it, and its facts."""
    data = asset_bytes(document, name)
    try:
        facts = read_image(data)
    except ValueError as error:
        raise OperationError(f"The image cannot be used: {error}", where=name, fix="Give a PNG or JPEG.") from error
    extension = "png" if facts.format == "png" else "jpg"
    # Named for its content, so that an image used twice is stored once.
    folder = document.new_part_name("media/image{}.bin").rpartition("/")[0]
    stored = f"{folder}/image-{hashlib.sha256(data).hexdigest()[:16]}.{extension}"
    if not document.package.has(stored):
        document.package.put(stored, data)
    document.package.set_default_type(extension, f"image/{facts.format}")
    return document.package.relationships(part).add("image", stored), facts


def size_emu(facts: ImageFacts, width_cm: float | None, room_cm: float, *, tallest_cm: float = 21.0) -> tuple[int, int]:
    """Width and height in EMU: as asked or as large as the image is, within the room, with its proportions."""
    width = min(width_cm or min(facts.natural_cm, room_cm), room_cm)
    height = width * facts.height / facts.width
    if height > tallest_cm:
        width, height = width * tallest_cm / height, tallest_cm
    return round(width * EMU_PER_CM), round(height * EMU_PER_CM)


def inline_drawing(
    number: int, size: tuple[int, int], alt_text: str, graphic: etree._Element, name: str
) -> etree._Element:
    """A run with a drawing in the line of text."""
    w, wp, a = NAMESPACES["w"], NAMESPACES["wp"], NAMESPACES["a"]
    run = etree.fromstring(
        f'<w:r xmlns:w="{w}" xmlns:wp="{wp}" xmlns:a="{a}"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{size[0]}" cy="{size[1]}"/>'
        f'<wp:docPr id="{number}" name="{name} {number}"/><wp:cNvGraphicFramePr/></wp:inline></w:drawing></w:r>'
    )
    inline = run[0][0]
    inline[1].set("descr", alt_text)
    inline.append(graphic)
    return run


def chart_graphic(relationship: str) -> etree._Element:
    return etree.fromstring(
        f'<a:graphic xmlns:a="{NAMESPACES["a"]}"><a:graphicData uri="{_CHART_URI}">'
        f'<c:chart xmlns:c="{NAMESPACES["c"]}" xmlns:r="{NAMESPACES["r"]}" r:id="{relationship}"/>'
        "</a:graphicData></a:graphic>"
    )


def picture_graphic(relationship: str, number: int, size: tuple[int, int]) -> etree._Element:
    return etree.fromstring(
        f'<a:graphic xmlns:a="{NAMESPACES["a"]}"><a:graphicData uri="{_PICTURE_URI}">'
        f'<pic:pic xmlns:pic="{NAMESPACES["pic"]}" xmlns:r="{NAMESPACES["r"]}"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr>'
        '<a:picLocks noChangeAspect="1"/></pic:cNvPicPr></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{size[0]}" cy="{size[1]}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )


def picture_run(
    document: Document, asset: str, alt_text: str, *, part: str, width_cm: float | None, room_cm: float,
    tallest_cm: float = 21.0,
) -> etree._Element:  # fmt: skip
    """A run with an asset's picture."""
    relationship, facts = add_picture(document, asset, part)
    size, number = size_emu(facts, width_cm, room_cm, tallest_cm=tallest_cm), document.next_drawing_id()
    return inline_drawing(number, size, alt_text, picture_graphic(relationship, number, size), "Picture")

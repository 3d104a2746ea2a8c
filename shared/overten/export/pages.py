"""Documents as pages: PDF, and pictures of slides and sheets drawn from it."""

from __future__ import annotations

import zipfile
from io import BytesIO

from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.ooxml.package import Package
from overten.export import cut
from overten.export.drawn import Drawing, Picture, blank
from overten.export.errors import DocumentRefused, NoSuchPart
from overten.export.models import Converted, ExportWarning, Options, SourceFormat
from overten.export.protocol import Desk, Settings
from overten.export.targets import MEDIA_TYPES
from overten.export.values import member_names, sheet_named, write_member
from overten.export.workbooks import WorkbookReader

SLIDE_WIDTH_PX = 1_920
SHEET_SCALE = 2.0  # pixels per point: 144 to the inch
SHEET_MARGIN_PX = 24
MAX_SHEET_ROWS = 400
MAX_PICTURES = 200
MAX_BYTES = 150 * 2**20
THUMBNAIL_PX = 640
PAGE_PICTURE_PX = 1_568
_THUMBNAIL_ROWS = 60
_PICTURE_ROWS = 120
_SMALL_WORKBOOK_BYTES = 100_000
_SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}sldId"
# An empty sheet has a page that is next to nothing.
_LEAST_POINTS = 2.0
PDF: Settings = {
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    "ExportNotes": False,
    "DisplayPDFDocumentTitle": True,
    "EmbedStandardFonts": True,
    "UseLosslessCompression": False,
    "Quality": 92,
    "ReduceImageResolution": True,
    "MaxImageResolution": 300,
}
# For drawing only: no structure is written that nobody reads.
_TO_DRAW: Settings = {"UseTaggedPDF": False, "ExportBookmarks": False, "ExportNotes": False, "Quality": 95}


def to_pdf(data: bytes, source: SourceFormat, desk: Desk) -> Converted:
    """Raises DocumentRefused, ConverterFailed or OfficeMissing."""
    prepared = cut.fitted_to_width(data) if source == "xlsx" else data
    pdf = desk.convert(prepared, source, "pdf", PDF).data
    with Drawing(pdf) as drawing:
        pages = len(drawing)
    return Converted(pdf, "pdf", MEDIA_TYPES["pdf"], pages=pages)


def to_png(data: bytes, source: SourceFormat, options: Options, desk: Desk) -> Converted:
    """A picture of each slide or visible sheet in a zip; of the only one or the one asked for as it is.

    A slide asked for by its number may be a hidden one. Raises NoSuchPart and what the office program raises.
    """
    if source == "xlsx":
        return _sheets(data, options.sheet, desk)
    if options.page is not None:
        return _converted(_one_slide(data, source, options.page, desk))
    with Drawing(desk.convert(data, source, "pdf", _TO_DRAW).data) as drawing:
        pictures = _Bounded("slides", len(drawing))
        for index in range(len(drawing)):
            desk.seconds_left()
            if not pictures.add(f"slide {index + 1:03d}", drawing.at_width(index, SLIDE_WIDTH_PX)):
                break
    return _converted(pictures)


def _one_slide(data: bytes, source: SourceFormat, page: int, desk: Desk) -> _Bounded:
    pictures = _Bounded("slides", 1)
    with Drawing(_to_draw(data, source, page, desk)) as drawing:
        pictures.add(f"slide {page:03d}", drawing.at_width(_index(page, drawing), SLIDE_WIDTH_PX))
    return pictures


def _to_draw(data: bytes, source: SourceFormat, page: int, desk: Desk) -> bytes:
    """A PDF that has the page: of a deck only this page, hidden or not, of other documents all."""
    if source != "pptx":
        return desk.convert(data, source, "pdf", {**_TO_DRAW, "ExportHiddenSlides": True}).data
    package = Package.open(data)
    count = sum(1 for _ in package.tree(package.main_part()).iter(_SLIDE))
    if page > count:
        raise NoSuchPart(_no_page(page, count))
    settings = {**_TO_DRAW, "ExportHiddenSlides": True, "PageRange": str(page)}
    return desk.convert(data, source, "pdf", settings).data


def _index(page: int, drawing: Drawing) -> int:
    """Where in a PDF a page is, which may be the only one in it."""
    if len(drawing) == 1:
        return 0
    if page > len(drawing):
        raise NoSuchPart(_no_page(page, len(drawing)))
    return page - 1


def _no_page(page: int, count: int) -> str:
    return f"There is no page {page}: the document has {count}."


class _Bounded:
    """Pictures up to a number and a size, and what is to be said of them."""

    def __init__(self, kind: str, count: int) -> None:
        self.kind, self._count = kind, count
        self.files: list[tuple[str, bytes]] = []
        self.warnings: list[ExportWarning] = []
        self._bytes = 0

    def add(self, title: str, picture: Picture) -> bool:
        """Whether there was room for it."""
        self._bytes += len(picture.data)
        if self.files and (len(self.files) >= MAX_PICTURES or self._bytes > MAX_BYTES):
            message = f"Only the first {len(self.files)} of {self._count} {self.kind} have pictures."
            self.warnings.append(ExportWarning(code="pictures_left_out", message=message))
            return False
        if not picture.whole:
            message = f"The picture of {title!r} shows its top left part: the whole is too large for one."
            self.warnings.append(ExportWarning(code="picture_cut", message=message, location=title))
        self.files.append((title, picture.data))
        return True


def _converted(pictures: _Bounded) -> Converted:
    if not pictures.files:
        raise DocumentRefused("There is nothing in the document to draw.")
    if len(pictures.files) == 1:
        return Converted(pictures.files[0][1], "png", MEDIA_TYPES["png"], warnings=pictures.warnings)
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as target:
        titles = [title for title, _ in pictures.files]
        names = [f"{title}.png" for title in titles] if pictures.kind == "slides" else member_names(titles, "png")
        for name, (_, data) in zip(names, pictures.files, strict=True):
            write_member(target, name, data)
    return Converted(output.getvalue(), "zip", MEDIA_TYPES["zip"], warnings=pictures.warnings)


def _sheets(data: bytes, sheet: str | int | None, desk: Desk) -> Converted:
    reader = WorkbookReader(data)
    names = [one.name for one in reader.sheets]
    visible = [one.name for one in reader.sheets if not one.hidden]
    chosen = visible if sheet is None else [sheet_named(sheet, visible, [n for n in names if n not in visible])]
    if sheet is not None and chosen[0] not in visible:
        data = _shown(reader, chosen[0])
        visible = [name for name in names if name in {*visible, chosen[0]}]
    smaller = cut.first_rows(data, MAX_SHEET_ROWS)
    pdf = desk.convert(smaller.data, "xlsx", "pdf", {**_TO_DRAW, "SinglePageSheets": True}).data
    pictures = _Bounded("sheets", len(chosen))
    with Drawing(pdf) as drawing:
        for name, index in _pages_of(drawing, names, visible):
            desk.seconds_left()
            is_empty = min(drawing.size(index)) < _LEAST_POINTS
            if name in chosen and (sheet is not None or not is_empty):
                picture = (
                    Picture(blank(), whole=True)
                    if is_empty
                    else drawing.at_scale(index, SHEET_SCALE, margin_px=SHEET_MARGIN_PX)
                )
                if not pictures.add(name, picture):
                    break
    return _converted(_with_lost_rows(pictures, {name: n for name, n in smaller.lost.items() if name in chosen}))


def _shown(reader: WorkbookReader, sheet: str) -> bytes:
    """The workbook with a hidden sheet shown."""
    package = reader.package
    for element in package.edit(package.main_part()).iter(f"{{{MAIN}}}sheet"):
        if element.get("name") == sheet:
            element.set("state", "visible")
    return package.save()


def _pages_of(drawing: Drawing, names: list[str], visible: list[str]) -> list[tuple[str, int]]:
    """Which page shows which sheet: LibreOffice 7 draws all sheets, one page each, later ones those that are shown."""
    drawn = names if len(drawing) == len(names) else visible
    titles = drawn if len(drawing) == len(drawn) else [f"sheet {number + 1}" for number in range(len(drawing))]
    return [(title, index) for index, title in enumerate(titles) if title in visible or titles is not drawn]


def _with_lost_rows(pictures: _Bounded, lost: dict[str, int]) -> _Bounded:
    for name, count in lost.items():
        message = f"The picture of {name!r} shows its first {MAX_SHEET_ROWS} rows; {count:,} more are not in it."
        pictures.warnings.append(ExportWarning(code="rows_left_out", message=message, location=name))
    return pictures


def thumbnail(data: bytes, source: SourceFormat, desk: Desk) -> bytes:
    """The first page, slide or sheet as a PNG, THUMBNAIL_PX on its longer side. No more is converted than is needed."""
    if source == "xlsx" and len(data) > _SMALL_WORKBOOK_BYTES:
        data = cut.first_rows(data, _THUMBNAIL_ROWS).data
    if source == "xlsx":
        data = cut.fitted_to_width(data)
    pdf = desk.convert(data, source, "pdf", {**_TO_DRAW, "PageRange": "1"}).data
    with Drawing(pdf) as drawing:
        if not len(drawing):
            raise DocumentRefused("There is nothing in the document to draw.")
        return drawing.at_longer_side(0, THUMBNAIL_PX)


def page_picture(data: bytes, source: SourceFormat, page: int, desk: Desk) -> bytes:
    """One page, slide or sheet as a PNG of at most PAGE_PICTURE_PX on its longer side. Raises NoSuchPart."""
    if source == "xlsx":
        return _sheet_picture(data, page, desk)
    with Drawing(_to_draw(data, source, page, desk)) as drawing:
        return drawing.at_longer_side(_index(page, drawing), PAGE_PICTURE_PX)


def _sheet_picture(data: bytes, page: int, desk: Desk) -> bytes:
    """A sheet at the size that a screen shows it, cut where that is larger than the picture may be."""
    reader = WorkbookReader(data)
    names = [one.name for one in reader.sheets]
    visible = [one.name for one in reader.sheets if not one.hidden]
    name = sheet_named(page, visible, [])
    smaller = cut.first_rows(data, _PICTURE_ROWS).data
    pdf = desk.convert(smaller, "xlsx", "pdf", {**_TO_DRAW, "SinglePageSheets": True}).data
    with Drawing(pdf) as drawing:
        index = next((index for title, index in _pages_of(drawing, names, visible) if title == name), None)
        if index is None or min(drawing.size(index)) < _LEAST_POINTS:
            return blank()
        return drawing.top_left(index, PAGE_PICTURE_PX)

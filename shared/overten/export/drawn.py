"""Pages of a PDF drawn as PNG by PDFium, each within a bound of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from types import TracebackType
from typing import TYPE_CHECKING, Self

from overten.export.errors import ConverterFailed

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 24_000_000
# Below this many pixels per point letters cannot be read: then a part is drawn, and not the whole.
_LEAST_SCALE = 0.9
# Level 1 takes a third of the time of the usual 6 and gives files a quarter larger.
_COMPRESSION = 1
_SMALL = 6
_Crop = tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """`whole` is false if only the top left part of the page is shown."""

    data: bytes
    whole: bool


class Drawing:
    """A PDF that is open; use it as a context. Raises ConverterFailed for what PDFium cannot read."""

    def __init__(self, pdf: bytes) -> None:
        import pypdfium2

        try:
            self._document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise ConverterFailed("The converter gave a PDF that cannot be read.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def size(self, index: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        width, height = self._document.get_page_size(index)
        return width, height

    def at_width(self, index: int, pixels: int) -> Picture:
        width, _ = self.size(index)
        return self._drawn(index, pixels / max(width, 1))

    def at_longer_side(self, index: int, pixels: int) -> bytes:
        """The whole page, small enough to be sent about: packed well, not quickly."""
        scale = pixels / max(1, *self.size(index))
        return encoded(self._rendered(index, scale), _SMALL)

    def top_left(self, index: int, pixels: int) -> bytes:
        """A page at one and a half pixels to the point, or more if it is small, cut to so many pixels each way."""
        width, height = self.size(index)
        scale = min(2.0, max(1.5, pixels / max(width, height)))
        shown = (min(width, pixels / scale), min(height, pixels / scale))
        return encoded(self._rendered(index, scale, _crop(width, height, *shown, scale)), _SMALL)

    def at_scale(self, index: int, scale: float, *, margin_px: int = 0) -> Picture:
        """A page at so many pixels per point, less if it is large, with white around it."""
        return self._drawn(index, scale, margin_px)

    def _drawn(self, index: int, scale: float, margin_px: int = 0) -> Picture:
        width, height = self.size(index)
        fitting = min(scale, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        if fitting >= min(scale, _LEAST_SCALE):
            return Picture(encoded(_with_margin(self._rendered(index, fitting), margin_px)), whole=True)
        shown_width = min(width, MAX_PIXELS**0.5)
        shown_height = min(height, MAX_PIXELS / shown_width)
        crop = _crop(width, height, shown_width, shown_height, 1.0)
        return Picture(encoded(_with_margin(self._rendered(index, 1.0, crop), margin_px)), whole=False)

    def _rendered(self, index: int, scale: float, crop: _Crop = (0, 0, 0, 0)) -> Image:
        page = self._document[index]
        bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True)
        image: Image = bitmap.to_pil()
        page.close()
        return image


def _crop(width: float, height: float, shown_width: float, shown_height: float, scale: float) -> _Crop:
    """What PDFium is to leave out at the left, bottom, right and top, so that the top left part is drawn."""
    return 0.0, (height - shown_height) * scale, (width - shown_width) * scale, 0.0


def encoded(image: Image, level: int = _COMPRESSION) -> bytes:
    buffer = BytesIO()
    image.convert("RGB").save(buffer, "PNG", compress_level=level)
    return buffer.getvalue()


def blank() -> bytes:
    """What an empty sheet looks like."""
    from PIL import Image as Images

    return encoded(Images.new("RGB", (640, 360), "white"))


def _with_margin(image: Image, margin_px: int) -> Image:
    if not margin_px:
        return image
    from PIL import Image as Images

    framed = Images.new("RGB", (image.width + 2 * margin_px, image.height + 2 * margin_px), "white")
    framed.paste(image, (margin_px, margin_px))
    return framed

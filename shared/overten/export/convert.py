"""From the bytes of a document to the bytes of its export, whatever the pair. Knows nothing of storage or requests."""

from __future__ import annotations

from overten.documents.ooxml.errors import PackageError
from overten.export.errors import DocumentRefused
from overten.export.models import Converted, Options, SourceFormat, TargetFormat
from overten.export.office.package import check
from overten.export.protocol import Desk, OfficeProgram
from overten.export.targets import MEDIA_TYPES, check_pair, needs_office


def convert(
    data: bytes,
    source: SourceFormat,
    target: TargetFormat,
    options: Options,
    office: OfficeProgram | None,
    *,
    timeout_seconds: float,
) -> Converted:
    """The document in another format.

    Raises WrongTarget, DocumentRefused, NoSuchPart, ConverterFailed and, where there is no office program and the pair
    needs one, OfficeMissing.
    """
    check_pair(source, target)
    desk = Desk.until(office, timeout_seconds)
    if not needs_office(source, target):
        check(data, source)  # which the office does before all others
    try:
        return _converted(data, source, target, options, desk)
    except PackageError as error:
        raise DocumentRefused(str(error)) from error


def _converted(data: bytes, source: SourceFormat, target: TargetFormat, options: Options, desk: Desk) -> Converted:
    from overten.export.losses import losses

    if target == "csv":
        from overten.export.values import to_csv

        made = to_csv(data, source, options, desk)
    elif target == "txt":
        from overten.export.text import to_text

        made = to_text(data, source, desk)
    elif target == "html":
        from overten.export.html import to_html

        made = to_html(data, source, desk)
    elif target == "png":
        from overten.export.pages import to_png

        made = to_png(data, source, options, desk)
    elif target == "pdf":
        from overten.export.pages import to_pdf

        made = to_pdf(data, source, desk)
    else:
        made = Converted(desk.convert(data, source, target).data, target, MEDIA_TYPES[target])
    return Converted(
        made.data, made.extension, made.media_type, made.pages, [*made.warnings, *losses(data, source, target, options)]
    )


def thumbnail(data: bytes, source: SourceFormat, office: OfficeProgram | None, *, timeout_seconds: float) -> bytes:
    """A PNG of the first page, slide or sheet, 640 pixels on its longer side. Raises as `convert` does."""
    from overten.export import pages

    try:
        return pages.thumbnail(data, source, Desk.until(office, timeout_seconds))
    except PackageError as error:
        raise DocumentRefused(str(error)) from error


def page_picture(
    data: bytes, source: SourceFormat, page: int, office: OfficeProgram | None, *, timeout_seconds: float
) -> bytes:
    """A PNG of one page, slide or visible sheet, counted from 1, at most 1568 pixels on its longer side. Raises as
    `convert` does."""
    from overten.export import pages

    try:
        return pages.page_picture(data, source, page, Desk.until(office, timeout_seconds))
    except PackageError as error:
        raise DocumentRefused(str(error)) from error

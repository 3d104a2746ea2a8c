"""A converter's work: fetch the document, convert it, put the result where it belongs, and say what became of it."""

from __future__ import annotations

import traceback
import urllib.request
from http.client import HTTPResponse
from typing import TYPE_CHECKING

from overten.export.errors import ConverterFailed, DocumentRefused, ExportError, NoSuchPart, OfficeMissing
from overten.export.models import FORMULAS_WITHOUT_VALUES, Converted, ExportWarning
from overten.export.orders import Delivery, Order, Outcome
from overten.logs import logger

if TYPE_CHECKING:
    from overten.export.protocol import OfficeProgram

MAX_SOURCE_BYTES = 200 * 2**20
MAX_WARNINGS = 50
MAX_TEXT = 500
BROKEN = "The document could not be converted: the converter met something it cannot deal with."
_STORAGE_SECONDS = 30.0
_OUTCOMES: dict[type[ExportError], Outcome] = {
    DocumentRefused: "refused",
    NoSuchPart: "no_such_part",
    ConverterFailed: "failed",
    OfficeMissing: "office_missing",
}


def carry_out(order: Order, office: OfficeProgram | None) -> Delivery:
    """Carries out an order. Its result is in storage before the note of it, so that a note is never of nothing."""
    try:
        converted = _convert(order, _fetch(order.source_url), office)
    except ExportError as error:
        outcome = next((_OUTCOMES[kind] for kind in type(error).__mro__ if kind in _OUTCOMES), "failed")
        logger().warning("not_converted", source=order.source, target=order.target, outcome=outcome)
        delivery = Delivery(outcome=outcome, message=str(error)[:MAX_TEXT])
    except Exception as error:  # noqa: BLE001 - noted, or whoever asks again would wait in vain
        # Without its text, which may quote the document.
        frames = traceback.format_tb(error.__traceback__)
        logger().error("conversion_broke", source=order.source, reason=type(error).__name__, frames=frames)
        delivery = Delivery(outcome="failed", message=BROKEN)
    else:
        if order.may_pass_on and any(warning.code == FORMULAS_WITHOUT_VALUES for warning in converted.warnings):
            return Delivery(outcome="needs_office")  # which can calculate them; there is nothing to note yet
        _put(order.result_url, converted.data)
        delivery = Delivery(
            outcome="converted",
            extension=converted.extension,
            media_type=converted.media_type,
            size_bytes=len(converted.data),
            pages=converted.pages,
            warnings=[_bounded(warning) for warning in converted.warnings[:MAX_WARNINGS]],
        )
    _put(order.delivery_url, delivery.model_dump_json().encode())
    return delivery


def _bounded(warning: ExportWarning) -> ExportWarning:
    """They are kept in a row of a table, and what they name is the document's."""
    return ExportWarning(
        code=warning.code,
        message=warning.message[:MAX_TEXT],
        location=warning.location[:MAX_TEXT] if warning.location else warning.location,
    )


def _convert(order: Order, data: bytes, office: OfficeProgram | None) -> Converted:
    from overten.export import convert

    limit = order.timeout_seconds
    if order.task == "convert":
        return convert.convert(data, order.source, order.target, order.options, office, timeout_seconds=limit)
    if order.task == "thumbnail":
        picture = convert.thumbnail(data, order.source, office, timeout_seconds=limit)
    else:
        page = order.options.page or 1
        picture = convert.page_picture(data, order.source, page, office, timeout_seconds=limit)
    return Converted(data=picture, extension="png", media_type="image/png", pages=None, warnings=[])


def _fetch(url: str) -> bytes:
    with _open(urllib.request.Request(url)) as answer:  # noqa: S310 - our own signed address
        data: bytes = answer.read(MAX_SOURCE_BYTES + 1)
    if len(data) > MAX_SOURCE_BYTES:
        raise DocumentRefused("The document is too large to be converted.")
    return data


def _put(url: str, data: bytes) -> None:
    with _open(urllib.request.Request(url, data=data, method="PUT")):  # noqa: S310 - our own signed address
        pass


def _open(request: urllib.request.Request) -> HTTPResponse:
    answer: HTTPResponse = urllib.request.urlopen(request, timeout=_STORAGE_SECONDS)  # noqa: S310
    return answer

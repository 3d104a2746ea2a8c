"""A converter's work: fetch the document, convert it, put the result where it belongs, and say what became of it."""

from __future__ import annotations

import urllib.request
from http.client import HTTPResponse
from typing import TYPE_CHECKING

from overten.export.errors import ConverterFailed, DocumentRefused, ExportError, NoSuchPart, OfficeMissing
from overten.export.models import Converted
from overten.export.orders import Delivery, Order, Outcome
from overten.logs import logger

if TYPE_CHECKING:
    from overten.export.protocol import OfficeProgram

MAX_SOURCE_BYTES = 200 * 2**20
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
        outcome = next(_OUTCOMES[kind] for kind in type(error).__mro__ if kind in _OUTCOMES)
        logger().warning("not_converted", source=order.source, target=order.target, outcome=outcome)
        delivery = Delivery(outcome=outcome, message=str(error))
    else:
        _put(order.result_url, converted.data)
        delivery = Delivery(
            outcome="converted",
            extension=converted.extension,
            media_type=converted.media_type,
            size_bytes=len(converted.data),
            pages=converted.pages,
            warnings=converted.warnings,
        )
    _put(order.delivery_url, delivery.model_dump_json().encode())
    return delivery


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

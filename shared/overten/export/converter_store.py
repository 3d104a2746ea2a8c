"""The functions that convert: one with LibreOffice in its image, and one for what needs none."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from overten.aws import clients
from overten.config import ExportSettings, settings
from overten.errors import ServiceUnavailable
from overten.export.errors import ConverterFailed, OfficeMissing
from overten.export.orders import Delivery, Order
from overten.export.targets import MEDIA_TYPES
from overten.logs import logger

_NO_OFFICE = (
    "This deployment has no converter for this export. Whoever runs it: build one with `make office-image` and deploy"
    " with the parameter OfficeImageUri."
)


BROKEN = "The document could not be converted. Try again later."
_WAITS_SECONDS = (1, 5, 10, 19, 26, 40, 50, 68)


class StillConverting(Exception):
    """The converter has not answered in time. It goes on, and notes what becomes of its order."""


def offers_office() -> bool:
    """Whether the deployment has a converter with LibreOffice."""
    return settings(ExportSettings).export_office_function is not None


def ask(order: Order, *, with_office: bool, wait_seconds: float) -> Delivery:
    """Has a converter carry out an order and waits for it.

    Raises OfficeMissing, ConverterFailed if it broke, ServiceUnavailable if none was free, StillConverting.
    """
    from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

    names = settings(ExportSettings)
    name = names.export_office_function if with_office else names.export_values_function
    if name is None:
        raise OfficeMissing(_NO_OFFICE)
    # A client keeps its own patience, and making one takes time: a few serve all.
    patience = max((seconds for seconds in _WAITS_SECONDS if seconds <= wait_seconds), default=_WAITS_SECONDS[0])
    try:
        answer = clients.functions_within(patience).invoke(FunctionName=name, Payload=order.model_dump_json().encode())
        payload = answer["Payload"].read()
    except ReadTimeoutError:
        raise StillConverting from None
    except (BotoCoreError, ClientError) as error:
        # Throttled, still being made ready after weeks of rest, or gone: nobody's document is the reason.
        logger().warning("converter_not_asked", reason=_reason(error))
        raise ServiceUnavailable from None
    if answer.get("FunctionError"):
        logger().error("converter_broke", error=answer["FunctionError"])
        raise ConverterFailed(BROKEN)
    return delivery_of(payload)


def delivery_of(text: bytes) -> Delivery:
    """A converter's note, which is not trusted: ConverterFailed for what is none."""
    try:
        delivery = Delivery.model_validate_json(text)
    except ValidationError:
        logger().error("delivery_unreadable")
        raise ConverterFailed(BROKEN) from None
    if delivery.outcome == "converted" and delivery.media_type != MEDIA_TYPES.get(delivery.extension):
        logger().error("delivery_unreadable")
        raise ConverterFailed(BROKEN)
    return delivery


def _reason(error: Any) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__)

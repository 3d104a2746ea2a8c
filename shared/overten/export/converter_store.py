"""The functions that convert: one with LibreOffice in its image, and one for what needs none."""

from __future__ import annotations

import json

from overten.aws import clients
from overten.config import ExportSettings, settings
from overten.errors import ServiceUnavailable
from overten.export.errors import ConverterFailed, OfficeMissing
from overten.export.orders import Delivery, Order
from overten.logs import logger

_NO_OFFICE = (
    "This deployment has no converter for this export. Whoever runs it: build one with `make office-image` and deploy"
    " with the parameter OfficeImageUri."
)


class StillConverting(Exception):
    """The converter has not answered in time. It goes on, and notes what becomes of its order."""


def offers_office() -> bool:
    """Whether the deployment has a converter with LibreOffice."""
    return settings(ExportSettings).export_office_function is not None


def ask(order: Order, *, with_office: bool, wait_seconds: float) -> Delivery:
    """Has a converter carry out an order and waits for it.

    Raises OfficeMissing, ConverterFailed if it broke, ServiceUnavailable if none was free, StillConverting.
    """
    from botocore.exceptions import ReadTimeoutError

    names = settings(ExportSettings)
    name = names.export_office_function if with_office else names.export_values_function
    if name is None:
        raise OfficeMissing(_NO_OFFICE)
    client = clients.functions_within(max(1, round(wait_seconds)))
    try:
        answer = client.invoke(FunctionName=name, Payload=order.model_dump_json().encode())
    except ReadTimeoutError:
        raise StillConverting from None
    except client.exceptions.TooManyRequestsException:
        raise ServiceUnavailable from None
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        logger().error("converter_broke", reason=body.get("errorType"))
        raise ConverterFailed("The document could not be converted. Try again later.")
    return Delivery.model_validate(body)

"""Converts with LibreOffice, which is started before the first document comes."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from overten.export.delivery import carry_out
from overten.export.errors import OfficeMissing
from overten.export.office.engine import Office
from overten.export.orders import Delivery, Order
from overten.logs import logger


@cache
def _office() -> Office:
    return Office()


# While the environment starts, LibreOffice can do so at no cost. Whoever only reads this file is not to start it.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    try:
        _office()
    except OfficeMissing as missing:
        logger().error("office_missing", reason=str(missing))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes an order, whose addresses are all it can reach."""
    logger().clear_state()
    try:
        office = _office()
    except OfficeMissing as missing:
        return Delivery(outcome="office_missing", message=str(missing)).model_dump()
    delivery = carry_out(Order.model_validate(event), office)
    # Which of the kernel's guards hold depends on where this runs: whoever operates it is to see.
    logger().info("office_guards", guards=sorted(office.guards))
    return delivery.model_dump()

"""Converts with LibreOffice, which is started before the first document comes."""

from __future__ import annotations

from typing import Any

from overten.export.office import Office

from overten.export.delivery import carry_out
from overten.export.errors import OfficeMissing
from overten.export.orders import Delivery, Order
from overten.logs import logger

_office: Office | None = None
_missing = ""
try:
    # Made while the environment starts, which is when its processes can start for nothing.
    _office = Office()
except OfficeMissing as missing:
    _missing = str(missing)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes an order, whose addresses are all it can reach."""
    logger().clear_state()
    if _office is None:
        return Delivery(outcome="office_missing", message=_missing).model_dump()
    return carry_out(Order.model_validate(event), _office).model_dump()

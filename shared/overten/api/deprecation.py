"""Marking a route as deprecated, for its answers and for the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import TypedDict

from fastapi.routing import APIRoute

SUNSET = "x-sunset"


class DeprecationMark(TypedDict):
    """Keyword arguments of a route's decorator."""

    deprecated: bool
    openapi_extra: dict[str, str]


def deprecated(*, sunset: date) -> DeprecationMark:
    """Marks a route, as in `@router.get("/old", **deprecated(sunset=date(2027, 12, 1)))`.

    `sunset` is the day, in UTC, from which on the route may be gone: at least 12 months after the announcement.
    """
    return {"deprecated": True, "openapi_extra": {SUNSET: sunset.isoformat()}}


def headers_of(route: object) -> dict[str, str]:
    """What every answer of the route carries: X-Deprecated and Sunset (RFC 8594) if it is marked."""
    if not isinstance(route, APIRoute) or not route.deprecated:
        return {}
    last_day = (route.openapi_extra or {}).get(SUNSET)
    if last_day is None:
        raise ValueError(f"{route.path} is deprecated without a day; mark it with overten.api.deprecation.deprecated")
    moment = datetime.combine(date.fromisoformat(last_day), datetime.min.time(), UTC)
    return {"X-Deprecated": "true", "Sunset": format_datetime(moment, usegmt=True)}

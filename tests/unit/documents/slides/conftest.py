"""A deck to work on, pictures for it, and the short way to an operation."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pydantic import TypeAdapter

from overten.documents.slides.apply import apply
from overten.documents.slides.deck import Asset, Deck
from overten.documents.slides.operations import SlidesOperation

Run = Callable[..., str]
_OPERATION: TypeAdapter[SlidesOperation] = TypeAdapter(SlidesOperation)


def picture(width: int = 320, height: int = 180, color: str = "#4477AA") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()


def assets(name: str) -> Asset | None:
    return {"wide": Asset(picture(), "A blue field"), "tall": Asset(picture(100, 300))}.get(name)


def run(deck: Deck, op: str, **members: Any) -> str:
    return apply(deck, _OPERATION.validate_python({"op": op, **members}))


def write(deck: Deck, *slides: dict[str, Any], **members: Any) -> str:
    return run(deck, "write_slides", slides=list(slides), **members)


CONTENT = {"layout": "content", "title": "Costs fall by a tenth", "points": ["Freight", "- two carriers", "Energy"]}
CHART = {
    "layout": "chart",
    "title": "Services carry growth",
    "chart": {
        "kind": "column",
        "categories": ["2024", "2025", "2026"],
        "series": [{"name": "Hardware", "values": [27, 28, 29]}, {"name": "Services", "values": [13, 16, None]}],
    },
    "notes": "Say why.",
}
TABLE = {
    "layout": "table",
    "title": "It pays back in every case",
    "table": {"columns": ["Case", "IRR"], "rows": [["Base", "24%"], ["Low", "15%"]]},
}


@pytest.fixture
def deck() -> Deck:
    return Deck.new("Review", assets=assets)

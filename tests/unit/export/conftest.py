from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from overten.aws import clients
from overten.export import converter_store
from overten.export.models import ExportWarning
from overten.export.orders import Delivery, Order

MADE = Delivery(
    outcome="converted",
    extension="pdf",
    media_type="application/pdf",
    pages=3,
    warnings=[ExportWarning(code="transitions_dropped", message="A PDF has no transitions.")],
)


class FakeConverter:
    """Stands for the converting functions: remembers what it was asked, and does what the test says."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.with_office: list[bool] = []
        self.answer: Delivery | Exception | Callable[[Order], Delivery] = MADE
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = threading.Event()

    def ask(self, order: Order, *, with_office: bool, wait_seconds: float) -> Delivery:
        self.orders.append(order)
        self.with_office.append(with_office)
        self.asked.set()
        assert self.may_answer.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, Delivery) else self.answer(order)


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> FakeConverter:
    fake = FakeConverter()
    monkeypatch.setattr(converter_store, "ask", fake.ask)
    return fake


def key_of(url: str) -> str:
    """The key of the object that a signed address is of."""
    from urllib.parse import unquote, urlparse

    return unquote(urlparse(url).path).removeprefix("/documents").lstrip("/")


def put(key: str, body: bytes) -> None:
    clients.s3().put_object(Bucket="documents", Key=key, Body=body)

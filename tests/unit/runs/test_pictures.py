"""Pictures of a working document: drawn once for the same bytes, kept with the run, and done without if need be."""

from __future__ import annotations

import pytest

from overten.agent.render import NotDrawn
from overten.export.converter_store import StillConverting
from overten.export.errors import ConverterFailed
from overten.export.orders import Delivery, Order
from overten.runs.models import Task
from overten.runs.pictures import Pictures
from tests.unit.export.conftest import MADE, FakeConverter, converter, key_of, put
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import accept, caller

__all__ = ["converter"]


@pytest.fixture
def task(aws: None, executions: FakeExecutions) -> Task:
    return accept(caller())


def drawing(order: Order) -> Delivery:
    put(key_of(order.result_url), b"picture of page %d" % (order.options.page or 0))
    return MADE


def test_a_page_of_the_same_bytes_is_drawn_once(task: Task, converter: FakeConverter) -> None:
    converter.answer = drawing
    name = Pictures(task).draw(b"workbook", 2)
    # Another process, after a death: it finds the picture.
    again = Pictures(task)
    assert again.draw(b"workbook", 2) == name
    assert again.picture(name) == b"picture of page 2"
    [order] = converter.orders
    assert (order.task, order.source, order.options.page) == ("picture", "xlsx", 2)
    assert key_of(order.source_url).startswith(f"org/{task.org_id}/runs/{task.run_id}/")

    assert again.draw(b"workbook", 3) != name
    assert again.draw(b"another", 2) != name
    assert len(converter.orders) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Delivery(outcome="no_such_part", message="There are 2 pages."), "There are 2 pages."),
        (Delivery(outcome="failed", message="It hung."), "Go on without it"),
        (ConverterFailed("It broke."), "Go on without it"),
        (StillConverting(), "Go on without it"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    task: Task, converter: FakeConverter, answer: Delivery | Exception, told: str
) -> None:
    converter.answer = answer
    with pytest.raises(NotDrawn, match=told):
        Pictures(task).draw(b"workbook", 1)

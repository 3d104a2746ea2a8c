"""A LibreOffice for each file of tests; without one on this machine they are skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from overten.export.errors import OfficeMissing
from overten.export.office.engine import Office
from overten.export.office.program import find_program


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    try:
        find_program()
    except OfficeMissing as error:
        for item in items:
            if "office" in getattr(item, "fixturenames", ()) or item.get_closest_marker("usefixtures"):
                item.add_marker(pytest.mark.skip(reason=str(error)))


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as office:
        yield office

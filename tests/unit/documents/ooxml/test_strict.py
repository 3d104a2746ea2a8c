"""The strict form's lengths and percentages in the transitional form's units, in a time that grows with the part."""

from __future__ import annotations

import time

import pytest

from overten.documents.ooxml.strict import _renamed


@pytest.mark.parametrize(
    ("strict", "transitional"),
    [
        (b'<c:gapWidth val="150%"/>', b'<c:gapWidth val="150"/>'),
        (b'<c:overlap val="-27%"/>', b'<c:overlap val="-27"/>'),
        (b'<a:alpha val="52.5%"/>', b'<a:alpha val="52500"/>'),
        (b'<w:sz w:val="11pt"/>', b'<w:sz w:val="22"/>'),
        (b'<w:ind w:left="36pt" w:right="-18pt"/>', b'<w:ind w:left="720" w:right="-360"/>'),
        (b'<w:tblW w:w="50%" w:type="pct"/>', b'<w:tblW w:w="50%" w:type="pct"/>'),
        (b"<a:t>50% of 11pt</a:t>", b"<a:t>50% of 11pt</a:t>"),
        (
            b'<p xmlns="http://purl.oclc.org/ooxml/presentationml/main"/>',
            b'<p xmlns="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
        ),
    ],
)
def test_units_and_names(strict: bytes, transitional: bytes) -> None:
    assert _renamed(strict) == transitional


@pytest.mark.parametrize("hostile", [b'="1pt"', b"<w:a ", b'<a:b x="1%"', b"<aaaa", b'<w:x ="9pt" '])
def test_a_hostile_part_takes_time_in_proportion(hostile: bytes) -> None:
    def seconds(size: int) -> float:
        body = b"<w:p " + hostile * (size // len(hostile))
        before = time.process_time()
        _renamed(body)
        return time.process_time() - before

    small = max(min(seconds(50_000) for _ in range(3)), 0.001)
    assert min(seconds(800_000) for _ in range(2)) < 100 * small  # 16 in proportion, 256 if it were quadratic

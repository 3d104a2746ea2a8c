"""Which figures of an answer stand in nothing that was shown."""

from __future__ import annotations

import pytest

from overten.agent.founded import unfounded

SHOWN = "region | amount\nNorth | 1305.0\nSouth | 1234567.891\nshare | 0.4273\nmonths | 18"


@pytest.mark.parametrize(
    "answer",
    [
        "South sold 1,234,567.89, the north 1,305.",
        "Süd: 1.234.567,89 und Nord: 1.305",
        "Sud : 1 234 567,9 et nord 1305",
        "About 1.2 million, or 1,235k.",
        "That is 42.7 % (43%) of it, over 18 months.",
        "It fell by -1,305 in 2024, and 3 of 4 regions grew.",
        "See Sheet1!D1200 and A1:F9999 of 2026-01-31, at 12:30.",
        "The query `SELECT 99 + 77` says 1305.",
        "```sql\nSELECT 4711\n```\nNothing.",
        "31. North: 1305",
        "In Q4 the 1305 were sold.",
    ],
)
def test_figures_that_were_shown_are_founded_however_they_are_written(answer: str) -> None:
    assert unfounded(answer, [SHOWN]) == []


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("South sold 1,234,568.5.", ["1,234,568.5"]),
        ("Together 1,235,872.89.", ["1,235,872.89"]),
        ("It is 44 % of it.", ["44 %"]),
        ("A mean of 12.5, 12.5 in all.", ["12.5"]),
        ("About 1.4 million.", ["1.4 million"]),
        ("1306 and 17", ["1306", "17"]),
    ],
)
def test_others_are_told_as_they_are_written(answer: str, missing: list[str]) -> None:
    assert unfounded(answer, [SHOWN]) == missing


def test_an_answer_without_figures_needs_none_to_be_shown() -> None:
    assert unfounded("Nothing is known of 5 of them.", []) == []


@pytest.mark.parametrize(
    "digits",
    [
        " ".join(str(number) for number in range(100, 400)),
        ",".join(str(number) for number in range(100, 400)),
        "9" * 309,
        "9" * 5_000,
        "1e" + "9" * 5_000,
        "1e9999",
        "9" * 39 + "e99",
        "1.5e299 billion",
        "1" * 20 + "." + "1" * 19,
    ],
)
def test_no_row_of_digits_is_too_much(digits: str) -> None:
    unfounded(digits, [SHOWN])
    assert unfounded("1305 and 4711", [SHOWN, digits]) == ["4711"]


def test_numbers_with_spaces_between_them_are_one_or_many() -> None:
    assert unfounded("They are 101, 102 and 301.", ["ids: 101 102 103 301"]) == []
    assert unfounded("They are 101 102 103.", ["101", "102", "103"]) == []
    assert unfounded("Together 101 102.", ["101102"]) == []
    assert unfounded("They are 101 104.", ["101", "102"]) == ["101 104"]
    many = " ".join(str(number) for number in range(100, 130))
    assert unfounded(many, [many]) == []
    assert unfounded(f"{many} 999", [many]) == ["999"]

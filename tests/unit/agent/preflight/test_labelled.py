"""How often the rules are right, on prompts that were labelled before them."""

from __future__ import annotations

from collections import Counter

import pytest

from overten.agent.preflight import rules
from tests.unit.agent.preflight.labelled import labelled

LABELLED = list(labelled())
LEAST_RECALL, MOST_FALSE_REJECTIONS = 0.95, 0.02


def rates(counts: Counter[str]) -> tuple[float, float, float]:
    """Recall, precision and the share of good requests that are refused."""
    right, missed, wrong, passed = (counts[name] for name in ("right", "missed", "wrong", "passed"))
    return right / ((right + missed) or 1), right / ((right + wrong) or 1), wrong / ((wrong + passed) or 1)


def outcome(found: set[str], expected: set[str]) -> str:
    if expected:
        return "right" if found else "missed"
    return "wrong" if found else "passed"


def count(**chosen: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in LABELLED:
        if one.missing is not None and all(getattr(one, name) == value for name, value in chosen.items()):
            counts[outcome(set(rules.judge(one.facts).missing), one.missing)] += 1
    return counts


def test_the_set_is_large_and_in_several_languages() -> None:
    languages = Counter(one.language for one in LABELLED)
    assert len(LABELLED) >= 120
    assert len([language for language, number in languages.items() if number >= 30]) >= 4
    assert len({one.facts.prompt for one in LABELLED}) > 0.9 * len(LABELLED)


@pytest.mark.parametrize("part", ["tune", "held", "late", "later"])
def test_every_part_of_the_set_meets_the_targets(part: str) -> None:
    recall, precision, false_rejections = rates(count(part=part))
    print(f"{part}: recall {recall:.3f}, precision {precision:.3f}, false rejections {false_rejections:.3f}")  # noqa: T201
    assert recall >= LEAST_RECALL
    assert false_rejections <= MOST_FALSE_REJECTIONS


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl"])
def test_every_language_meets_the_targets(language: str) -> None:
    recall, precision, false_rejections = rates(count(language=language))
    print(f"{language}: recall {recall:.3f}, precision {precision:.3f}, false rejections {false_rejections:.3f}")  # noqa: T201
    assert recall >= LEAST_RECALL
    assert false_rejections <= MOST_FALSE_REJECTIONS


def test_what_is_missing_is_named_rightly() -> None:
    refused = [(rules.judge(one.facts).missing, one) for one in LABELLED if one.missing]
    wrong = [one.facts.prompt for missing, one in refused if missing and missing != one.missing]
    assert len(wrong) <= 0.05 * len(refused), wrong


def test_the_language_is_known() -> None:
    unknown = [one.facts.prompt for one in LABELLED if one.language not in rules.languages_of(one.facts.prompt)]
    assert len(unknown) <= 0.03 * len(LABELLED), unknown

"""Nouns as the built-in author compares them: by stem, and all words for people as one."""

from __future__ import annotations

from overten.agent.author.lexicon import MEASURE_STEMS, PAYER_STEMS, PEOPLE_STEMS, STAFF_STEMS


def stem(word: str) -> str:
    """The singular of a regular plural, in lower case."""
    word = word.lower().strip("'’")
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _among(phrase: str, stems: frozenset[str]) -> bool:
    return any(word.lower() in stems or stem(word) in stems for word in phrase.split())


def is_people(phrase: str) -> bool:
    """Whether one of the words counts in heads."""
    return _among(phrase, PEOPLE_STEMS)


def is_staff(phrase: str) -> bool:
    """Whether one of the words names people who are paid for their work."""
    return _among(phrase, STAFF_STEMS)


def is_payer(phrase: str) -> bool:
    """Whether one of the words names people who pay."""
    return _among(phrase, PAYER_STEMS)


def is_measure(phrase: str) -> bool:
    """Whether the first word is a unit of measure, such as hours or pieces."""
    return bool(phrase) and _among(phrase.split()[0], MEASURE_STEMS)


def same_noun(one: str, other: str) -> bool:
    """Whether two phrases count the same: they share a noun, or both count people."""
    if is_people(one) and is_people(other):
        return True
    return bool({stem(word) for word in one.split()} & {stem(word) for word in other.split()})

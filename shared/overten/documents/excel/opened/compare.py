"""Which findings are the user's own: what was wrong with the uploaded file already does not hold back ours."""

from __future__ import annotations

from collections import Counter

from overten.documents.models import Finding


def only_new(found: list[Finding], known: list[Finding]) -> list[Finding]:
    """The findings, those that the original has too as warnings at most; of the schema's, only new ones.

    A finding is known if the original has it in the same words, or, as lines and sheets may have moved, if the
    original has as many of its kind with the same value or about the same object.
    """
    exact = Counter((one.code, one.message, one.location) for one in known)
    by_place = Counter(_place(one) for one in known)
    told: list[Finding] = []
    waiting: list[Finding] = []
    for one in found:
        key = (one.code, one.message, one.location)
        if exact[key]:
            exact[key] -= 1
            by_place[_place(one)] -= 1
            told += _softened(one)
        else:
            waiting.append(one)
    for one in waiting:
        if by_place[_place(one)] > 0:
            by_place[_place(one)] -= 1
            told += _softened(one)
        else:
            told.append(one)
    return sorted(told, key=lambda one: one.severity)


def _place(one: Finding) -> tuple[str, str]:
    if one.code == "invalid_package":
        return one.code, one.message
    return one.code, one.value or one.subject or ""


def _softened(one: Finding) -> list[Finding]:
    if one.code in {"invalid_package", "formula_not_cached", "formula_undecided", "stale_value"}:
        return []
    return [one.model_copy(update={"severity": "warning", "message": f"{one.message} (as in the uploaded file)"})]

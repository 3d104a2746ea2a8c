"""Numbers that others are multiplied with: people, episodes, quantities. Each is one input, put once."""

from __future__ import annotations

import re
from calendar import month_name
from typing import TYPE_CHECKING

from overten.agent.author.draft import capitalised, whole
from overten.agent.author.lexicon import EACH_OF_THEM, NUMBER, PER
from overten.agent.author.nouns import is_people, same_noun, stem

if TYPE_CHECKING:
    from overten.agent.author.draft import Draft
    from overten.agent.author.figures import Figure
    from overten.documents.excel.operations import ValueKind

PERSON_WORD = {"de": "Person", "fr": "personne", "es": "persona"}
ASSUMED_COUNTS = {"night": 30, "day": 20, "hour": 160}
"""How many a month are assumed, where a price is given for each and no number."""
OCCUPANCY = "occupancy|utili[sz]ation|auslastung|taux d.occupation|ocupaci[óo]n"
PEOPLE = {"en": "People", "de": "Personen", "fr": "Personnes", "es": "Personas"}


def put_counts(draft: Draft, *, days: bool = False) -> None:
    """Puts the counts that the price of something else refers to. Call it before the lines that use them.

    `days`: a price a day refers to the number of days, as for an event."""
    figures = draft.brief.figures
    for index, figure in enumerate(figures):
        used = any(same_noun(each, figure.label) for other in figures for each in other.each) or (
            days and any(other.per == "day" for other in figures) and same_noun("day", figure.label)
        )
        if index in draft.taken or not figure.counts or not used:
            continue
        draft.taken.add(index)
        label = PEOPLE[draft.brief.language] if figure.label == "people" else capitalised(figure.label)
        period = f" a {figure.per}" if figure.per else ""
        reference = draft.put(f"{label}{period}", whole(figure.value), count_kind(figure.value), given=True)
        draft.counts.append((figure.label, reference, figure.per))


def times(draft: Draft, figure: Figure, name: str) -> tuple[str, str | None]:
    """The factors of a figure, such as "*Assumptions!$B$7", and the period that a factor recurs in, if one does."""
    factors, per = "", None
    if figure.quantity is not None:
        noun = figure.counted or name
        reference = draft.put(
            f"{capitalised(plural(noun))}: {NUMBER[draft.brief.language]}"[:80],
            whole(figure.quantity),
            count_kind(figure.quantity),
            given=True,
        )
        factors = f"*{reference}"
        if is_people(noun):
            draft.counts.append((noun, reference, None))
    for each in figure.each:
        known = [(reference, period) for noun, reference, period in draft.counts if same_noun(each, noun)]
        if not known:
            known = [_missing_count(draft, each)]
        per = next((period for _, period in known if period), per)
        factors += f"*({'+'.join(r for r, _ in known)})" if len(known) > 1 else f"*{known[0][0]}"
    return factors, per


def count_kind(value: float) -> ValueKind:
    """Heads and pieces are shown without decimals, hours and kilos that have some with them."""
    return "integer" if float(value).is_integer() else "number"


def _missing_count(draft: Draft, each: str) -> tuple[str, str | None]:
    """An open input for what a price refers to and the request does not number."""
    usual = ASSUMED_COUNTS.get(stem(each))
    label = f"{capitalised(each)}s a month" if usual else f"{capitalised(each)}: {NUMBER[draft.brief.language]}"
    reference = draft.put(label, usual or 1, "integer", given=False, note="Not in your request: enter it here")
    occupancy = draft.take(OCCUPANCY, "percent") if usual else None
    if occupancy:
        reference = f"{reference}*{draft.put('Occupancy', occupancy.value, 'percent', given=True)}"
    draft.counts.append((each, reference, "month" if usual else None))
    return reference, "month" if usual else None


def put_amount(draft: Draft, figure: Figure, name: str, note: str | None = None) -> tuple[str, str | None]:
    """Puts a figure with all it is multiplied with; returns the formula of the product and the period it recurs in."""
    standard = f"A {figure.per}" if figure.per and figure.per != "once" else "Once" if figure.per else ""
    standard = f"Once, in {month_name[figure.month]}" if figure.month else standard
    reference = draft.put(
        unit_label(draft, figure, name),
        whole(figure.value),
        "currency",
        given=True,
        note=standard if note is None else note,
    )
    factors, per = times(draft, figure, name)
    return f"{reference}{factors}", figure.per or per


def unit_label(draft: Draft, figure: Figure, name: str) -> str:
    """The name of a unit price: "Salaries, per employee"; the name alone, if it is no unit price."""
    nouns = ((figure.counted,) if figure.counted else ()) + figure.each
    word = PER[draft.brief.language]
    if len(nouns) == 1 and nouns[0].lower() in name.lower():
        if not is_people(nouns[0]):
            return name[:80]
        return f"{name}, {EACH_OF_THEM[draft.brief.language]}"[:80]
    units = [PERSON_WORD.get(draft.brief.language, "") if is_people(noun) else "" for noun in nouns]
    units = [unit or singular(noun) for unit, noun in zip(units, nouns, strict=True)]
    return (f"{name}, {word} {f' {word} '.join(units)}" if units else name)[:80]


def plural(noun: str) -> str:
    """The noun as a heading has it: German datives lose their ending."""
    return re.sub(r"ern$", "er", noun)


def singular(noun: str) -> str:
    """ "team members" → "team member"; people in general → "person"."""
    if noun.lower() in ("people", "staff"):
        return "person"
    *first, last = noun.split()
    return " ".join([*first, stem(last)])

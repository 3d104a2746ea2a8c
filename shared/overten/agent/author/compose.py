"""From a request to a composition: the replies of operations that write the workbook, its title and its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.blueprints import BLUEPRINTS
from overten.agent.author.calls import NO_MODEL, Composition
from overten.agent.author.coverage import Coverage, coverage
from overten.agent.author.draft import ASSUMPTIONS, Draft, finished
from overten.agent.author.understand import understand

if TYPE_CHECKING:
    from datetime import date


def compose(prompt: str, today: date) -> Composition:
    """The workbook for a request. The same arguments always give the same composition."""
    brief = understand(prompt, today)
    draft = Draft(brief)
    BLUEPRINTS[brief.kind](draft)
    replies = finished(draft)
    return Composition(replies, brief.title[:120], _summary(draft, coverage(draft, replies)))


def _summary(draft: Draft, numbers: Coverage) -> str:
    assumed = draft.assumed_labels
    sentences = [
        f"“{draft.brief.title}”: {draft.purpose}, on {len(draft.sheets)} "
        f"sheet{'s' if len(draft.sheets) > 1 else ''} ({', '.join(draft.sheets)})."
    ]
    if numbers.is_partial:
        sentences.insert(0, "Your request was understood only in part: most of its numbers found no place.")
    if numbers.used:
        sentences.append(
            f"{numbers.used} figure{'s' if numbers.used > 1 else ''} of your request "
            f"{'are' if numbers.used > 1 else 'is'} used as given."
        )
    end = draft.brief.periods.end
    if end and "Deadline" not in draft.refs and draft.brief.kind != "invoice":
        draft.left_out.append(f"the end on {end.day} {end:%B %Y}")
    left_out = [*draft.left_out, *([numbers.unused_text] if numbers.unused else [])]
    if left_out:
        sentences.append(f"Not used: {'; '.join(left_out)}.")
    if assumed:
        shown = ", ".join(assumed[:12]) + (f" and {len(assumed) - 12} more" if len(assumed) > 12 else "")
        sentences.append(
            f"These figures were not given and are marked as assumptions on the sheet {ASSUMPTIONS}; "
            f"replace them with your own: {shown}."
        )
    else:
        sentences.append("No figures were assumed.")
    return " ".join([*sentences, NO_MODEL])

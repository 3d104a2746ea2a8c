"""Writes a Word document from a request that has been taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from overten.agent.author.calls import Call
from overten.agent.author.figures import find_dates
from overten.agent.author.prose.arrange import Part, arranged
from overten.agent.author.prose.charted import chart_title
from overten.agent.author.prose.deck import day
from overten.agent.author.prose.sections import SECTIONS
from overten.agent.author.prose.words import CLAUSES, LOCALES, phrase

if TYPE_CHECKING:
    from overten.agent.author.prose.context import Context
    from overten.agent.author.prose.points import Chartable
    from overten.agent.author.prose.wish import Amount, Wish

type Block = dict[str, Any]
"""A block as the operation `write` takes it."""

SHORT = ("letter", "memo", "agenda", "cv", "contract", "nda", "minutes", "job")
_WANTS_CONTENTS = re.compile(
    r"table of contents|\btoc\b|inhaltsverzeichnis|table des mati[èe]res|sommaire|[íi]ndice", re.IGNORECASE
)
_WANTS_COVER = re.compile(r"\bcover(?: page)?\b(?! letter)|title page|deckblatt|page de garde|portada", re.IGNORECASE)
_TOTAL = re.compile(
    r"total|sum\b|budget|overall|gesamt|summe|insgesamt|revenue|income|umsatz|presupuesto", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:ask|please|request|kindly|would you|bitte\w*|demand\w+|prie|merci|pido|ruego|solicit\w+)\b", re.IGNORECASE
)
_MARKS = re.compile(r"([\\`*{^])|\[(?=@|[^\]]*\]\()")


def write_document(wish: Wish, context: Context, more: Sequence[Call] = ()) -> list[list[Call]]:
    """The replies that write the document. `more` are sections to stand before those of the request."""
    opening = [_settings(wish)]
    if not context.has_template:
        opening += _bars(wish, context)
    body = _FORMS.get(wish.kind, _sections)(wish, context, list(more))
    return [opening, body] if len(body) <= 6 else [opening, *(body[at : at + 6] for at in range(0, len(body), 6))]


def _settings(wish: Wish) -> Call:
    arguments: dict[str, Any] = {"title": wish.title[:200], "language": LOCALES[wish.language]}
    if wish.organisation:
        arguments["company"] = wish.organisation[:120]
    if wish.kind in ("contract", "nda"):
        arguments["numbered_headings"] = True
    return Call("set_document", arguments)


def _bars(wish: Wish, context: Context) -> list[Call]:
    page = phrase("page", wish.language)
    footer = {"right": page} if wish.kind in SHORT else {"left": "{title}", "right": page}
    header = {"header": {"logo": "brand"}} if context.has_logo else {}
    return [Call("set_header_footer", {**header, "footer": footer})]


# --- forms ---


def _sections(wish: Wish, context: Context, more: list[Call]) -> list[Call]:
    parts = arranged(wish)
    if more and not wish.names_all_sections:
        parts = [part for part in parts if not part.is_open]
    calls = _front(wish)
    for part in parts:
        blocks = _blocks(part, wish)
        if part is parts[0] and context.images:
            blocks += _images(context)
        calls.append(Call("write", {"heading": _heading(part.heading), "blocks": blocks}))
    return [*calls[:1], *more, *calls[1:]] if len(calls) > 1 else [*calls, *more]


def _front(wish: Wish) -> list[Call]:
    language = wish.language
    for_whom = wish.recipient if wish.kind == "proposal" else None
    if wish.kind == "cv":
        contact = [_paragraph(plain(wish.title), "title"), _paragraph(phrase("contact", language), "subtitle")]
        return [Call("write", {"blocks": contact})]
    subtitle = " · ".join(
        part for part in (
            phrase("prepared_for", language).format(for_whom) if for_whom else wish.organisation,
            day(wish.today, language),
        ) if part and part not in wish.title
    )  # fmt: skip
    contents = [Call("add_toc", {"title": phrase("contents", language), "levels": 2})]
    wants_contents = _WANTS_CONTENTS.search(wish.prompt) is not None
    if _WANTS_COVER.search(wish.prompt) or wish.kind == "business_plan":
        cover = Call("set_cover", {"title": plain(wish.title), "details": [plain(subtitle)] if subtitle else []})
        return [cover, *(contents if wants_contents or wish.kind == "business_plan" else [])]
    blocks = [_paragraph(plain(wish.title), "title"), *([_paragraph(plain(subtitle), "subtitle")] if subtitle else [])]
    return [Call("write", {"blocks": blocks}), *(contents if wants_contents else [])]


def _letter(wish: Wish, _context: Context, more: list[Call]) -> list[Call]:
    language = wish.language
    recipient = _addressee(wish.recipient)
    sender = plain(wish.sender) if wish.sender else phrase("sender", language)
    name = phrase("greeting", language).format(plain(recipient)) if recipient else phrase("greeting_open", language)
    told = [_paragraph(plain(text)) for text in _sentences(wish.statements)]
    told += [block for one in wish.blocks for block in (_paragraph(f"**{plain(one.heading)}**"), *_listed(one.lines))]
    told += _amount_table(wish.amounts, wish) if len(wish.amounts) > 2 else []
    body = told or [_paragraph(phrase("reason", language))]
    blocks = [
        _paragraph(f"{sender}\n{phrase('sender_address', language)}", "small"),
        _paragraph(f"{plain(recipient or '') or phrase('recipient', language)}\n{phrase('address', language)}"),
        {**_paragraph(f"{phrase('place_open', language)}, {day(wish.today, language)}"), "align": "right"},
        _paragraph(f"**{plain(wish.title)}**"),
        _paragraph(name),
        *body,
        *([] if _ASKS.search(" ".join(wish.statements)) else [_paragraph(phrase("request", language))]),
        _paragraph(phrase("closing", language)),
        _paragraph(sender),
    ]
    return [Call("write", {"blocks": blocks}), *more]


def _addressee(recipient: str | None) -> str | None:
    """A name that one may greet; None for "my landlord"."""
    known = (
        recipient and re.match(r"[A-ZÄÖÜÉÁ]", recipient) and not re.search(r"\b(?:Ltd|Inc|GmbH|AG|SA|LLC)\b", recipient)
    )
    return recipient if known else None


def _memo(wish: Wish, _context: Context, more: list[Call]) -> list[Call]:
    language = wish.language
    rows = [
        [phrase("to", language), _capital(wish.recipient) or phrase("recipient", language)],
        [phrase("from", language), _capital(wish.sender) or phrase("sender", language)],
        [phrase("date", language), day(wish.today, language)],
    ]
    if wish.subject:
        rows.append([phrase("subject", language), _capital(wish.subject)])
    head = [_paragraph(plain(wish.title), "title"), _pairs(rows)]
    told = [_paragraph(plain(text)) for text in _sentences(wish.statements)]
    if len(wish.milestones) > 1:
        told.append(_milestone_table(wish, wish.milestones))
    told += _amount_table(wish.amounts, wish) if len(wish.amounts) > 2 else []
    told += [block for chart in wish.charts for block in _chart_blocks(chart, wish)]
    calls = [Call("write", {"blocks": [*head, *told]}), *more]
    for block in wish.blocks:
        heading = {"heading": _heading(block.heading)} if block.heading else {}
        calls.append(Call("write", {**heading, "blocks": _listed(block.lines)}))
    if not (told or wish.blocks or more):
        calls += [
            Call("write", {"heading": part.heading, "blocks": _blocks(part, wish)})
            for part in arranged(wish, ("background", "decisions", "next_steps"))
        ]
    return calls


def _agenda(wish: Wish, _context: Context, more: list[Call]) -> list[Call]:
    language = wish.language
    head = [_paragraph(plain(wish.title), "title"), _pairs(_meeting(wish))]
    topics = [*wish.sections, *(line for block in wish.blocks for line in block.lines), *wish.statements]
    minutes, owner = phrase("minutes_open", language), phrase("owner_open", language)
    rows = [[f"{n}", topic, minutes, owner] for n, topic in enumerate(topics or [phrase("item_open", language)] * 4, 1)]
    columns = [
        {"header": "", "width": 6}, {"header": phrase("topic", language), "width": 54},
        {"header": phrase("time", language), "width": 18}, {"header": phrase("owner", language), "width": 22},
    ]  # fmt: skip
    table = {"type": "table", "columns": columns, "rows": _cells(rows[:40])}
    return [Call("write", {"blocks": [*head, table]}), *more]


def _meeting(wish: Wish) -> list[list[str]]:
    language = wish.language
    dates = [match.group() for match in find_dates(wish.prompt)]
    people = ", ".join(name for name, _ in wish.people)
    return [
        [phrase("date", language), dates[0] if dates else phrase("date_open", language)],
        [phrase("place", language), phrase("place_open", language)],
        *([[SECTIONS["attendees"].heading(language), people]] if people and wish.kind == "agenda" else []),
    ]


def _minutes(wish: Wish, _context: Context, more: list[Call]) -> list[Call]:
    head = [_paragraph(plain(wish.title), "title"), _pairs(_meeting(wish))]
    sections = [
        Call("write", {"heading": _heading(part.heading), "blocks": _blocks(part, wish)}) for part in arranged(wish)
    ]
    return [Call("write", {"blocks": head}), *sections, *more]


def _contract(wish: Wish, _context: Context, more: list[Call]) -> list[Call]:
    language = wish.language
    named = wish.parties or (wish.organisation or phrase("party_a", language), phrase("party_b", language))
    first, second = (plain(name) for name in named[:2])
    address = phrase("party_open", language)
    calls = [
        Call("write", {"blocks": [
            _paragraph(plain(wish.title), "title"),
            _paragraph(phrase("between", language)),
            _paragraph(f"**{first}**, {address},"),
            _paragraph(phrase("and", language)),
            _paragraph(f"**{second}**, {address}"),
            {"type": "callout", "tone": "warning", "title": phrase("legal_title", language),
             "text": phrase("legal_note", language)},
        ]})
    ]  # fmt: skip
    said = [*wish.statements, *(f"{block.heading}: {'; '.join(block.lines)}" for block in wish.blocks)]
    for number, (headings, clauses) in enumerate(CLAUSES["nda" if wish.kind == "nda" else "contract"]):
        heading = headings[("en", "de", "fr", "es").index(language)]
        items = [clause.format(a=first, b=second) for clause in clauses] if language == "en" else [f"[{heading}]"]
        if number == 0:
            items = [*(plain(text) for text in said), *items]
        calls.append(
            Call("write", {"heading": heading, "blocks": [{"type": "list", "kind": "clause", "items": items}]})
        )
    for name in wish.sections:
        hint = f"[{name[:60]}]"
        calls.append(
            Call("write", {"heading": _heading(name), "blocks": [{"type": "list", "kind": "clause", "items": [hint]}]})
        )
    calls.append(Call("write", {"blocks": [{"type": "signatures", "parties": [{"party": first}, {"party": second}]}]}))
    return [*calls, *more]


_FORMS: dict[str, Callable[[Wish, Context, list[Call]], list[Call]]] = {
    "letter": _letter,
    "memo": _memo,
    "agenda": _agenda,
    "minutes": _minutes,
    "contract": _contract,
    "nda": _contract,
}


# --- the blocks of a section ---


def _blocks(part: Part, wish: Wish) -> list[Block]:
    if part.is_open:
        return _open_blocks(part, wish.language)
    blocks: list[Block] = []
    sentences = [point for point in part.points if _is_sentence(point)]
    lines = [point for point in part.points if not _is_sentence(point)]
    blocks += [_paragraph(plain(text)) for text in _sentences(sentences)]
    if len(lines) == 1 and not sentences:
        blocks.append(_paragraph(plain(lines[0])))
    elif lines:
        blocks += _listed(lines, numbered=part.section.shape == "steps")
    if len(part.amounts) >= 2:
        blocks += _amount_table(part.amounts, wish)
    elif part.amounts and not any(part.amounts[0].shown in point for point in part.points):
        blocks.append(_paragraph(f"**{plain(part.amounts[0].label)}:** {plain(part.amounts[0].shown)}"))
    for chart in part.charts:
        blocks += _chart_blocks(chart, wish)
    if part.milestones:
        blocks.append(_milestone_table(wish, part.milestones))
    if part.people:
        role = phrase("role_open", wish.language)
        columns = [
            {"header": phrase("name", wish.language), "width": 40},
            {"header": phrase("role", wish.language), "width": 60},
        ]
        blocks.append({"type": "table", "columns": columns, "rows": _cells([[n, r or role] for n, r in part.people])})
    return blocks


def _open_blocks(part: Part, language: str) -> list[Block]:
    """What a user is asked to fill in: as the table, list or text that it is to become."""
    heads = {
        "risks": (
            ("risk", "likelihood", "effect", "response"),
            ("risk_open", "level_open", "level_open", "response_open"),
        ),
        "actions": (("action", "owner", "due"), ("task_open", "owner_open", "date_open")),
        "milestones": (("when", "what", "owner"), ("date_open", "result_open", "owner_open")),
        "money": (("item", "amount"), ("item_open", "amount_open")),
        "people": (("name", "role"), ("name_open", "role_open")),
    }
    if part.section.shape in heads:
        names, hints = heads[part.section.shape]
        row = [phrase(hint, language) for hint in hints]
        rows = [list(row) for _ in range(3)]
        table: Block = {
            "type": "table",
            "columns": [{"header": phrase(name, language)} for name in names],
            "rows": rows,
        }
        if part.section.shape == "money":
            rows.append([phrase("total", language), phrase("amount_open", language)])
            table |= {"total_row": True}
            table["columns"][1]["align"] = "right"
        return [table]
    colon = " :" if language == "fr" else ":"
    items = [f"**{head}{colon}** [{hint}]" for head, hint in part.hints(language)]
    return [{"type": "list", "kind": "number" if part.section.shape == "steps" else "bullet", "items": items}]


def _amount_table(amounts: Sequence[Amount], wish: Wish) -> list[Block]:
    """Amounts as a table, with their sum where they are parts of one; other figures as a band of key figures."""
    money = [amount for amount in amounts if amount.is_paid or len(amount.shown) > 12]
    others = [amount for amount in amounts if amount not in money]
    if len(money) == 1 and len(money[0].shown) <= 12:
        others, money = [*money, *others], []
    blocks: list[Block] = []
    short = [amount for amount in others if len(amount.shown) <= 20][:5]
    if len(short) >= 2:
        items = [{"value": amount.shown, "label": amount.label[:80]} for amount in short]
        blocks.append({"type": "metrics", "items": items})
    blocks += [
        _paragraph(f"**{plain(amount.label)}:** {plain(amount.shown)}")
        for amount in others if amount not in short or len(short) < 2
    ]  # fmt: skip
    if money:
        language = wish.language
        rows = [[amount.label, amount.shown] for amount in money]
        total = _sum(money, language)
        columns = [
            {"header": phrase("item", language), "width": 70},
            {"header": phrase("amount", language), "width": 30, "align": "right"},
        ]
        table: Block = {"type": "table", "columns": columns, "rows": _cells([*rows, *([total] if total else [])])}
        blocks.append({**table, "total_row": True} if total else table)
    return blocks


def _sum(money: Sequence[Amount], language: str) -> list[str] | None:
    """The sum of amounts that are alike; None where one of them may hold the others."""
    alike = len({(amount.figure.per, amount.figure.each) for amount in money}) == 1
    plain_amounts = all(
        amount.figure.quantity is None and re.fullmatch(r"\D{0,4}[\d.,'’ \u00a0\u202f]+\D{0,4}", amount.shown)
        for amount in money
    )
    if len(money) < 2 or not alike or not plain_amounts or any(_TOTAL.search(amount.label) for amount in money):
        return None
    marks = {re.sub(r"[\d.,'’ \u00a0\u202f]", "", amount.shown) for amount in money}
    if len(marks) != 1:
        return None
    value = sum(amount.figure.value for amount in money)
    if re.search(r"[kKmM]", next(iter(marks))):
        return None
    shown = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
    if language != "en":
        shown = shown.translate(str.maketrans(",.", ".,"))
    first, mark = money[0].shown, next(iter(marks))
    return [
        phrase("total", language),
        f"{mark}{shown}" if mark and first.startswith(mark) else f"{shown} {mark}".strip(),
    ]


def _milestone_table(wish: Wish, milestones: Sequence[Any]) -> Block:
    language = wish.language
    columns = [{"header": phrase("when", language), "width": 28}, {"header": phrase("what", language), "width": 72}]
    return {"type": "table", "columns": columns, "rows": _cells([[one.when, one.what] for one in milestones])}


def _chart_blocks(chart: Chartable, wish: Wish) -> list[Block]:
    kind = "doughnut" if chart.shares else "line" if chart.are_periods and len(chart.categories) > 8 else (
        "column" if chart.are_periods or len(chart.categories) <= 5 else "bar"
    )  # fmt: skip
    title = chart_title(chart, wish.language)
    return [
        {
            "type": "chart",
            "kind": kind,
            "categories": list(chart.categories),
            "series": [{"name": name[:300], "values": list(values)} for name, values in chart.series],
            "number_format": chart.code,
            "data_labels": len(chart.categories) * len(chart.series) <= 16,
            "alt_text": f"{title}."[:300],
            "caption": plain(title),
            "source": f"{phrase('source', wish.language)}: {phrase('as_given', wish.language).lower()}",
        }
    ]


def _images(context: Context) -> list[Block]:
    return [
        {
            "type": "image",
            "asset": name,
            "alt_text": shows[:300] or name,
            **({"caption": plain(shows)} if shows else {}),
        }
        for name, shows in context.images
    ]


def plain(text: str) -> str:
    """A text of the user's without anything that Word's writer would take for a mark."""
    return _MARKS.sub(lambda match: f"\\{match.group()}", text)


def _heading(text: str) -> str:
    return plain(text)[:300]


def _capital(text: str | None) -> str:
    return text[:1].upper() + text[1:] if text else ""


def _paragraph(text: str, style: str = "body") -> Block:
    return {"type": "paragraph", "text": text, "style": style}


def _pairs(rows: list[list[str]]) -> Block:
    """Pairs of a name and a value, as the head of a memo has them."""
    columns = [{"header": "", "width": 22}, {"header": "", "width": 78}]
    return {"type": "table", "style": "plain", "columns": columns, "rows": _cells(rows), "first_column": True}


def _cells(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in rows]


def _listed(lines: Sequence[str], *, numbered: bool = False) -> list[Block]:
    if len(lines) == 1 and _is_sentence(lines[0]):
        return [_paragraph(plain(lines[0]))]
    return [{"type": "list", "kind": "number" if numbered else "bullet", "items": [plain(line) for line in lines]}]


def _is_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?")) or len(text.split()) > 14


def _sentences(texts: Sequence[str]) -> list[str]:
    """Statements as paragraphs of up to three sentences, each ended by a full stop."""
    ended = [text if text.rstrip().endswith((".", "!", "?", ":")) else f"{text}." for text in texts]
    paragraphs: list[str] = []
    for text in ended:
        if (
            paragraphs
            and len(paragraphs[-1]) + len(text) < 280
            and len(re.findall(r"[.!?](?:\s|$)", paragraphs[-1])) < 3
        ):
            paragraphs[-1] += f" {text}"
        else:
            paragraphs.append(text)
    return paragraphs

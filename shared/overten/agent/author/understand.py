"""Takes a request apart: kind of workbook, title, currency, periods, figures, lists and names. Patterns only."""

from __future__ import annotations

import re
from datetime import date

from overten.agent.author.brief import Brief, Periods, PeriodUnit
from overten.agent.author.figures import Figure, date_texts, find_figures, mask_dates
from overten.agent.author.lexicon import (
    CURRENCIES,
    KINDS,
    LANGUAGE_WORDS,
    LIST_NOUNS,
    MONTHS,
    NUMBER_WORDS,
    PERIOD_UNITS,
    PLAIN_ADJECTIVES,
    STOP_WORDS,
    TITLES,
)

MAX_PERIODS = {"day": 92, "week": 53, "month": 60, "quarter": 20, "year": 30}

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_COUNT = r"(\d{1,3}|" + "|".join(NUMBER_WORDS) + r")"
_SPAN = re.compile(rf"\b{_COUNT}[\s-]?({'|'.join(sorted(PERIOD_UNITS, key=len, reverse=True))})\b", re.IGNORECASE)
_SAMPLE = re.compile(
    rf"\b{_COUNT}\s+(?:sample|example|blank|empty|dummy|placeholder|leere|vides?|vac[íi]as)?\s*(?:rows?|"
    rf"lines?|entries|records|zeilen|lignes|filas)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?<!\()(?:called|titled|named|title|namens|intitul[ée]e?|titulad[oa]|"
    r"llamad[oa])?\s*[\"“„«]\s?([^\"“”„«»\n]{2,80}?)\s?[\"”“»]",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:called|titled|entitled|named|namens|intitul[ée]e?)\s+([A-Z][^,.;:\n]{1,60}?)(?=\s+(?:with|for|"
    r"that|and|from|mit|avec|con)\b|[,.;:\n]|$)"
)
_LEGAL = r"(?:Inc|Ltd|LLC|GmbH|AG|SA|SAS|SARL|S\.A\.|S\.L\.|SL|PLC|plc|Corp|Co|BV|KG|Pty)\.?"
_NAME_WORD = r"[A-ZÄÖÜÉÁÍÓÚÑ][\w&.'’-]*"
_ORGANISATION = re.compile(
    rf"\b(?:for|at|of|from|to|für|bei|pour|chez|para|by)\s+((?:{_NAME_WORD}\s+){{0,3}}{_NAME_WORD})"
)
_LEGAL_NAME = re.compile(rf"\b((?:{_NAME_WORD}\s+){{1,3}}{_LEGAL})(?!\w)")
_NAMES = re.compile(
    rf"((?:{_NAME_WORD}(?:\s{_NAME_WORD})?)(?:\s*,\s*{_NAME_WORD}(?:\s{_NAME_WORD})?)*\s*,?\s*(?:and|vs\.?|"
    rf"versus|or|und|et|y|&|e)\s+{_NAME_WORD}(?:\s{_NAME_WORD})?)"
)
_LIST = re.compile(
    rf"\b({'|'.join(sorted(LIST_NOUNS, key=len, reverse=True))})\b\s*(?:[:=–-]|are\b|such as|like|"
    rf"including|named|called|should be|for\b|wie\b|comme\b|como\b|\()?\s*([^.;:\n()]+)",
    re.IGNORECASE,
)
_WITH_LIST = re.compile(r"\b(?:with|containing|having|listing|track(?:ing)?|mit|avec|con)\s+([^.;:\n]+)", re.IGNORECASE)
_SPLIT = re.compile(
    r"\s*,\s*(?:and\s+|und\s+|et\s+|y\s+|or\s+)?|\s+(?:and|und|et|y|&|vs\.?|versus|or)\s+", re.IGNORECASE
)
_LIST_END = re.compile(
    r"\b(?:with|for (?:a|an|the|each|every|my|our)|that|which|where|so that|then|using|from|starting|mit|"
    r"avec|con|to track|per)\b",
    re.IGNORECASE,
)


def understand(prompt: str, today: date) -> Brief:
    """The request as a `Brief`. Any text is understood as something; what nothing points to is a plain table.

    `today` is the day of the request; it fills in what a date of the request leaves open, such as the year of "March".
    """
    text = re.sub(r"[ \t\r\f\v]+", " ", prompt.replace("\u00ad", "")).strip()[:10_000]
    language = _language(text)
    kind = _kind(text)
    names = _proper_names(text, language)
    figures = tuple(find_figures(text, decimal_comma=language != "en"))
    periods = _periods(text, today)
    organisation = _organisation(text, language, names)
    return Brief(
        prompt=text,
        kind=kind,
        language=language,
        title=_title(text, kind, language, organisation, periods),
        today=today,
        organisation=organisation,
        currency=_currency(text),
        periods=periods,
        figures=tuple(f for f in figures if not _is_period(f, text)),
        lists=_lists(text, kind),
        names=names,
        sample_rows=_sample_rows(text),
    )


def _language(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.lower())[:200]
    scores = {language: sum(word in lexicon for word in words) for language, lexicon in LANGUAGE_WORDS.items()}
    best = max(("en", "de", "fr", "es"), key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"


def _kind(text: str) -> str:
    scores: dict[str, float] = {}
    for kind, pattern, weight in KINDS:
        hits = list(re.finditer(pattern if pattern.startswith("\\b") else rf"\b(?:{pattern})", text, re.IGNORECASE))
        if hits:
            # What is named first is the document, what follows describes it.
            place = max(0.0, 3 - hits[0].start() / 20)
            scores[kind] = scores.get(kind, 0.0) + weight + place + min(len(hits) - 1, 2) * 0.25
    return max(scores, key=lambda kind: scores[kind]) if scores else "table"


def _currency(text: str) -> str | None:
    symbol = re.search(r"US\$|R\$|A\$|C\$|[$€£¥₹]", text)
    if symbol:
        return CURRENCIES[symbol.group().lower()]
    word = re.search(rf"(?<!\w)({'|'.join(code for code in CURRENCIES if code.isalpha())})(?!\w)", text, re.IGNORECASE)
    return CURRENCIES[word[1].lower()] if word else None


def _title(text: str, kind: str, language: str, organisation: str | None, periods: Periods) -> str:
    quoted = _QUOTED.search(text) or _CALLED.search(text)
    if quoted and not quoted[1].startswith(("=", "#")):
        return quoted[1].strip()[:100]
    base = TITLES[_title_key(text, kind)][language]
    if language == "en":
        base = _with_subject(text, kind, base)
    if kind == "table":
        base = _table_title(text) or base
    year = re.search(r"\b20\d\d\b", text)
    suffix = f" {year.group()}" if year and periods.start and kind not in ("invoice", "loan") else ""
    return f"{organisation} – {base}{suffix}"[:100] if organisation else f"{base}{suffix}"


def _with_subject(text: str, kind: str, base: str) -> str:
    """Puts the words that stand right before the kind's own into the title: "marketing team" budget."""
    pattern = next((pattern for name, pattern, _ in KINDS if name == kind), None)
    match = re.search(rf"\b(?:{pattern})", text, re.IGNORECASE) if pattern else None
    if not match:
        return base
    event = re.search(
        r"\b(?:wedding|party|conference|trip|vacation|renovation|offsite)\b", match.group(), re.IGNORECASE
    )
    if kind == "event_budget" and event:
        return f"{event.group().capitalize()} budget"
    subject: list[str] = []
    for word in reversed(re.findall(r"[\w&'’-]+|[^\w\s]", text[: match.start()])):
        if (
            len(subject) == 3
            or word.lower() in STOP_WORDS
            or word.lower() in PLAIN_ADJECTIVES
            or not word[0].isalpha()
            or word.lower() in base.lower()
        ):
            break
        subject.insert(0, word)
    if not subject:
        return base
    tail = base if base.split()[0][1:2].isupper() else base[:1].lower() + base[1:]
    title = " ".join([*subject, tail])
    return title[:1].upper() + title[1:]


def _title_key(text: str, kind: str) -> str:
    variants = {
        "invoice": ("quote", r"\bquot(?:e|ation)\b|\bangebot\b|\bdevis\b"),
        "issues": ("risks", r"\brisks?\b|\brisques?\b|\briesgos?\b"),
        "crm": ("hiring", r"\bapplica\w+|\bcandidat\w+|\brecruit\w+|\bbewerb\w+"),
    }
    variant = variants.get(kind)
    return variant[0] if variant and re.search(variant[1], text, re.IGNORECASE) else kind


def _table_title(text: str) -> str | None:
    match = re.search(
        r"\b(?:table|list|register|log|tracker|catalog(?:ue)?|directory|database|sheet|"
        r"spreadsheet)\s+(?:of|for)\s+([^,.;:\n]{2,50}?)(?=\s+(?:with|columns?|having|containing)\b|[,"
        r".;:\n]|$)",
        text,
        re.IGNORECASE,
    )
    match = match or re.search(
        r"\b((?:[\w-]+\s+){1,3}(?:list|register|log|tracker|catalog(?:ue)?|directory|database|inventory))\b",
        text,
        re.IGNORECASE,
    )
    if not match:
        return None
    words = re.sub(
        r"^(?:(?:create|make|build|give|me|a|an|the|my|our|all)\s+)+", "", match[1].strip(), flags=re.IGNORECASE
    )
    return words[:1].upper() + words[1:] if words else None


def _organisation(text: str, language: str, names: tuple[str, ...]) -> str | None:
    legal = _LEGAL_NAME.search(text)
    if legal:
        return legal[1].strip()
    if language == "de":
        return None
    for match in _ORGANISATION.finditer(text):
        words = match[1].rstrip(".").split()
        first = words[0].rstrip(",.'’s").lower()
        known = (
            first in MONTHS
            or first in CURRENCIES
            or re.fullmatch(r"q[1-4]|h[12]|i|gdp|saas|kpis?|fy\d*", first) is not None
        )
        if (
            not known
            and match[1] not in names
            and not re.match(r"\s*,\s*[A-Z]|\s+(?:and|vs)\s+[A-Z]", text[match.end() :])
        ):
            return match[1].rstrip(".")
    return None


def _proper_names(text: str, language: str) -> tuple[str, ...]:
    for match in _NAMES.finditer(text):
        names = [name.strip() for name in _SPLIT.split(match[1]) if name.strip()]
        plain = [name for name in names if name.lower() not in MONTHS and not re.fullmatch(r"Q[1-4]|H[12]", name)]
        if len(plain) >= 2 and (language != "de" or len(plain) >= 3 or "vs" in match[1]):
            return tuple(dict.fromkeys(_without_lead(name)[:60] for name in plain))
    return ()


def _without_lead(name: str) -> str:
    return re.sub(r"^(?:Compare|Between|Vergleiche|Comparer?|Create|Make|For)\s+", "", name)


def _lists(text: str, kind: str) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for match in _LIST.finditer(text):
        members = _members(match[2])
        if len(members) >= 2:
            lists.setdefault(LIST_NOUNS[match[1].lower()], members)
    if kind == "table" and "columns" not in lists:
        for match in _WITH_LIST.finditer(text):
            members = _members(match[1])
            if len(members) >= 2:
                return lists | {"columns": members}
    return lists


def _members(text: str) -> tuple[str, ...]:
    """The members of a coordinated list, without articles and amounts. What is too long to be one ends the list."""
    members: list[str] = []
    for piece in _SPLIT.split(text):
        cut = _LIST_END.split(piece)[0] if members or _LIST_END.search(piece) else piece
        name = re.sub(
            r"^(?:the|a|an|my|our|its|der|die|das|le|la|les|el|los|las)\s+",
            "",
            cut.strip(" -–•\"'“”"),
            flags=re.IGNORECASE,
        )
        name = re.sub(
            r"[\s:=(]*(?:[$€£¥]\s?)?\d[\d.,]*\s?(?:%|k|m)?(?:\s?(?:USD|EUR|GBP|[$€£]))?\)?$", "", name
        ).strip()
        if not name or _SAMPLE.search(name) or len(name) > 60 or len(name.split()) > 5:
            break
        members.append(name)
        if cut != piece:
            break
    return tuple(dict.fromkeys(members))


def _sample_rows(text: str) -> int | None:
    match = _SAMPLE.search(text)
    return min(_number(match[1]), 1000) if match else None


def _number(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or int(word) if not word.isalpha() else NUMBER_WORDS[word.lower()]


def _is_period(figure: Figure, text: str) -> bool:
    """Whether the number only counts periods or sample rows, which `Periods` and `sample_rows` hold."""
    if figure.unit != "count" or figure.quantity is not None:
        return False
    at = figure.start
    return any(match.start(1) == at for pattern in (_SPAN, _SAMPLE) for match in pattern.finditer(text))


def _periods(text: str, today: date) -> Periods:
    start = _start(text, today)
    span = _explicit_span(text, today)
    if span:
        return span
    years = sorted({int(year) for year in re.findall(r"\b(20\d\d)\b", mask_dates(text))})
    match = _SPAN.search(text)
    unit: PeriodUnit | None = None
    count: int | None = None
    if match and _number(match[1]) > 0:
        unit = _period_unit(match[2])
        count = min(_number(match[1]), MAX_PERIODS[unit])
    elif len(years) >= 2 and years[-1] - years[0] < MAX_PERIODS["year"]:
        return Periods("year", years[-1] - years[0] + 1, start or date(years[0], 1, 1))
    else:
        unit = _named_unit(text)
    if start is None and years:
        start = date(years[0], 1, 1)
    return Periods(unit, count, start)


def _period_unit(word: str) -> PeriodUnit:
    units: dict[str, PeriodUnit] = {
        "day": "day",
        "week": "week",
        "month": "month",
        "quarter": "quarter",
        "year": "year",
    }
    return units[PERIOD_UNITS[word.lower()]]


def _named_unit(text: str) -> PeriodUnit | None:
    match = re.search(
        r"\b(weekly|monthly|quarterly|yearly|annual|daily|wöchentlich|monatlich|mensuel|mensual|annuel|anual)\w*\b",
        text,
        re.IGNORECASE,
    )
    return _period_unit(match[1]) if match else None


def _explicit_span(text: str, today: date) -> Periods | None:
    """Spans given by both ends: Q1-Q4 2026, January to June 2026, Jan–Dec."""
    quarters = re.search(
        r"\bQ([1-4])\s*(?:-|–|to|through|bis|à|a)\s*Q([1-4])(?:\s*(?:of\s+)?(20\d\d))?", text, re.IGNORECASE
    )
    if quarters and int(quarters[2]) >= int(quarters[1]):
        year = int(quarters[3] or today.year)
        return Periods("quarter", int(quarters[2]) - int(quarters[1]) + 1, date(year, 3 * int(quarters[1]) - 2, 1))
    months = re.search(
        rf"\b({_MONTH})\.?\s*(20\d\d)?\s*(?:-|–|to|through|until|bis|à|a|hasta)\s*({_MONTH})\b\.?\s*(20\d\d)?",
        text,
        re.IGNORECASE,
    )
    if not months:
        return None
    first, last = MONTHS[months[1].lower()], MONTHS[months[3].lower()]
    year = int(months[2] or months[4] or today.year)
    last_year = int(months[4] or year) if int(months[4] or year) > year or last >= first else year + 1
    return Periods("month", min((last_year - year) * 12 + last - first + 1, MAX_PERIODS["month"]), date(year, first, 1))


def _start(text: str, today: date) -> date | None:
    for found in date_texts(text):
        parsed = parse_date(found, today)
        if parsed:
            return parsed
    month = re.search(
        rf"\b(?:from|starting(?: in)?|start(?:s)? in|beginning(?: in)?|in|ab|à partir de|desde|for|since|"
        rf"im)\s+({_MONTH})\b(?!\w)",
        text,
        re.IGNORECASE,
    )
    if (month and month[1].lower() not in ("may", "mar", "mai")) or (month and month[1][0].isupper()):
        return date(today.year, MONTHS[month[1].lower()], 1)
    return None


def parse_date(text: str, today: date) -> date | None:
    """A date in words or figures; None if there is no such day. `a/b/year` is month first unless a is above 12."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    figures = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})[./](\d{2,4})", text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif figures:
        first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
        day_first = figures[2] == "." or first > 12
        day, month = (first, second) if day_first else (second, first)
        year += 2000 if year < 100 else 0
    else:
        name = re.search(rf"\b({_MONTH})\b", text, re.IGNORECASE)
        if not name:
            return None
        numbers = [int(number) for number in re.findall(r"\d+", text)]
        month = MONTHS[name[1].lower()]
        year = next((number for number in numbers if number > 1900), today.year)
        day = next((number for number in numbers if number <= 31), 1)
    try:
        return date(year, month, day)
    except ValueError:
        return None

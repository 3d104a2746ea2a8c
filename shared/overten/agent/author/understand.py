"""Takes a request apart: kind of workbook, title, currency, periods, figures, lists and names. Patterns only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from overten.agent.author.brief import Brief, Periods, PeriodUnit, Records
from overten.agent.author.figures import Figure, find_dates, mask_dates
from overten.agent.author.lexicon import (
    BUSINESS_WORDS,
    COLUMN_KINDS,
    CURRENCIES,
    FORM_KINDS,
    GROWTH_WORDS,
    HOUSEHOLD_WORDS,
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
from overten.agent.author.lists import COUNT, SAMPLE, SPLIT, find_lists, find_records, says_columns
from overten.agent.author.nouns import is_measure, is_people
from overten.agent.author.offers import find_offers
from overten.agent.author.relations import find_figures
from overten.agent.author.series import DataSeries, find_series

KINDS_OF_PROJECTS = ("gantt", "tasks", "issues", "table")
"""Kinds whose subject stands without an article: "project plan for website relaunch"."""
KINDS_OF_SPANS = ("invoice", "gantt", "event_budget")
"""Kinds in which "14 days" is a term or a duration rather than the time the workbook spans."""
KINDS_WITHOUT_DATA = ("invoice", "loan", "gantt", "roster", "expense_report")
"""Kinds with a form of their own, whatever numbers stand side by side."""
MAX_PERIODS = {"day": 92, "week": 53, "month": 60, "quarter": 20, "year": 30}

DAYS_A_PLAN_LOOKS_BACK = 31

_LOOKS_BACK = re.compile(r"\b(?:report|expenses?|actuals?|review|dashboard|log)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:by|until|till|before|no later than|deadline(?: is| of| on)?|due(?: date)?(?: on| by| is)?|"
    r"ends?(?: on| by)?|ending(?: on)?|"
    r"finish(?:ed|ing)?(?: on| by)?|done by|bis(?: zum)?|spätestens(?: am)?|jusqu[’']au|avant(?: le)?|d[’']ici(?: le)?|"
    r"hasta(?: el)?|antes del?)[:\s]*(?:the\s+|end of\s+)?$",
    re.IGNORECASE,
)
_WEEK_OF = re.compile(
    r"\b(?:week|woche|semaine|semana)\s+(?:of|from|beginning|starting|commencing|vom|ab|du|del)\s", re.IGNORECASE
)
_SHARED = r"\b(?:split|shared?|divided?) (?:\w+ )?(?:between|among|with|by)\b|\bshared (?:expenses|costs)\b"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SPAN = re.compile(rf"\b{COUNT}[\s-]?({'|'.join(sorted(PERIOD_UNITS, key=len, reverse=True))})\b", re.IGNORECASE)
_FOR = re.compile(
    r"\b(?:for|of|run|own|open|für|pour|para)\s+(?:(?:a|an|my|our|the|ein|eine|einen|mein|meine|unser|unsere|un|une|mon|ma|notre|una|mi|nuestra|"
    r"nuestro)\s+)(?:(?:small|little|new|tiny|big|local|kleines?|petite?|pequeñ[oa])\s+|\d+-\w+\s+)*",
    re.IGNORECASE,
)
_FOR_ANY = re.compile(_FOR.pattern.replace("nuestro)\\s+)", "nuestro)\\s+)?"), re.IGNORECASE)
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
_LEGAL_NAME = re.compile(rf"\b((?:{_NAME_WORD}\s+(?:(?:&|und|and)\s+)?){{1,3}}{_LEGAL})(?!\w)")
_PARTY = rf"((?:{_NAME_WORD}\s+(?:(?:&|und|and)\s+(?={_NAME_WORD}))?){{0,4}}{_NAME_WORD})"
_ISSUER = re.compile(rf"\b(?:[Ff]rom|[Vv]on|[Dd]e)\s+{_PARTY}")
_CUSTOMER = re.compile(rf"\b(?:to|an|à|a|for|für|pour|para)\s+{_PARTY}")
_REFERENCE = re.compile(
    r"\b(?:(?:invoice|bill|quote|quotation|reference|order|rechnungs|angebots)[ -]?"
    r"(?:number|nummer|no\b\.?|nr\b\.?|#|id\b)|"
    r"(?:rechnung|invoice|quote|factura|facture|devis|angebot)\s+(?:nr\.?|no\.?|n[°º]|#)|"
    r"rechnungsnummer|num[ée]ro(?: de facture)?)\s*(?:is\s+|:\s*)?#?\s*"
    r"((?=[\w/.-]*\d)[A-Za-z0-9](?:[\w/-]*[A-Za-z0-9])?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w#/.,])(?<![A-Za-z]-)(20\d\d)(?![\w/])(?!-\d{1,3}(?!\d)|[.,]\d)")
_NAMES = re.compile(
    rf"((?:{_NAME_WORD}(?:\s{_NAME_WORD})?)(?:\s*(?:,|\bvs\.?)\s*{_NAME_WORD}(?:\s{_NAME_WORD})?){{0,30}}\s*,?\s*(?:and|vs\.?|"
    rf"versus|or|und|et|y|&|e)\s+{_NAME_WORD}(?:\s{_NAME_WORD})?)"
)


def understand(prompt: str, today: date) -> Brief:
    """The request as a `Brief`. Any text is understood as something; what nothing points to is a plain table.

    `today` is the day of the request; it fills in what a date of the request leaves open, such as the year of "March".
    """
    text = re.sub(r"[ \t\r\f\v]+", " ", prompt.replace("\u00ad", "")).strip()[:10_000]
    language = _language(text)
    names = _proper_names(text, language)
    kind = _kind(text, names)
    reference = _REFERENCE.search(text)
    whole_text = text
    if reference:
        # The number of a document is no figure, and no year either.
        text = f"{text[: reference.start(1)]}{' ' * len(reference[1])}{text[reference.end(1) :]}"
    issuer, customer = _parties(text) if kind == "invoice" else (None, None)
    figures = tuple(find_figures(text, decimal_comma=language != "en", billed=kind == "invoice"))
    lists = find_lists(text, kind, language)
    columns = lists.get("columns", ())
    names = () if set(names) & set(columns) else names
    periods = replace(_periods(text, today), end=_end(text, today))
    organisation = customer or (None if issuer else _organisation(text, kind, language, names))
    title = _title(text, kind, language, organisation, periods, names)
    series = _series(text, kind, language, figures)
    offers = find_offers(text) if kind in ("loan", "comparison", "table") else ()
    if offers:
        kind, title = "loan_comparison", "Loan comparison"
    if series:
        kind, title = "data", series.subject or title
    if kind in FORM_KINDS and columns:
        if len(columns) >= 3 and not any(figure.unit == "money" for figure in figures):
            kind = "table"
        else:
            lists = {name: members for name, members in lists.items() if name != "columns"}
    records, figures = _records(text, kind, figures)
    return Brief(
        prompt=whole_text,
        kind=kind,
        language=language,
        title=title,
        today=today,
        organisation=organisation,
        currency=_currency(text),
        periods=periods,
        figures=figures if kind in KINDS_OF_SPANS else _without_periods(figures, text),
        lists=lists,
        names=names,
        sample_rows=_sample_rows(text),
        records=records,
        says_columns=says_columns(text),
        issuer=issuer,
        series=series,
        offers=offers,
        reference=reference[1] if reference else None,
    )


def _series(text: str, kind: str, language: str, figures: tuple[Figure, ...]) -> DataSeries | None:
    """The data of the request, if that is what most of its numbers are."""
    series = find_series(text) if kind not in KINDS_WITHOUT_DATA and language == "en" else None
    covered = sum(series.covers(figure.start) for figure in figures) if series else 0
    return series if covered > len(figures) / 2 else None


def _parties(text: str) -> tuple[str | None, str | None]:
    """Who bills and who is billed, where the request names whom it is from."""
    issuer = next((match for match in _ISSUER.finditer(text) if _is_party(match[1])), None)
    if not issuer:
        return None, None
    customer = next((match for match in _CUSTOMER.finditer(text) if _is_party(match[1])), None)
    return issuer[1].rstrip("."), customer[1].rstrip(".") if customer else None


def _is_party(name: str) -> bool:
    first = name.split()[0].rstrip(",.").lower()
    return first not in MONTHS and first not in CURRENCIES


def _records(text: str, kind: str, figures: tuple[Figure, ...]) -> tuple[Records | None, tuple[Figure, ...]]:
    """How many records the list is for, and the figures without that number. A number with a price is no such count."""
    found = find_records(text) if kind in COLUMN_KINDS - FORM_KINDS else None
    if not found:
        return None, figures
    records, start = found
    figure = next((f for f in figures if f.start == start), None)
    if figure and (figure.unit != "count" or figure.quantity is not None or figure.per):
        return None, figures
    return records, tuple(f for f in figures if f is not figure)


def _language(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.lower())[:200]
    scores = {language: sum(word in lexicon for word in words) for language, lexicon in LANGUAGE_WORDS.items()}
    best = max(("en", "de", "fr", "es"), key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"


def _kind(text: str, names: tuple[str, ...]) -> str:
    if len(names) > 1 and re.search(_SHARED, text, re.IGNORECASE) and "%" not in text:
        return "shared_expenses"
    scores: dict[str, float] = {}
    for kind, pattern, weight in KINDS:
        hits = list(re.finditer(pattern if pattern.startswith("\\b") else rf"\b(?:{pattern})", text, re.IGNORECASE))
        if hits:
            # What is named first is the document, what follows describes it.
            place = max(0.0, 3 - hits[0].start() / 20)
            scores[kind] = scores.get(kind, 0.0) + weight + place + min(len(hits) - 1, 2) * 0.25
    best = max(scores, key=lambda kind: scores[kind]) if scores else _kind_of_numbers(text)
    if best == "profit_loss" and re.search(r"\bchurn\b", text, re.IGNORECASE):
        return "saas"
    is_business = re.search(rf"\b(?:{BUSINESS_WORDS})", text, re.IGNORECASE)
    if best == "household_budget" and is_business and not re.search(rf"\b(?:{HOUSEHOLD_WORDS})", text, re.IGNORECASE):
        return "budget"
    return best


def _kind_of_numbers(text: str) -> str:
    """What a request without any word for a document is about: growing sales are a forecast, else it is a table."""
    sells = re.search(r"\b(?:units|customers|revenue|sales|price|members)\b", text, re.IGNORECASE)
    grows = re.search(rf"\b(?:{GROWTH_WORDS}|costs?|profit)", text, re.IGNORECASE)
    return "profit_loss" if sells and grows and re.search(r"\d", text) else "table"


def _currency(text: str) -> str | None:
    symbol = re.search(r"US\$|R\$|A\$|C\$|[$€£¥₹]", text)
    if symbol:
        return CURRENCIES[symbol.group().lower()]
    word = re.search(rf"(?<!\w)({'|'.join(code for code in CURRENCIES if code.isalpha())})(?!\w)", text, re.IGNORECASE)
    return CURRENCIES[word[1].lower()] if word else None


def _title(
    text: str, kind: str, language: str, organisation: str | None, periods: Periods, names: tuple[str, ...]
) -> str:
    quoted = _QUOTED.search(text) or _CALLED.search(text)
    if quoted and not quoted[1].startswith(("=", "#")):
        return quoted[1].strip()[:100]
    base = TITLES[_title_key(text, kind)][language]
    known = frozenset(word.lower() for name in names for word in name.split())
    about = None if organisation or kind in ("household_budget", "shared_expenses") else _about(text, kind, known)
    if language == "en":
        base = _with_subject(text, kind, base, about, known)
    elif about:
        base = f"{base} – {about}"
    if kind == "table":
        base = _table_title(text) or base
    year = re.search(r"\b20\d\d\b", text)
    suffix = f" {year.group()}" if year and periods.start and kind not in ("invoice", "loan") else ""
    return f"{organisation} – {base}{suffix}"[:100] if organisation else f"{base}{suffix}"


def _about(text: str, kind: str, names: frozenset[str]) -> str | None:
    """What the workbook is for: "budget for a 3-person design studio with …" is about a design studio."""
    for match in (_FOR_ANY if kind in KINDS_OF_PROJECTS else _FOR).finditer(text):
        words: list[str] = []
        for word in re.findall(r"[^\W\d_][\w&'’-]*|\S", text[match.end() : match.end() + 60]):
            lower = word.lower()
            if (
                not word[0].isalpha()
                or lower in names
                or (lower in STOP_WORDS and not word.isupper())
                or lower in MONTHS
                or lower in PERIOD_UNITS
                or len(words) == 4
            ):
                break
            words.append(word)
        subject = " ".join(words)
        known = not words or is_people(words[0]) or is_measure(words[0]) or words[0].lower() in LIST_NOUNS
        if not known and not any(word.isupper() and len(word) > 4 for word in words):
            return subject
    return None


def _with_subject(text: str, kind: str, base: str, about: str | None, names: frozenset[str]) -> str:
    """Puts the words that stand right before the kind's own into the title: "marketing team" budget; else `about`."""
    pattern = "|".join(pattern for name, pattern, _ in KINDS if name == kind)
    match = re.search(rf"\b(?:{pattern})", text, re.IGNORECASE) if pattern else None
    if not match:
        return _titled([], base, about)
    if kind == "gantt" and "launch" in match.group().lower():
        base = "Launch plan"
    if kind in ("household_budget", "budget") and " " in match.group():
        return _titled([], match.group()[:1].upper() + match.group()[1:].lower(), None)
    event = re.search(
        r"\b(?:wedding|party|birthday|conference|trip|vacation|renovation|construction|offsite)\b",
        match.group(),
        re.IGNORECASE,
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
            or word.lower() in names
            or word.lower() in base.lower()
        ):
            break
        subject.insert(0, word)
    return _titled(subject, base, about)


def _titled(subject: list[str], base: str, about: str | None) -> str:
    if not subject and about and not any(word in base.lower() for word in about.lower().split()):
        subject = about.split()
    if not subject:
        return base
    tail = base if base.split()[0][1:2].isupper() else base[:1].lower() + base[1:]
    title = " ".join([*subject, tail])
    return title[:1].upper() + title[1:]


def _title_key(text: str, kind: str) -> str:
    variants = {
        "event_budget": ("estimate", r"\bestimate\b|kostensch[äa]tzung"),
        "saas": ("profit_loss", r"^(?!.*\b(?:saas|mrr|arr|subscription|recurring)\b)"),
        "invoice": ("quote", r"\bquot(?:e|ation)\b|\bangebot\b|\bdevis\b"),
        "issues": ("risks", r"\brisks?\b|\brisques?\b|\briesgos?\b"),
        "crm": ("hiring", r"\bapplica\w+|\bcandidat\w+|\brecruit\w+|\bbewerb\w+"),
    }
    variant = variants.get(kind)
    return variant[0] if variant and re.search(variant[1], text, re.IGNORECASE) else kind


def _table_title(text: str) -> str | None:
    noun = "list|register|log|tracker|catalog(?:ue)?|directory|database|inventory|schedule|calendar|planner|plan|sheet"
    named = re.search(rf"\b((?:[^\W\d][\w-]*\s+){{1,3}}(?:{noun}))\b", text, re.IGNORECASE)
    about = re.search(
        r"\b(?:table|list|register|log|tracker|catalog(?:ue)?|directory|database|sheet|"
        r"spreadsheet)\s+(?:of|for)\s+(?:\d+\s+)?([^,.;:\n]{2,50}?)(?=\s+(?:with|columns?|having|containing|showing|"
        r"including)\b|[,.;:\n]|$)",
        text,
        re.IGNORECASE,
    )
    other = re.search(
        r"\b([^\W\d_]{3,}(?:liste|verzeichnis|übersicht|kalender|katalog|plan)|"
        r"(?:list[ae]|registro|registre|tableau|calendrier|calendario)\s+(?:de|des|del|d’|d')\s*(?:\d+\s+)?[^\W\d_]+)\b",
        text,
        re.IGNORECASE,
    )
    tracked = re.search(
        r"\btrack(?:ing)?\s+(?:\d+\s+)?((?:[^\W\d_]+\s+){0,2}[^\W\d_]+?)\s+(?:with|by|including)\b", text, re.IGNORECASE
    )
    for match in (named, about, other, tracked):
        words = _without_request(match[1]) if match else ""
        if " " in words or (words and match is not named):
            return words[:1].upper() + words[1:]
    return None


def _without_request(words: str) -> str:
    """ "create a customer list" is a customer list."""
    lead = r"^(?:(?:create|make|build|give|i|need|want|us|me|a|an|the|my|our|all|simple|please)\s+)+"
    return re.sub(r"\b\d+\s+", "", re.sub(lead, "", words.strip(), flags=re.IGNORECASE))


def _organisation(text: str, kind: str, language: str, names: tuple[str, ...]) -> str | None:
    legal = _LEGAL_NAME.search(text)
    if legal:
        return legal[1].strip()
    if language == "de":
        return None
    for match in _ORGANISATION.finditer(text):
        if kind != "invoice" and re.match(r"(?:to|from)\b", match.group()):
            # Where something goes to is a place.
            continue
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
        names = [name.strip() for name in SPLIT.split(match[1]) if name.strip()]
        plain = [name for name in names if name.lower() not in MONTHS and not re.fullmatch(r"Q[1-4]|H[12]", name)]
        if len(plain) >= 2 and (language != "de" or len(plain) >= 3 or "vs" in match[1]):
            return tuple(dict.fromkeys(_without_lead(name)[:60] for name in plain))
    return ()


def _without_lead(name: str) -> str:
    return re.sub(r"^(?:Compare|Between|Vergleiche|Comparer?|Create|Make|For)\s+", "", name)


def _sample_rows(text: str) -> int | None:
    match = SAMPLE.search(text)
    return min(_number(match[1]), 1000) if match and not find_records(match.group()) else None


def _number(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or int(word) if not word.isalpha() else NUMBER_WORDS[word.lower()]


def _period_starts(text: str) -> set[int]:
    """Where numbers stand that only count periods or sample rows, which `Periods` and `sample_rows` hold."""
    return {match.start(1) for pattern in (_SPAN, SAMPLE) for match in pattern.finditer(text)}


def _without_periods(figures: tuple[Figure, ...], text: str) -> tuple[Figure, ...]:
    starts = _period_starts(text)
    return tuple(f for f in figures if f.unit != "count" or f.quantity is not None or f.start not in starts)


def _periods(text: str, today: date) -> Periods:
    start = _start(text, today)
    if start and _WEEK_OF.search(text):
        return Periods("week", 1, start)
    span = _explicit_span(text, today)
    if span:
        return span
    years = sorted({int(year) for year in _YEAR.findall(mask_dates(text))})
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
    half = re.search(r"\b(?:(first|second|1st|2nd) half|H([12]))\b(?: of)?\s*(20\d\d)?", text, re.IGNORECASE)
    if half:
        first_month = 7 if (half[1] or half[2]).lower() in ("second", "2nd", "2") else 1
        year = int(half[3] or 0) or _next_year_of(first_month + 5, text, today)
        return Periods("month", 6, date(year, first_month, 1))
    quarters = re.search(
        r"\bQ([1-4])\s*(?:-|–|to|through|bis|à|a)\s*Q([1-4])(?:\s*(?:of\s+)?(20\d\d))?", text, re.IGNORECASE
    )
    if quarters and int(quarters[2]) >= int(quarters[1]):
        year = int(quarters[3] or today.year)
        return Periods("quarter", int(quarters[2]) - int(quarters[1]) + 1, date(year, 3 * int(quarters[1]) - 2, 1))
    quarter = re.search(r"\bQ([1-4])\b\s*(?:of\s+)?(20\d\d)?", text)
    if quarter and not _SPAN.search(text):
        year = int(quarter[2] or 0) or _next_year_of(3 * int(quarter[1]), text, today)
        return Periods("month", 3, date(year, 3 * int(quarter[1]) - 2, 1))
    months = re.search(
        rf"\b({_MONTH})\.?\s*(20\d\d)?\s*(?:-|–|to|through|until|bis|à|a|hasta)\s*({_MONTH})\b\.?\s*(20\d\d)?",
        text,
        re.IGNORECASE,
    )
    if not months:
        return None
    first, last = MONTHS[months[1].lower()], MONTHS[months[3].lower()]
    year = int(months[2] or months[4] or 0) or _next_year_of(last, text, today)
    last_year = int(months[4] or year) if int(months[4] or year) > year or last >= first else year + 1
    return Periods("month", min((last_year - year) * 12 + last - first + 1, MAX_PERIODS["month"]), date(year, first, 1))


def _next_year_of(last_month: int, text: str, today: date) -> int:
    """The year of months named without one: plans look ahead, reports look back."""
    looks_back = _LOOKS_BACK.search(text)
    return today.year if looks_back or last_month >= today.month else today.year + 1


def _start(text: str, today: date) -> date | None:
    for found in find_dates(text):
        parsed = parse_date(found.group(), today)
        if parsed and not _ENDS.search(text[: found.start()]):
            return _ahead(parsed, found.group(), text, today)
    month = re.search(
        rf"\b(?:from|starting(?: in)?|start(?:s)? in|beginning(?: in)?|in|ab|à partir de|desde|for|since|"
        rf"im)\s+({_MONTH})\b(?!\w)",
        text,
        re.IGNORECASE,
    )
    if (month and month[1].lower() not in ("may", "mar", "mai")) or (month and month[1][0].isupper()):
        number = MONTHS[month[1].lower()]
        return date(_next_year_of(number, text, today), number, 1)
    return None


def _end(text: str, today: date) -> date | None:
    """The day by which all must be done: "by 30 June 2027", "deadline: 1 May"."""
    for found in find_dates(text):
        parsed = parse_date(found.group(), today)
        if parsed and _ENDS.search(text[: found.start()]):
            return _ahead(parsed, found.group(), text, today)
    return None


def _ahead(day: date, said: str, text: str, today: date) -> date:
    """A day without a year that is long past means the next one, but for a look back."""
    past = (today - day).days > DAYS_A_PLAN_LOOKS_BACK and not _LOOKS_BACK.search(text)
    return day.replace(year=day.year + 1) if past and not re.search(r"\d{4}|[./]\d\d$", said) and day.day < 29 else day


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

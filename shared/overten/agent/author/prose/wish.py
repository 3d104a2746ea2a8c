# ruff: noqa: E501  # patterns
"""Takes a request for a document or a presentation apart: what it is to be, and what it says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overten.agent.author.figures import Figure, find_dates, mask_dates
from overten.agent.author.lexicon import MONTHS, NUMBER_WORDS, PLAIN_ADJECTIVES, STOP_WORDS
from overten.agent.author.prose.points import Chartable, find_charts
from overten.agent.author.prose.sections import section_named
from overten.agent.author.prose.words import title_word
from overten.agent.author.understand import understand

if TYPE_CHECKING:
    from datetime import date

    from overten.documents.models import Format

MAX_SLIDES = 30
MAX_STATEMENTS = 60
MAX_SECTIONS = 20
MAX_WORD = 300
_ENDLESS = re.compile(rf"\S{{{MAX_WORD + 1},}}")

_WORD_KINDS = (
    ("nda", r"nda|non-?disclosure|geheimhaltung\w*|vertraulichkeitsvereinbarung|confidentialit[ée]|confidencialidad"),
    ("job", r"job (?:description|posting|ad)|stellen(?:beschreibung|anzeige|ausschreibung)|fiche de poste|"
            r"offre d[’']emploi|oferta de (?:trabajo|empleo)|descripci[óo]n del puesto"),
    ("cv", r"cv|curriculum(?: vitae)?|r[ée]sum[ée]|lebenslauf|curr[íi]culum"),
    ("business_plan", r"business ?plan|plan d[’']affaires|plan de negocios?"),
    ("minutes", r"minutes of|meeting minutes|minutes|meeting notes|protokoll|sitzungsprotokoll|compte[- ]rendu|"
                r"proc[èe]s-verbal|acta"),
    ("agenda", r"agenda|tagesordnung|ordre du jour|orden del d[íi]a"),
    ("memo", r"memo(?:randum)?|internal note|rundschreiben|mitteilung|note de service|note interne|memorando|circular"),
    ("policy", r"policy|policies|guidelines?|code of conduct|richtlinie\w*|leitlinie\w*|politique|charte|pol[íi]tica"),
    ("manual", r"manual|handbook|guide|sop|standard operating procedure|instructions?|how-?to|anleitung|handbuch|"
               r"manuel|mode d[’']emploi|proc[ée]dure|gu[íi]a|instrucciones"),
    ("contract", r"contract|agreement|lease|terms of service|\w*vertrag|vereinbarung|contrat|bail|contrato|acuerdo"),
    ("proposal", r"proposal|offer|quotation|bid|pitch document|angebot|projektvorschlag|proposition|devis|offre|"
                 r"propuesta|oferta"),
    ("letter", r"(?:cover )?letter|e-?mail|brief|schreiben|anschreiben|bewerbung|k[üu]ndigung|einladung|lettre|"
               r"courrier|courriel|carta|correo"),
    ("plan", r"(?:[\w-]+ )?plan|roadmap|strategy|strategie|konzept|\w+plan|strat[ée]gie|estrategia"),
    ("report", r"report|white ?paper|study|analysis|review|summary|evaluation|\w*bericht|studie|analyse|auswertung|"
               r"rapport|[ée]tude|informe|estudio|an[áa]lisis"),
)  # fmt: skip
_SLIDE_KINDS = (
    ("pitch", r"pitch(?: ?deck)?|investors?|seed (?:round|deck)|series [a-d]\b|fundrais\w+|start-?up|investoren|"
              r"lev[ée]e de fonds|inversores"),
    ("status", r"(?:project )?status|progress (?:report|update)|steering (?:committee|group)|project update|"
               r"projektstand|lenkungsausschuss|[ée]tat d[’']avancement|comit[ée] de pilotage|estado del proyecto"),
    ("review", r"(?:quarterly |monthly |annual |yearly |business |year |board )+(?:business )?(?:review|results|report|"
               r"update|meeting)|qbr|results presentation|board (?:deck|presentation)|quartals\w+|jahres\w+|"
               r"revue (?:trimestrielle|d[’']activit[ée])|bilan|revisi[óo]n (?:trimestral|anual)|resultados"),
    ("training", r"training|course|lesson|workshop|onboarding|tutorial|lecture|class\b|schulung\w*|kurs|unterricht\w*|"
                 r"einarbeitung|formation|cours|atelier|formaci[óo]n|curso|taller|clase"),
    ("proposal", r"proposal|offer|sales (?:deck|presentation)|angebot|vorschlag|proposition|propuesta"),
    ("plan", r"(?:\w+ )?plan\b|roadmap|strategy|go-to-market|launch|kick-?off|\w+plan\b|strategie|strat[ée]gie|"
             r"lancement|estrategia|lanzamiento"),
    ("report", r"report|findings|study|analysis|survey|bericht|studie|analyse|umfrage|rapport|[ée]tude|informe|"
               r"estudio"),
)  # fmt: skip

_NOUNS = (
    r"(?:power ?point|slides?|slide ?deck|deck|presentation|pr[äa]sentation|folien|pr[ée]sentation|diaporama|"
    r"diapositivas?|presentaci[óo]n|word|document|dokument|documento|file|pptx?|docx?|template|draft|outline)"
)
_COUNT = r"(?P<count>\d{1,3}(?!\d)|" + "|".join(NUMBER_WORDS) + r")"
_SLIDE_COUNT = re.compile(
    rf"\b{_COUNT}[\s-]*(?:[\w-]+\s+)?(?:slides?|slider|folien|diapos?|diapositives?|diapositivas?|l[áa]minas)\b",
    re.IGNORECASE,
)
_REQUEST = (
    r"(?:(?:please|kindly|can you|could you|i (?:need|want|would like)|we need|help me|bitte|ich brauche|ich m[öo]chte|"
    r"je voudrais|j[’']ai besoin d[’']|merci de|por favor|necesito|quiero)[\s,]*(?:to )?)*"
    r"(?:create|make|build|write|draft|prepare|generate|produce|design|compose|put together|give me|erstelle?n?|"
    r"schreib\w*|mach\w*|entwirf|verfass\w*|bereite|r[ée]dige\w*|[ée]cri[st]\w*|pr[ée]pare\w*|cr[ée]e\w*|fais|faites|"
    r"redacta\w*|escrib\w*|prepara\w*|crea\w*|haz)"
)
_INSTRUCTION = re.compile(rf"^\W*(?:{_REQUEST})\b", re.IGNORECASE)
_WANTS = re.compile(
    r"^\W*(?:please|kindly|i (?:need|want|would like)|we need|bitte|ich brauche|ich m[öo]chte|je voudrais|necesito|"
    r"quiero|por favor)\b",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"^\W*(?:please\s+)?(?:keep|use|make (?:it|sure|the)|add|include|insert|format|ensure|do not|don[’']t|avoid|"
    r"should be|(?:it|the \w+|this|everything|they) should|no more than|max(?:imum)?|at (?:most|least)|length|tone|"
    r"style|audience|language|format|be (?:concise|brief|clear)|write in|in (?:a )?(?:formal|friendly|professional)|"
    r"with (?:a )?(?:chart|table)|verwende|benutze|halte|füge|stil|ton|sprache|zielgruppe|utilise\w*|ajoute\w*|garde|"
    r"ton|style|usa|utiliza|a[ñn]ade|incluye|estilo|tono)\b",
    re.IGNORECASE,
)
_SECTION_MARK = re.compile(
    r"(?:\b(?:with|including|include|containing|covering|covers?|that covers?|which covers?)\s+)?(?:the\s+)?"
    r"(?:following\s+)?(?:\w+\s+)?\b(?:sections|chapters|slides|topics|parts|headings|abschnitten?|kapiteln?|"
    r"folien|themen|chapitres|secciones|cap[íi]tulos|temas|diapositivas)"
    r"\s*(?:on|about|for|are|should be|zu|über|sur|sobre)?\s*[:–-]?\s+(?P<list>(?!with|for|about|on\b)(?:[^.;\n]|(?<=\d)\.(?=\d))+)|"
    r"\b(?:with|including|include|containing|covering|that covers?|which covers?|mit|inklusive|avec|comprenant|con|"
    r"incluyendo)\s+(?P<tail>(?:[^.;\n]|(?<=\d)\.(?=\d))+)|:\s*(?P<colon>(?:[^.\n]|(?<=\d)\.(?=\d))+)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[,;]\s*(?:and\s+|und\s+|et\s+|y\s+)?|\s+(?:and|und|et|y)\s+", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?:(?:announcing|explaining|saying|stating|telling|informing|confirming|asking)\b[^.:;]{0,60}?\bthat|"
    r"that (?:says|explains|announces|states)(?: that)?|dass|annon[çc]ant que|que dit que|anunciando que)\s+(?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|re|über|zum?r?|zu|betreffend|sur|au sujet d[eu]|concernant|sobre|acerca de)"
    r"\s+(?P<about>(?!\d|with\b)[^,.;:\n]{3,90}?)(?=\s+(?:with|including|covering|that|which|in (?:english|german|french|"
    r"spanish)|mit|avec|con|for (?:the|our|my|a)|to (?:the|our|my))\b|\s*[,.;:\n(]|$)",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|of|to|für|pour|para|de)\s+(?P<about>(?!\d)[^,.;:\n]{3,70}?)(?=\s+(?:with|including|covering|that|which|about|on|mit|"
    r"avec|con|from|by)\b|\s*[,.;:\n(]|$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?:called|titled|entitled|named|title:?|mit dem titel|namens|intitul[ée]e?|titulad[oa])\s*[:]?\s*"
    r"[\"“„«']\s?([^\"“”„«»\n]{2,110}?)\s?[\"”“»']|(?:^|\n)\s*title\s*:\s*([^\n]{2,110})",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|[a-z]\))\s+(?P<text>\S.*)$")
_SLIDE_LINE = re.compile(
    r"^\s*(?:slide|folie|diapo\w*|section|abschnitt|chapter|kapitel)\s*\d{1,2}\s*[:.–-]\s*(?P<text>.+)$", re.IGNORECASE
)
_HEAD = re.compile(r"^\s*#{0,4}\s*(?P<text>[^\n:.!?]{2,80})\s*:\s*$|^\s*#{1,4}\s+(?P<hash>\S[^\n]{1,100})$")
_LIST_HEAD = re.compile(
    r"\b(?:sections?|slides?|topics?|chapters?|structure|outline|agenda|abschnitte|folien|gliederung|themen|kapitel|"
    r"plan|sommaire|secciones|temas|[íi]ndice)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!Ltd\.)(?<!Inc\.)(?<!Dr\.)(?<!Mr\.)(?<!Mrs\.)(?<!No\.)(?<!Nr\.)"
                        r"(?<!z\.B\.)(?<!e\.g\.)(?<!i\.e\.)\s+(?=[\"“„«(\[]?[A-ZÄÖÜÉÈÀÁÍÓÚÑ0-9$€£])")  # fmt: skip
_NAME = r"[A-ZÄÖÜÉÈÁÍÓÚÑ][\w’'-]+(?:\s+(?:van|von|de|del|di|la)\s+|\s+)?(?:[A-ZÄÖÜÉÈÁÍÓÚÑ][\w’'-]+)?"
_WITH_ROLE = re.compile(
    rf"(?P<name>{_NAME})\s*(?:\((?P<role>[^()\d]{{2,50}})\)|\s(?:as|als|comme|como)\s+(?:the\s+)?(?P<as>[a-zäöü][\w -]{{2,40}}?)"
    r"(?=\s*(?:,|;|\.|\band\b|\bund\b|$)))"
)
_PARTY = r"((?:(?:the|our|all|den|die|das|alle|tous|todos)\s+)?[A-ZÄÖÜÉa-zäöü][\w&.’'-]*(?:\s+[\w&.’'-]+){0,4}?)"
_PARTY_END = r"(?=\s+(?:about|on|regarding|from|to|that|announcing|with|for|über|von|an|dass|de|sobre)\b|\s*[,.;:\n]|$)"
_TO = {
    language: re.compile(rf"\b(?:{words})\s+{_PARTY}{_PARTY_END}")
    for language, words in (("en", "to|for"), ("de", "an|für"), ("fr", "à|pour"), ("es", "a|para"))
}
_FROM = re.compile(
    rf"(?:\b(?:from|[Ss]igned by|von|de la part de|de parte de)|(?<=[.\n] )From)\s+(?:the\s+)?{_PARTY}{_PARTY_END}"
)
_LABELLED = re.compile(r"^(?P<head>[A-ZÄÖÜÉÁ][^\W\d_]*(?:[ /&-][^\W\d_]+){0,3})\s?:\s+(?P<rest>\S.*)$", re.DOTALL)
_ENDS_SENTENCE = re.compile(r"^\W*(?:from|signed by|signed|to)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|zwischen|entre)\s+(?P<a>[^,.;:\n]{2,60}?)\s+(?:and|und|et|y)\s+(?P<b>[^,.;:\n]{2,60}?)"
    r"(?=\s+(?:about|on|for|über|sur|sobre|with|covering)\b|\s*[,.;:\n]|$)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"\bQ[1-4](?:\s*20\d\d)?\b|\b(?:week|month|day|woche|monat|tag|semaine|mois|semana|mes)\s+\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?\b|"
    rf"\b(?:mid-|early |late |end of )?(?:{'|'.join(name for name in MONTHS if len(name) > 3)})\b(?!\s+(?:be|not))",
    re.IGNORECASE,
)
_BEFORE_WHEN = re.compile(
    r"[\s,(–-]*\b(?:on|by|in|until|till|from|starting|starts?|due|at|to|before|is|am|bis|ab|im|zum|le|en|el|para)?\s*[:(]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Amount:
    """A figure of the request as it stands there: "$50,000 per month" of the budget."""

    label: str
    shown: str
    figure: Figure

    @property
    def is_paid(self) -> bool:
        """Whether it is money, said or meant: "rent 2,400 per month"."""
        is_amount = self.figure.unit == "count" and not self.figure.counts
        return self.figure.unit == "money" or (is_amount and (self.figure.per is not None or self.figure.value >= 1000))


@dataclass(frozen=True)
class Milestone:
    """A date of the request, in its own words, and what happens then."""

    when: str
    what: str


@dataclass(frozen=True)
class Block:
    """Lines that the request puts under a heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """A request, taken apart. All in it comes from the request, but `today`, the day it was made."""

    prompt: str
    format: Format
    kind: str
    language: str
    title: str
    today: date
    subject: str | None = None
    organisation: str | None = None
    sections: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    amounts: tuple[Amount, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    charts: tuple[Chartable, ...] = ()
    people: tuple[tuple[str, str | None], ...] = ()
    recipient: str | None = None
    sender: str | None = None
    parties: tuple[str, ...] = ()
    slide_count: int | None = None
    directives: tuple[str, ...] = field(default=())

    @property
    def names_all_sections(self) -> bool:
        """Whether the request says what all the sections are; one or two belong beside those of its kind."""
        return len(self.sections) > 2 or (len(self.sections) > 1 and len(self.blocks) > 1)


def wish_of(prompt: str, format: Format, today: date, slide_count: int | None = None) -> Wish:
    """The request as a `Wish`. Any text is understood as something; what nothing points to is a plain document."""
    text = re.sub(r"[ \t\r\f\v\u00a0]+", " ", prompt.replace("\u00ad", "")).strip()[:10_000]
    text = _ENDLESS.sub(lambda match: f"{match.group()[:MAX_WORD]}…", text)
    brief = understand(text, today)
    language = brief.language
    kind = _kind(text, format)
    charts = find_charts(text, decimal_comma=language != "en")
    structure = _Structure(_without(text, charts))
    reader = _Reader(kind, format)
    for line in structure.plain:
        for sentence in _SENTENCES.split(line):
            reader.read(sentence.strip())
    subject = reader.subject
    quoted = _QUOTED.search(text)
    named = (quoted[1] or quoted[2]).strip() if quoted else None
    parties = _parties(text)
    organisation = brief.organisation if kind not in ("letter", "memo") and not parties else None
    if organisation and kind == "cv":
        organisation = None
    if subject and organisation and subject.startswith(organisation):
        subject = re.sub(r"^\W*(?:to|zu|pour|para)\s+", "", subject[len(organisation) :]).strip() or None
    return Wish(
        prompt=text,
        format=format,
        kind=kind,
        language=language,
        title=(named or _title(kind, _named_kind(text, kind, format), subject, organisation, language))[:110],
        today=today,
        subject=subject,
        organisation=organisation,
        sections=tuple(dict.fromkeys([*(structure.listed or structure.headings), *reader.sections]))[:MAX_SECTIONS],
        statements=tuple(dict.fromkeys(reader.statements))[:MAX_STATEMENTS],
        blocks=(*structure.blocks, *reader.blocks),
        amounts=_amounts(text, brief.figures, charts),
        milestones=_milestones(text, charts),
        charts=charts,
        people=_people(text, brief.names),
        recipient=_recipient(text, kind, language, organisation),
        sender=_party(_FROM, text) if kind in ("letter", "memo", "proposal") else None,
        parties=parties,
        slide_count=slide_count or slides_asked(text),
        directives=tuple(dict.fromkeys(reader.directives)),
    )


def slides_asked(text: str) -> int | None:
    """How many slides a request asks for, from 1 to 30; None if it does not say."""
    counts = [_number(match["count"]) for match in _SLIDE_COUNT.finditer(text)]
    return min(max(1, min(counts)), MAX_SLIDES) if counts else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word.lower()]


def _kind(text: str, format: Format) -> str:
    """The kind of document. What is named first, in the first words, is the document; the rest describes it."""
    kinds = _SLIDE_KINDS if format == "slides" else _WORD_KINDS
    head = text[:300]
    best, place = ("deck" if format == "slides" else "document"), len(head) + 1
    for kind, pattern in kinds:
        match = re.search(rf"(?<![\w-])(?:{pattern})(?!\w)", head, re.IGNORECASE)
        if match and match.end() < place:
            best, place = kind, match.end()
    return best


class _Structure:
    """Sorts the lines of a request: plain ones, blocks of lines under headings, and sections one below the other."""

    def __init__(self, text: str) -> None:
        self.plain: list[str] = []
        self.blocks: list[Block] = []
        self.listed: list[str] = []
        self._heading: str | None = None
        self._held: list[str] = []
        for line in text.split("\n"):
            self._take(line)
        self._close()

    @property
    def headings(self) -> list[str]:
        """The headings of blocks, where there are so many that they are the document's."""
        named = [block.heading for block in self.blocks if block.heading]
        return named if len(named) > 1 else []

    def _take(self, line: str) -> None:
        if slide := _SLIDE_LINE.match(line):
            self._close()
            self._list(slide["text"])
        elif head := _HEAD.match(line):
            self._close()
            self._heading = (head["text"] or head["hash"]).strip()
            if _INSTRUCTION.match(self._heading):
                self.plain.append(self._heading)
        elif bullet := _BULLET.match(line):
            if self._heading is None:
                self._heading = self.plain[-1] if self.plain and _LIST_HEAD.search(self.plain[-1]) else ""
            self._held.append(bullet["text"].strip())
        elif line.strip() and self._heading and not self._held:
            self._held.append(line.strip())
        elif line.strip():
            self._close()
            self.plain.append(line.strip())

    def _list(self, line: str) -> None:
        self.listed.append(_headed(line))
        if rest := _rest(line):
            self.blocks.append(Block(_headed(line), (rest,)))

    def _close(self) -> None:
        if self._heading is not None and self._held:
            if _LIST_HEAD.search(self._heading) or _INSTRUCTION.match(self._heading):
                for line in self._held:
                    self._list(line)
            else:
                self.blocks.append(Block(self._heading, tuple(self._held)))
        elif self._heading and self._heading not in self.plain:
            self.plain.append(self._heading)
        self._heading, self._held = None, []


def _headed(line: str) -> str:
    """The heading of a listed line: what stands before a colon or dash."""
    head = re.split(r"\s*[:–]\s+|\s+-\s+|\s*\(", line, maxsplit=1)[0].strip(" .")
    return (head[:1].upper() + head[1:])[:100]


def _rest(line: str) -> str:
    parts = re.split(r"\s*[:–]\s+|\s+-\s+", line, maxsplit=1)
    rest = parts[1].strip() if len(parts) > 1 else ""
    return rest[:1].upper() + rest[1:]


class _Reader:
    """Reads sentences one after the other: instructions, directives, and what is to be told."""

    def __init__(self, kind: str, format: Format) -> None:
        self.kind = kind
        self.format = format
        self.sections: list[str] = []
        self.statements: list[str] = []
        self.directives: list[str] = []
        self.blocks: list[Block] = []
        self.subject: str | None = None
        self._begun = False

    def read(self, sentence: str) -> None:
        if not sentence or not re.search(r"\w", sentence):
            return
        first, self._begun = not self._begun, True
        if _INSTRUCTION.match(sentence) or _WANTS.match(sentence) or (first and self._names_document(sentence)):
            self._instruction(sentence)
        elif match := _SECTION_MARK.match(sentence):
            self._list(match["list"] or match["tail"] or match["colon"] or "")
        elif _DIRECTIVE.match(sentence):
            self._directive(sentence)
        elif labelled := _LABELLED.match(sentence):
            self._labelled(labelled["head"], labelled["rest"])
        elif _ENDS_SENTENCE.match(sentence) and len(sentence.split()) <= 7:
            return
        elif names := _only_sections(sentence):
            self.sections += names
        else:
            self._state(sentence)

    def _names_document(self, sentence: str) -> bool:
        """ "QBR deck, Q1 to Q4 revenue …" asks for a document without a verb."""
        kinds = _SLIDE_KINDS if self.format == "slides" else _WORD_KINDS
        names = "|".join(pattern for _, pattern in kinds)
        return re.search(rf"(?<![\w-])(?:{names}|{_NOUNS})(?!\w)", sentence[:90], re.IGNORECASE) is not None

    def _instruction(self, sentence: str) -> None:
        rest = sentence
        if told := _THAT.search(sentence):
            self._state(told["what"])
            rest = sentence[: told.start()]
        unnamed = _QUOTED.sub("", rest)
        about = _ABOUT.search(unnamed) or (None if self.kind in ("letter", "memo") else _FOR.search(unnamed))
        if about and self.subject is None:
            self.subject = _subject(about["about"])
        mark = _SECTION_MARK.search(rest)
        if mark:
            self._list(mark["list"] or mark["tail"] or mark["colon"] or "")
            after = rest[mark.end() :].strip(" .;")
            if len(after.split()) > 3:
                self._state(after)

    def _labelled(self, head: str, rest: str) -> None:
        if _LIST_HEAD.search(head):
            self._list(rest.rstrip("."))
        elif head.lower() not in ("title", "titel", "titre", "subject", "betreff", "objet", "asunto", "to", "from"):
            lines = [part.strip(" .") for part in re.split(r"\s*;\s*", rest) if part.strip(" .")]
            self.blocks.append(Block(head, tuple(line[:1].upper() + line[1:] for line in lines)))

    def _directive(self, sentence: str) -> None:
        added = re.match(
            r"^\W*(?:please\s+)?(?:include|add|incluye|ajoute[rz]?|füge)\s+(?P<list>[^.]+)", sentence, re.IGNORECASE
        )
        if added and not re.search(
            r"\b(?:chart|graph|table|image|picture|logo|diagramm?|tabelle|graphique|tableau)\b", sentence, re.IGNORECASE
        ):
            self._list(added["list"])
        else:
            self.directives.append(sentence.rstrip("."))

    def _list(self, listed: str) -> None:
        """Names of sections where they are short and hold no figure; else what is to be told."""
        parts = [part.strip(" .,") for part in re.split(r"\s*;\s*", listed) if part.strip(" .,")]
        if len(parts) == 1:
            parts = [part.strip(" .") for part in _SPLIT.split(_masked(parts[0])) if part and part.strip(" .")]
            parts = [_unmasked(part) for part in parts]
        for part in parts:
            if part and self.kind == "agenda" and not _is_clause(part):
                self.sections.append(part[:1].upper() + part[1:])
            elif part and (re.search(r"\d|%|[$€£]", part) or len(part.split()) > 7 or _is_clause(part)):
                self._state(part)
            elif part:
                named = _section_name(part)
                if named and not re.fullmatch(_NOUNS, named, re.IGNORECASE):
                    self.sections.append(named)

    def _state(self, text: str) -> None:
        text = re.sub(r"\s+", " ", text).strip(" ,;:–-")
        if len(text) < 3:
            return
        text = text[:1].upper() + text[1:]
        self.statements.append(text)


_COMMA = re.compile(r"(?<=\d),(?=\d{3})")


def _masked(text: str) -> str:
    """The comma within a number does not part a list."""
    return _COMMA.sub("\ufffc", text)


def _unmasked(text: str) -> str:
    return text.replace("\ufffc", ",")


_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|must|should|can|may|grew|rose|fell|work|works|ist|sind|war|hat|haben|wird|"
    r"werden|muss|est|sont|a|ont|doit|sera|es|son|est[áa]|ha|han|debe)\b",
    re.IGNORECASE,
)


def _is_clause(part: str) -> bool:
    return len(part.split()) >= 4 and _VERB.search(part) is not None


def _section_name(part: str) -> str:
    words = re.sub(
        r"^(?:(?:a|an|the|our|my|your|some|its|their|section|sections|slide|slides|on|about|for|one|also|then|ein|eine|"
        r"einen|einem|einer|der|die|das|dem|den|un|une|le|la|les|des|du|el|los|las|una|short|brief|clear|detailed|"
        r"kurze[rnm]?)\s+)+",
        "", part, flags=re.IGNORECASE,
    ).strip()  # fmt: skip
    words = re.sub(r"\s+(?:section|slide|chapter|part)s?$", "", words, flags=re.IGNORECASE)
    return (words[:1].upper() + words[1:])[:80]


def _subject(words: str) -> str | None:
    """What a document is about, without the words that ask for it."""
    cut = re.split(r"\s+(?:in \d+|with|using|for (?:the|our) (?:board|team|management))\b", words.strip(), maxsplit=1)[
        0
    ]
    cut = re.sub(
        rf"^(?:(?:a|an|the|our|my|der|die|das|den|dem|eine?[nrm]?|une?|la|le|les|el|los|las|{_NOUNS})\s+)+",
        "",
        cut,
        flags=re.IGNORECASE,
    ).strip(" .,")
    return (
        cut[:80]
        if len(cut) >= 3 and re.match(r"[^\W\d_]", cut) and not re.fullmatch(_NOUNS, cut, re.IGNORECASE)
        else None
    )


def _named_kind(text: str, kind: str, format: Format) -> str | None:
    """The kind in the words of the request, with those right before it: "remote work policy"."""
    kinds = dict(_SLIDE_KINDS if format == "slides" else _WORD_KINDS)
    match = re.search(rf"(?<![\w-])(?:{kinds[kind]})(?!\w)", text[:300], re.IGNORECASE) if kind in kinds else None
    if match is None:
        return None
    words: list[str] = []
    for word in reversed(re.findall(r"[^\W_][\w&’'-]*|[^\w\s]", text[: match.start()])):
        if len(words) == 3 or not word[0].isalpha() or word.lower() in STOP_WORDS or _INSTRUCTION.match(word):
            break
        if word.lower() in _LEADING or word.lower() in PLAIN_ADJECTIVES - _PART_OF_NAMES or re.match(r"\d", word):
            break
        words.insert(0, word)
    named = re.sub(r"\s(?:of|de|du)$", "", " ".join([*words, match.group().strip()]))
    return named[:1].upper() + named[1:] if " " in named else None


_LEADING = frozenset(
    [
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "un",
        "une",
        "le",
        "la",
        "les",
        "des",
        "du",
        "una",
        "el",
        "los",
        "las",
        "unser",
        "unsere",
        "mein",
        "meine",
        "notre",
        "mon",
        "ma",
        "mi",
        "nuestro",
        "nuestra",
        "me",
        "us",
        "short",
        "brief",
        "one-page",
        "two-page",
        "erstelle",
        "schreibe",
        "schreib",
        "mache",
        "mach",
        "fais",
        "faites",
        "rédige",
        "écris",
        "prépare",
        "crée",
        "redacta",
        "escribe",
        "prepara",
        "crea",
        "haz",
        "need",
        "want",
        "professional",
    ]
)
_PART_OF_NAMES = frozenset(["monthly", "weekly", "daily", "yearly", "annual", "quarterly"])


def _title(kind: str, named: str | None, subject: str | None, organisation: str | None, language: str) -> str:
    word = named or title_word(kind, language)
    if kind in ("letter", "memo") and subject:
        return subject[:1].upper() + subject[1:]
    about = subject or organisation
    if not about or about.lower() in word.lower():
        return word
    about = about[:1].upper() + about[1:]
    return f"{word}: {about}" if language != "fr" else f"{word} : {about}"


def _amounts(text: str, figures: tuple[Figure, ...], charts: tuple[Chartable, ...]) -> tuple[Amount, ...]:
    """The figures that stand on their own; those of a chart are shown there."""
    found = []
    for figure in figures:
        if any(chart.covers(figure.start) for chart in charts) or figure.spelled:
            continue
        if re.match(r"[.)]\s", text[figure.end :]) and text[: figure.start].rpartition("\n")[2].strip(" (") == "":
            continue  # the number of a listed line
        shown = _without_label(text[figure.start : figure.end].strip(" ,.;:"), figure.label)
        label = (figure.topic or figure.label or _said_beside(text, figure)).strip()
        if label and shown and len(shown) <= 40 and len(label) <= 60:
            slides = re.search(
                r"\bslides?\b|\bpages?\b|folien|seiten|diapo|words?\b", f"{shown} {label}", re.IGNORECASE
            )
            ranged = re.match(r"\s*(?:to|-|–|bis|à|a)\s*\d", text[figure.end :])
            noun = re.match(r" ([^\W\d_]{3,20})(?=\s*(?:[,.;:\n)]|and\b|und\b|et\b|y\b|$))", text[figure.end :])
            if noun and re.fullmatch(r"[\d.,]+", shown):
                shown = f"{shown} {noun[1]}"
            purpose = re.match(
                r"\s*(?:for|für|pour|para)?\s+(?:the |our )?([^\W\d_][\w -]{2,30}?)(?=\s*[,;.\n)]|\s(?:and|und|et|y)\b|$)",
                text[figure.end :],
            )
            shown = re.sub(r"\s+(?:for|of|on|in|für|pour|para|de)$", "", shown)
            if purpose and re.fullmatch(r"budget|costs?|price|fees?|kosten|presupuesto", label, re.IGNORECASE):
                label = purpose[1]
            label = re.sub(r"\s(?:takes?|lasts?|is|costs?|needs?|dauert|kostet|dure|co[uû]te|cuesta|dura)$", "", label)
            if not slides and not ranged and label.lower() not in shown.lower():
                found.append(Amount(label[:1].upper() + label[1:], shown, figure))
    return tuple(found)


def _without_label(shown: str, label: str) -> str:
    """The figure without what it counts: "48%" of "48% complete", but "10 weeks"."""
    if shown.lower().endswith(label.lower()) and re.search(r"[%$€£]", shown) and label:
        return shown[: len(shown) - len(label)].strip()
    return shown


def _said_beside(text: str, figure: Figure) -> str:
    """What the same part of the sentence says beside a figure that nothing names: "48% complete"."""
    before = re.split(r"[,;:.\n]\s|\s(?:and|und|et|y)\s", text[max(0, figure.start - 60) : figure.start])[-1].strip()
    after = re.split(r"[,;:.\n]|\s(?:and|und|et|y)\s", text[figure.end : figure.end + 60])[0].strip()
    return after if 0 < len(after.split()) <= 3 and not before else ""


def _milestones(text: str, charts: tuple[Chartable, ...]) -> tuple[Milestone, ...]:
    """The dates with what the same clause says of them."""
    spans = [(m.start(), m.end()) for m in find_dates(text)]
    spans += [
        (m.start(), m.end()) for m in _WHEN.finditer(mask_dates(text)) if m.group()[0].isupper() or " " in m.group()
    ]
    found: list[Milestone] = []
    for start, end in sorted(set(spans)):
        if any(chart.covers(start) or chart.covers(end - 1) for chart in charts):
            continue
        left = max((text.rfind(mark, 0, start) for mark in (",", ";", ".", "\n", ":", " and ", " und ")), default=-1)
        clause = re.sub(r"^\W*(?:and|und|et|y)\b|^\W+", "", text[left + 1 : start]).strip()
        what = _BEFORE_WHEN.sub("", clause).strip(" ,-–(")
        if not what:
            after = re.split(r"[,;.\n]|\s(?:and|und)\s", text[end : end + 120], maxsplit=1)[0]
            what = re.sub(r"^\W*(?:for|is|the|:)?\s*", "", after).strip(" )")
        what = re.sub(r"\s+(?:to|on|by|in|at|for|zu|auf)$", "", what)
        if 1 <= len(what.split()) <= 9 and not _INSTRUCTION.match(what) and not _ASKS.search(what):
            when = text[start:end]
            found.append(Milestone(when[:1].upper() + when[1:], what[:1].upper() + what[1:]))
    return tuple({milestone.what: milestone for milestone in found}.values())[:12]


_ASKS = re.compile(
    rf"\b(?:{_NOUNS}|minutes|memo|letter|report|proposal|agenda|protokoll|angebot|bericht|lettre|rapport|informe)\b",
    re.IGNORECASE,
)
_NO_NAMES = re.compile(
    r"^(?:The|Our|We|And|With|For|In|On|It|Q\d|Project|Team|Budget|Sections?|Slides?|Create|Write|Make)\b"
)


def _people(text: str, names: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    found: dict[str, str | None] = {}
    for match in _WITH_ROLE.finditer(text):
        role = (match["role"] or match["as"] or "").strip()
        if not _NO_NAMES.match(match["name"]) and not re.search(r"\d", role):
            found[match["name"].strip()] = role
    attending = re.search(
        r"\b(?:attendees|participants|present|team|members|owners|teilnehmer\w*|anwesend|participants|asistentes)\b\s*(?:are|were|is|:|=|of|with)?\s*"
        r"(?P<list>[A-ZÄÖÜÉ][^.;\n]{2,200})", text, re.IGNORECASE,
    )  # fmt: skip
    if attending and attending["list"][:1].isupper():
        for part in _SPLIT.split(re.sub(r"\([^)]*\)", "", attending["list"])):
            name = (part or "").strip()
            if re.fullmatch(_NAME.replace("(?:[A-Z", "(?:[A-Z"), name) and not _NO_NAMES.match(name):
                found.setdefault(name, None)
    for name in names:
        if names_are_people(text, name):
            found.setdefault(name, None)
    return tuple(list(found.items())[:12])


def names_are_people(text: str, name: str) -> bool:
    """Whether a proper name stands where people do: after "team of", "attended by", or before a verb of doing."""
    return re.search(
        rf"\b(?:team|attendees|participants|present|owners?|members|by|with|teilnehmer\w*)\b[^.;\n]{{0,60}}\b{re.escape(name)}\b",
        text, re.IGNORECASE,
    ) is not None  # fmt: skip


def _party(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text[:400])
    if not match:
        return None
    name = match[1].strip(" .,")
    known = name.split()[0].lower() in MONTHS or re.search(r"\d", name)
    return name if not known and len(name) >= 2 and len(name.split()) <= 6 else None


def _recipient(text: str, kind: str, language: str, organisation: str | None) -> str | None:
    if kind not in ("letter", "memo", "proposal"):
        return None
    named = _party(_TO[language], text)
    return organisation if organisation and kind == "proposal" else named


def _without(text: str, charts: tuple[Chartable, ...]) -> str:
    """The text without the rows of figures that are shown as charts."""
    for start, end in sorted((span for chart in charts for span in chart.spans), reverse=True):
        text = f"{text[:start].rstrip(' :,')} {text[end:].lstrip(' ,')}"
    return text


def _only_sections(sentence: str) -> list[str]:
    """A sentence that only names sections: "Risks and next steps." """
    parts = [part.strip(" .") for part in _SPLIT.split(sentence) if part and part.strip(" .")]
    known = [part for part in parts if section_named(part)]
    return [part[:1].upper() + part[1:] for part in parts] if known and len(known) == len(parts) else []


def _parties(text: str) -> tuple[str, ...]:
    match = _BETWEEN.search(text)
    return (match["a"].strip(), match["b"].strip()) if match else ()

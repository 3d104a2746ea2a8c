"""The check by rules: what the words of a request say is given, held against what is given. Free, and fast.

A reference is a wording such as "the attached photos", "our sales spreadsheet" or "translate this contract". One that
nothing answers to is missing; where the wording leaves room for doubt, the user has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from overten.agent.preflight.lexicon import LEXICONS, Lexicon
from overten.agent.preflight.models import ALL_MISSING, Facts, Missing

# A prompt with so much in it has its material in it; a text with so many figures has its data.
_LONG_PROMPT_CHARS = 1_500
_MAX_SENTENCES = 300
_INLINE_CHARS = 40
_INLINE_FIGURES = 3

type Sureness = Literal["clear", "doubtful"]


@dataclass
class Judgement:
    """What the rules found missing for certain, what perhaps, and whether they know the language of the prompt."""

    missing: set[Missing] = field(default_factory=set)
    doubtful: set[Missing] = field(default_factory=set)
    knows_language: bool = True

    @property
    def is_doubtful(self) -> bool:
        return not self.missing and (bool(self.doubtful) or not self.knows_language)

    @property
    def in_order(self) -> list[Missing]:
        return [kind for kind in ALL_MISSING if kind in self.missing]


class Reference(NamedTuple):
    """Something of the user's that the prompt speaks of. `is_attached`: it is said to be given beside the prompt."""

    kind: Missing
    sureness: Sureness
    is_attached: bool


def judge(facts: Facts) -> Judgement:
    """What the request speaks of and does not have."""
    languages = languages_of(facts.prompt)
    found = Judgement(knows_language=bool(languages))
    for reference in references(facts.prompt, languages or tuple(LEXICONS)):
        need = _unanswered(reference, facts)
        if need is not None:
            (found.missing if need == "clear" else found.doubtful).add(reference.kind)
    if facts.mode == "ask" and not _has_material(facts):
        found.missing.add("reference_files")
    return found


def languages_of(prompt: str) -> tuple[str, ...]:
    """The languages the prompt may be in, by its commonest words: the likeliest one, and others nearly as likely."""
    words = _words(_normal(prompt))
    counts = {name: sum(1 for word in words if _common(name).fullmatch(word)) for name in LEXICONS}
    most = max(counts.values())
    return tuple(name for name, count in counts.items() if most and count * 3 >= most * 2)


def references(prompt: str, languages: tuple[str, ...]) -> Iterator[Reference]:
    """Everything of the user's that the prompt speaks of, in any of the languages."""
    text = _normal(prompt)
    for sentence in _sentences(text)[:_MAX_SENTENCES]:
        for language in languages:
            yield from _in_sentence(_compiled(language), sentence, text)


# --- what answers to a reference ---


def _unanswered(reference: Reference, facts: Facts) -> Sureness | None:
    """How sure it is that nothing answers to the reference; None if something does."""
    return _UNANSWERED[reference.kind](reference, facts)


def _images(reference: Reference, facts: Facts) -> Sureness | None:
    if facts.image_tags:
        return None
    # A document may have the pictures in it, and a further turn knows those of the turns before.
    if facts.is_further_turn or facts.context_files:
        return None
    return "doubtful" if facts.has_init_file or facts.has_template else reference.sureness


def _material(reference: Reference, facts: Facts) -> Sureness | None:
    return None if _has_material(facts) else reference.sureness


def _files(reference: Reference, facts: Facts) -> Sureness | None:
    # "The attached template", "the attached picture of the form": whatever is given may be what is meant.
    return None if _has_material(facts) or facts.has_template or facts.image_tags else reference.sureness


def _brand(reference: Reference, facts: Facts) -> Sureness | None:
    has_one = facts.brand_parts or facts.has_template or facts.has_init_file or facts.is_further_turn
    return None if has_one or facts.image_tags or facts.context_files else reference.sureness


def _has_material(facts: Facts) -> bool:
    return bool(facts.data_sources or facts.context_files or facts.has_init_file or facts.is_further_turn)


_UNANSWERED = {"images": _images, "data_sources": _material, "reference_files": _files, "brand": _brand}

# --- reading a sentence ---


class _Patterns(NamedTuple):
    """A lexicon, compiled."""

    attached: tuple[re.Pattern[str], ...]
    here: re.Pattern[str]
    owned: re.Pattern[str]
    owned_from: re.Pattern[str]
    reworked: re.Pattern[str]
    following: re.Pattern[str]
    brand: re.Pattern[str]
    logo: re.Pattern[str]
    pictures: re.Pattern[str]
    data: re.Pattern[str]
    documents: re.Pattern[str]
    unwanted: re.Pattern[str]
    unwanted_within: re.Pattern[str]
    told: re.Pattern[str]
    by_others: re.Pattern[str]
    later: re.Pattern[str]
    topic: re.Pattern[str]
    topic_of: re.Pattern[str]
    blank: re.Pattern[str]


def _in_sentence(words: _Patterns, sentence: str, text: str) -> Iterator[Reference]:
    named = False
    for pattern in words.attached:
        for match in pattern.finditer(sentence):
            if not _is_only_spoken_of(words, sentence, match):
                named = True
                yield from (Reference(kind, "clear", True) for kind in _kinds(words, match))
    if not named and (here := words.here.search(sentence)) and not _is_only_spoken_of(words, sentence, here):
        stock = _STOCK_WORDING.search(here[0]) and _CORRESPONDENCE.search(text)
        yield Reference(_kind(words, sentence) or "reference_files", "doubtful" if stock else "clear", True)
    if words.later.search(sentence):
        return
    yield from _of_the_users_own(words, sentence, text)
    yield from _of_the_brand(words, sentence, text)


def _of_the_users_own(words: _Patterns, sentence: str, text: str) -> Iterator[Reference]:
    """Things that only the user can have, and that the prompt itself does not hold."""
    kinds: set[Missing] = {kind for kind in _owned(words, sentence) if kind != "reference_files"}
    if (match := words.reworked.search(sentence)) and (kind := _kind(words, match["noun"])):
        kinds.add(kind)
    if sentence[-1] == ":" and (match := words.following.search(sentence)) and (kind := _kind(words, match[0])):
        kinds.add(kind)
    if kinds - {"images"} and _holds_material(text, sentence):
        kinds &= {"images"}
    yield from (Reference(kind, "clear", False) for kind in kinds)


def _owned(words: _Patterns, sentence: str) -> Iterator[Missing]:
    """The kinds of what the user has and wants used: "from our sales data", "place my photo"."""
    for pattern in (words.owned, words.owned_from):
        for match in pattern.finditer(sentence):
            before = sentence[: match.start()]
            about_it = words.topic.search(before) or words.blank.search(before)
            kind = _kind(words, match["noun"])
            if kind and not about_it and not _is_unwanted(words, sentence, match):
                yield kind


def _of_the_brand(words: _Patterns, sentence: str, text: str) -> Iterator[Reference]:
    """The user's own look, unless the prompt says itself what that is."""
    for pattern in (words.brand, words.logo):
        match = pattern.search(sentence)
        if not match or _is_unwanted(words, sentence, match) or words.topic_of.search(sentence[: match.start()]):
            continue
        if not _COLORS.search(text):
            yield Reference("brand", "clear", False)
        return


def _is_only_spoken_of(words: _Patterns, sentence: str, match: re.Match[str]) -> bool:
    """Whether it is not given but told to somebody, given by others, or not wanted."""
    before = sentence[: match.start()]
    noun = match.start("noun") if "noun" in match.groupdict() else match.start()
    return bool(words.told.search(sentence[:noun]) or words.by_others.search(before)) or _is_unwanted(
        words, sentence, match
    )


def _is_unwanted(words: _Patterns, sentence: str, match: re.Match[str]) -> bool:
    """Whether a "no" or "without" stands right before it, or in it."""
    return bool(words.unwanted.search(sentence[: match.start()] + _END) or words.unwanted_within.search(match[0]))


def _kinds(words: _Patterns, match: re.Match[str]) -> Iterator[Missing]:
    groups = [part for part in (match["noun"], match.groupdict().get("second")) if part]
    for kind in dict.fromkeys(kind for part in groups if (kind := _kind(words, part))):
        # "The file I uploaded, a CSV export"
        is_table = (
            kind == "reference_files" and _FILE.search(match["noun"]) and _TABLE.search(match.string[match.end() :])
        )
        yield "data_sources" if is_table else kind


def _kind(words: _Patterns, text: str) -> Missing | None:
    if words.pictures.search(text):
        return "images"
    if words.data.search(text):
        return "data_sources"
    return "reference_files" if words.documents.search(text) else None


def _holds_material(text: str, sentence: str) -> bool:
    """Whether the prompt has in itself what the sentence speaks of: figures, or text after a colon or a line's end."""
    if len(text) >= _LONG_PROMPT_CHARS:
        return True
    rest = text[text.find(sentence) :]
    if len(re.findall(r"\d[\d.,]*", rest)) >= _INLINE_FIGURES:
        return True
    _, mark, after = re.sub(r"https?:", "", rest).partition(":") if ":" in rest else rest.partition("\n")
    return bool(mark) and len(after.strip()) >= _INLINE_CHARS


# "Please find attached" is what letters say themselves.
_STOCK_WORDING = re.compile(r"find|^[.!?: ]*(?:attached|enclosed)|anbei|ci-joint|adjunto")
_CORRESPONDENCE = re.compile(
    r"\b(?:e-?mails?|letter|brief|schreiben|anschreiben|lettre|courriel|courrier|carta|correo)\b"
)
_FILE = re.compile(r"^(?:files?|dateien?|datei|fichiers?|archivos?|ficheros?|arquivos?|bestand(?:en)?)\b")
_TABLE = re.compile(r"\b(?:csv|tsv|xlsx?|excel|spreadsheet)\b")
_COLORS = re.compile(
    r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b|\brgb\b|\b(?:red|blue|green|yellow|orange|purple|violet|black|white|gold"
    r"|silver|navy|teal|pink"
    r"|grey|gray|brown|turquoise|burgundy|crimson|beige|rot|blau|grün|gelb|schwarz|weiss|lila|türkis|grau|silber"
    r"|dunkelblau|hellblau"
    r"|rouge|bleu|vert|jaune|noir|blanc|gris|doré|rojo|azul|verde|amarillo|naranja|negro|blanco|morado"
    r"|dorado)(?:e[nsrm]?|s)?\b"
)

# --- compiling ---

_WORD = r"[\w&/%+.-]*\w'?"
# Up to so many words, none of which ends a clause.
_FEW, _SOME = rf"(?:{_WORD} ){{0,2}}?", rf"(?:{_WORD} ){{0,3}}?"
# The same where no person stands: "the customer uploaded photos" is no wish.
_PEOPLE = (
    r"(?:customer|client|user|tenant|employee|applicant|candidate|student|supplier|buyer|seller|member"
    r"|guest|team|author|patient|agent)s?|who|which|has|have|had|was|were"
)
_THINGS = rf"(?:(?!(?:{_PEOPLE})\b){_WORD} ){{0,2}}?"
# What may stand between "attached" and the thing.
_QUALITIES = (
    rf"(?:(?!(?:as|to|by|with|in|for|is|are|that|which|when|als|an|mit|zu|hat|haben|par|por)\b){_WORD} ){{0,3}}?"
)
# Marks where what stands before a match ends.
_END = "\0"
# Followed by who did it: somebody else.
_BY = (
    r"(?! (?:by|von|durch|par|por|da|door|to (?:the|our|their|this)|an die|as (?:an? )?(?:annex|appendix"
    r"|exhibit|schedule|attachment)|hereto|with|hat|haben|hatten?|wurden?|werden|in (?:the )?(?:annex|appendix"
    r"|exhibit|schedule))\b)(?! ?\()"
)


@cache
def _common(language: str) -> re.Pattern[str]:
    return re.compile(LEXICONS[language].common)


@cache
def _compiled(language: str) -> _Patterns:
    return _compile(LEXICONS[language])


def _compile(words: Lexicon) -> _Patterns:
    nouns = rf"(?:{words.pictures}|{words.data}|{words.documents})"
    noun = rf"(?P<noun>{nouns}\b(?: (?:{words.data}|{words.documents})\b)?)"
    second = rf"(?:,? (?:and|und|et|y|e|en|sowie|plus|as well as) (?:(?:{words.definite}) )?(?P<second>{nouns})\b)?"
    is_given = rf"(?:(?:is|are|ist|sind|est|sont|va|van|vienen|es|son|è|sono|é|são|zijn) )?(?:{words.given})\b"
    definite = rf"\b(?:{words.definite})(?: |(?<=')\s?)"
    start = r"(?:^|(?<=[,:;] )|\b(?:and|then|please|und|dann|bitte|et|puis|y|luego|e|to) )"
    return _Patterns(
        attached=(
            re.compile(rf"{definite}{_THINGS}(?:{words.given}) {_QUALITIES}{noun}{second}"),
            re.compile(rf"{definite}{_SOME}{noun}{second}(?: {_WORD}){{0,3}}? {is_given}(?! {_FEW}{nouns}\b){_BY}"),
            re.compile(rf"\b{noun}(?: {_WORD}){{0,2}}?,? (?:{words.gave})\b"),
            # Between commas ("photos attached") and in brackets ("our old proposal (attached)").
            re.compile(rf"(?:^|[,;:.!?] |\b(?:and|und|et|y) ){noun}{second} {is_given}(?=[,;.!?)]|$)"),
            re.compile(rf"\b{noun} ?\((?:\w+ )?(?:{words.given})\b"),
        ),
        here=re.compile(rf"(?:{words.here})(?!\w)"),
        owned=re.compile(rf"{start}(?:{words.use}) (?:{_WORD} ){{0,1}}?(?:{words.own}) {_FEW}{noun}"),
        owned_from=re.compile(rf"\b(?:{words.source}) (?:{_WORD} ){{0,3}}?(?:{words.own}) {_FEW}{noun}"),
        reworked=re.compile(
            rf"{start}(?:{words.rework}) (?:{_WORD} ){{0,2}}?(?:{words.this}) (?:{_WORD} ){{0,1}}?{noun}"
        ),
        following=re.compile(rf"\b(?:{words.following}) {_FEW}{nouns}\b|\b{nouns} (?:{words.following})\b"),
        brand=re.compile(rf"\b(?:{words.brand})\b"),
        logo=re.compile(rf"\b(?:{words.logo})\b"),
        pictures=re.compile(rf"\b(?:{words.pictures})\b"),
        data=re.compile(rf"\b(?:{words.data})\b"),
        documents=re.compile(rf"\b(?:{words.documents})\b"),
        unwanted=re.compile(rf"\b(?:{words.unwanted})\s*{_END}"),
        unwanted_within=re.compile(rf"^{_WORD} (?:{words.unwanted})\b"),
        told=re.compile(rf"\b(?:{words.told})\b"),
        by_others=re.compile(rf"\b(?:{words.by_others})\s*$"),
        later=re.compile(rf"\b(?:{words.later})\b"),
        topic=re.compile(rf"\b(?:{words.topic})\b"),
        topic_of=re.compile(rf"\b(?:{words.topic})(?: {_WORD}){{0,3}}\s*$"),
        blank=re.compile(rf"\b(?:{words.blank})\b"),
    )


_QUOTED = re.compile(r'"[^"\n]{1,400}"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|‘[^’\n]{20,400}’')
_ELISION = re.compile(r"\b(qu|[ldjnmstc])'(?=\w)")
_SENTENCES = re.compile(r"(?<=[.!?;:])\s+|\n+|\s+[–—]\s+")


def _normal(prompt: str) -> str:
    """The prompt in the form that the lexicon speaks of."""
    text = _QUOTED.sub(" ", unicodedata.normalize("NFC", prompt))
    text = text.replace("’", "'").replace("‘", "'").casefold().replace("ß", "ss")
    text = re.sub(r"[ \t\u00a0]+", " ", text).strip()
    return _ELISION.sub(r"\1' ", text)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+'?", text[:2_000])


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCES.split(text) if part.strip()]

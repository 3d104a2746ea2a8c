"""Documents and presentations of the built-in author, from request to file."""

from __future__ import annotations

import re
from functools import cache

import pytest

from overten.agent.author.calls import NO_MODEL
from tests.unit.agent.author.prose.requests import DOCUMENTS, PRESENTATIONS, Made, made

ALL = [*(("word", name) for name in DOCUMENTS), *(("slides", name) for name in PRESENTATIONS)]
# The verifier takes its time: those of the others are alike.
VERIFIED = [
    *(("word", name) for name in ("proposal", "nda", "letter", "rapport", "structured")),
    *(("slides", name) for name in ("review", "status", "plan", "shares", "long")),
]
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Numbers of the document itself: of sections and listed items, and the date on it.
_OWN = {"2026", "23", "11"}


@cache
def of(document_format: str, name: str) -> Made:
    prompts = DOCUMENTS if document_format == "word" else PRESENTATIONS
    return made(document_format, prompts[name], verified=(document_format, name) in VERIFIED)  # type: ignore[arg-type]


def numbers(text: str) -> set[float]:
    """The numbers of a text by their values, however they are written; shares also as fractions."""
    found: set[float] = set()
    for match in _NUMBER.findall(text):
        for plain in (re.sub(r"[.,](?=\d{3}(?!\d))", "", match), match.replace(",", ".")):
            if plain.count(".") <= 1 and "," not in plain:
                found |= {round(float(plain), 6), round(float(plain) / 100, 6)}
    return found


@pytest.mark.parametrize(("document_format", "name"), VERIFIED)
def test_the_verifier_finds_nothing_but_what_is_left_open(document_format: str, name: str) -> None:
    found = of(document_format, name)
    assert [finding for finding in found.findings if finding.code != "placeholder"] == []


@pytest.mark.parametrize(("document_format", "name"), ALL)
def test_no_call_is_refused(document_format: str, name: str) -> None:
    checkpoint = of(document_format, name).checkpoint
    assert checkpoint.failed_tool_calls == []
    assert checkpoint.tool_calls <= 20


@pytest.mark.parametrize(("document_format", "name"), ALL)
def test_no_figure_is_invented(document_format: str, name: str) -> None:
    prompts = DOCUMENTS if document_format == "word" else PRESENTATIONS
    given = numbers(prompts[name])
    for text in of(document_format, name).texts:
        # What is counted by us: pages in the contents, captions, listed items.
        ours = re.fullmatch(r"\W*\d{1,2}\W*|\D*[^\W\d_]\d{1,2}", text)
        told = "" if ours else re.sub(r"^(?:Figure|Abbildung|Figura|Ilustración) \d+\.?", "", text)
        for match in _NUMBER.findall(told):
            assert match in _OWN or numbers(match) & given, (match, text)


@pytest.mark.parametrize(("document_format", "name"), ALL)
def test_the_numbers_given_stand_in_the_document_or_are_owned_up_to(document_format: str, name: str) -> None:
    prompts = DOCUMENTS if document_format == "word" else PRESENTATIONS
    found = of(document_format, name)
    told = numbers(found.text) | numbers(found.summary)
    asked = re.sub(r"\d+[- ](?:slides?|Folien|diapositives)", "", prompts[name])
    asked = re.sub(r"Slide \d", "", asked)
    missing = [match for match in _NUMBER.findall(asked) if not numbers(match) & told]
    assert missing == []


@pytest.mark.parametrize(("document_format", "name"), ALL)
def test_the_summary_says_that_no_model_is_connected(document_format: str, name: str) -> None:
    found = of(document_format, name)
    assert found.summary.endswith(NO_MODEL)
    assert "No figures were assumed." in found.summary
    open_places = re.findall(r"\[[^\[\]]{2,80}\](?!\()", found.text)
    assert not open_places or "in square brackets" in found.summary


@pytest.mark.parametrize(
    ("name", "count"), [("review", 7), ("pitch", 10), ("plan", 8), ("one", 1), ("french", 5)]
)  # fmt: skip
def test_as_many_slides_as_asked_for(name: str, count: int) -> None:
    assert f"{count} slide{'s' if count > 1 else ''})" in of("slides", name).summary


@pytest.mark.parametrize("count", [1, 2, 3, 17, 30])
def test_any_number_of_slides(count: int) -> None:
    found = made("slides", f"{count} slides about renewable energy", verified=count == 17)
    assert f"{count} slide{'s' if count > 1 else ''})" in found.summary
    assert found.findings == []
    assert found.checkpoint.failed_tool_calls == []


def test_a_proposal_has_the_sections_asked_for_with_what_belongs_there() -> None:
    texts = of("word", "proposal").texts
    heads = [text for text in texts if text in ("Background", "Approach", "Timeline", "Budget", "Team")]
    assert heads == ["Background", "Approach", "Timeline", "Budget", "Team"]
    after = texts[texts.index("Timeline") :]
    assert after[after.index("3 March 2027") + 1] == "Kick-off"
    assert after[after.index("Anna Berg") + 1] == "project lead"


def test_given_figures_become_a_chart_whose_title_says_what_they_show() -> None:
    for found in (of("word", "report"), of("slides", "review")):
        assert "Revenue rose from $1.2m in Q1 to $1.8m in Q4" in found.text
        assert {"1.2", "1.4", "1.3", "1.8"} <= set(found.texts)


def test_minutes_tell_who_was_there_and_who_does_what() -> None:
    texts = of("word", "minutes").texts
    assert {"Anna", "Ben", "Carla", "12 May 2026", "Launch moved to June"} <= set(texts)
    assert "Carla books the venue" in texts


def test_a_letter_greets_signs_and_has_no_title() -> None:
    texts = of("word", "letter").texts
    assert "Yours sincerely," in texts
    assert texts[-1] == "Jane Doe"
    assert "[What you ask the reader to do, and by when]" not in texts


def test_headings_are_in_the_language_of_the_request() -> None:
    assert {"Ausgangslage", "Zeitplan", "Nächste Schritte"} <= set(of("word", "offer").texts)
    assert "Synthèse" in of("word", "rapport").texts
    assert {"Resumen", "Recomendaciones"} <= set(of("word", "informe").texts)


def test_a_contract_says_that_it_is_no_advice_and_is_signed_by_both() -> None:
    text = of("word", "nda").text
    assert "not legal advice" in text
    assert text.count("Acme Ltd") >= 2


def test_marks_of_the_user_stay_as_they_are() -> None:
    text = of("word", "marks").text
    for part in ("C:\\temp", "**stars**", "[brackets](x)", "{braces}", "2^3", "`ticks`", "5 * 3"):
        assert part in text


def test_what_was_not_understood_is_named() -> None:
    found = made("word", "Report on sales. Keep it under two pages. Use a friendly tone.", verified=False)
    assert "“Use a friendly tone”" in found.summary


def test_no_particular_kind_is_owned_up_to() -> None:
    assert "No particular kind of document was recognised." in of("word", "two words").summary


@pytest.mark.parametrize("document_format", ["word", "slides"])
@pytest.mark.parametrize(
    "prompt",
    ["1 2 3 4,5 6% 7€ 8888888888888 🎉", "a" * 2_000, "Report: " + "word " * 400,
     'Memo\x00\x07 to "A\x01B" <b>&amp;</b>',
     "Slides: " + "; ".join(f"item {n} {n * 10}" for n in range(60)), "| a | b |\n|---|---|\n| 1 | 2 |"],
)  # fmt: skip
def test_any_text_is_answered(document_format: str, prompt: str) -> None:
    found = made(document_format, prompt, verified=False)  # type: ignore[arg-type]
    assert found.checkpoint.finished
    assert found.texts

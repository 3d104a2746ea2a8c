from __future__ import annotations

import time
from typing import Any

import pytest

from overten.agent.preflight import rules
from overten.agent.preflight.intents import intents_of
from overten.agent.preflight.models import Facts, GivenFile

CSV = GivenFile(name="sales.csv", kind="csv", holds="sales")
PDF = GivenFile(name="report.pdf", kind="pdf")


def facts(prompt: str, **given: Any) -> Facts:
    return Facts(format=given.pop("document_format", "slides"), prompt=prompt, **given)


def missing(prompt: str, **given: Any) -> set[str]:
    return set(rules.judge(facts(prompt, **given)).missing)


@pytest.mark.parametrize(
    ("prompt", "needed", "answers"),
    [
        ("A deck with the attached photos", "images", {"image_tags": [["shop"]]}),
        ("A deck from the attached CSV", "data_sources", {"data_sources": [CSV]}),
        ("A deck from the attached CSV", "data_sources", {"context_files": [CSV]}),
        ("Summarise the attached report", "reference_files", {"context_files": [PDF]}),
        ("Summarise the attached report", "reference_files", {"data_sources": [CSV]}),
        ("Fill the attached template", "reference_files", {"has_template": True}),
        ("A deck in our brand colours", "brand", {"brand_parts": ["font"]}),
        ("A deck in our corporate design", "brand", {"has_template": True}),
        ("A letter with our logo", "brand", {"image_tags": [["logo"]]}),
    ],
)
def test_what_is_spoken_of_is_missing_until_it_is_given(prompt: str, needed: str, answers: dict[str, Any]) -> None:
    assert missing(prompt) == {needed}
    assert missing(prompt, **answers) == set()


@pytest.mark.parametrize(
    "prompt", ["Chart the numbers from the attached sheet", "Apply our brand colours", "Summarise this"]
)
@pytest.mark.parametrize("document", [{"is_further_turn": True}, {"has_init_file": True}])
def test_a_document_that_is_there_answers_for_files_data_and_brand(prompt: str, document: dict[str, Any]) -> None:
    assert missing(prompt, **document) == set()


def test_pictures_may_be_of_an_earlier_turn_and_perhaps_in_the_document() -> None:
    assert missing("Add the attached photos", is_further_turn=True) == set()
    judgement = rules.judge(facts("Make the attached photos larger", has_init_file=True))
    assert (judgement.missing, judgement.doubtful) == (set(), {"images"})


@pytest.mark.parametrize(
    "prompt",
    [
        'A letter that says "Please find attached our offer"',
        "Email to a customer: please find attached our new price list",
        "Tell the customer that the invoice is attached",
        "A claims guide for customers who attach photos",
        "A deck without our logo",
        "Don't use our logo",
        "Leave room for our photos",
        "We will add the pictures later. A deck about our new oven",
        "Chart this data: 12, 14, 19",
        "Rewrite this text:\nThe parcel came late, and nobody at the hotline knew where it was.",
        "Guidelines for using our brand colours",
        "In our brand colours, #112233 and gold",
        "",
        "…",
        "🙂",
    ],
)
def test_what_only_sounds_like_it_is_let_through(prompt: str) -> None:
    assert missing(prompt) == set()


def test_all_that_is_missing_is_told_at_once_and_in_order() -> None:
    prompt = "Use our brand colours, the attached photos and the attached report."
    assert rules.judge(facts(prompt)).in_order == ["images", "reference_files", "brand"]


def test_a_question_needs_something_to_ask_about() -> None:
    assert missing("What is the total?", mode="ask") == {"reference_files"}
    assert missing("What is the total?", mode="ask", is_further_turn=True) == set()


def test_an_unknown_language_is_a_doubt_and_no_refusal() -> None:
    judgement = rules.judge(facts("添付の写真を使ってプレゼンテーションを作ってください"))
    assert (judgement.missing, judgement.is_doubtful) == (set(), True)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_language_of_a_prompt(language: str) -> None:
    prompts = {"de": "Erstelle eine Übersicht über die Kosten", "en": "Make an overview of the costs"}
    assert rules.languages_of(prompts[language])[0] == language


@pytest.mark.parametrize(
    "piece",
    ["the attached ", "attached. ", "- – — ", "x\n", "from our data. ", "with our ", "'a ", "die ", "a", "photos ("],
)
def test_no_prompt_takes_long(piece: str) -> None:
    prompt = (piece * 10_000)[:10_000]
    missing(prompt)  # the patterns are compiled
    began = time.process_time()
    missing(prompt)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("prompt", "intent"),
    [
        ("Monthly budget for a bakery", "financial_model"),
        ("Haushaltsplan mit Kredit", "financial_model"),
        ("Photo brochure of Lisbon", "visual_first"),
        ("Tableau de bord des ventes", "dashboard"),
        ("Contrato de alquiler", "legal"),
        ("Pitch for investors", "pitch"),
        ("Schulung zum Brandschutz", "training"),
    ],
)
def test_intents_show_in_words(prompt: str, intent: str) -> None:
    assert intent in intents_of(facts(prompt))


def test_intents_show_in_what_is_given() -> None:
    given = facts("Make it", data_sources=[CSV], image_tags=[[], [], []], brand_parts=["font"], has_init_file=True)
    assert intents_of(given) == ["visual_first", "data_heavy", "brand_led", "edit"]

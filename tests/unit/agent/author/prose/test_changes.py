"""Small changes to documents and presentations that exist."""

from __future__ import annotations

import io
from functools import cache

import pptx
import pytest

from overten.agent.models import Checkpoint
from tests.unit.agent.author.prose.requests import DOCUMENTS, PRESENTATIONS, Made, made


@cache
def proposal() -> Checkpoint:
    return made("word", DOCUMENTS["proposal"], verified=False).checkpoint


@cache
def review() -> Checkpoint:
    return made("slides", PRESENTATIONS["review"], verified=False).checkpoint


def changed(prompt: str) -> Made:
    return made("word", prompt, base=proposal(), verified=False)


def slides_after(prompt: str) -> Made:
    return made("slides", prompt, base=review(), verified=False)


@pytest.mark.parametrize(
    ("prompt", "there", "gone"),
    [
        ("Change the title to A new CRM", "A new CRM", "Project proposal: Replace their CRM"),
        ('Replace "Kick-off" with "Start"', "Start", "Kick-off"),
        ("Replace Tom Reed with Mia Wong", "Mia Wong", "Tom Reed"),
        ("Delete the Approach section", "Timeline", "Approach"),
        ("Remove section 2", "Timeline", "Approach"),
        ('Add a section "Support" with the text: We answer within two hours.', "We answer within two hours.", ""),
        ('Add a paragraph saying "Prices are net."', "Prices are net.", ""),
    ],
)
def test_what_is_asked_of_a_document_is_done(prompt: str, there: str, gone: str) -> None:
    found = changed(prompt)
    assert there in found.texts
    assert not gone or gone not in found.texts
    assert found.summary.startswith("Changed: ")
    assert found.checkpoint.failed_tool_calls == []


def test_a_section_goes_where_it_is_asked_to_stand() -> None:
    texts = changed('Add a section "Support" after Approach: We answer within two hours.').texts
    assert texts.index("Approach") < texts.index("Support") < texts.index("Timeline")


@pytest.mark.parametrize(
    ("prompt", "there", "gone"),
    [
        ("Change the title to Acme in 2026", "Acme in 2026", "Business review: Acme"),
        ("Change the title of slide 3 to Our two figures", "Our two figures", "Highlights"),
        ('Replace "mobile app" with "web shop"', "We won 12 new customers and launched the web shop", ""),
        ("Delete slide 2", "Next steps", "We won 12 new customers and launched the mobile app"),
        ("Add a slide about hiring: two engineers; one designer; start in May", "Two engineers", ""),
        ("Remove the last slide", "Next steps", "Questions and discussion"),
    ],
)
def test_what_is_asked_of_a_presentation_is_done(prompt: str, there: str, gone: str) -> None:
    found = slides_after(prompt)
    assert there in found.texts
    assert not gone or gone not in found.texts
    assert found.summary.startswith("Changed: ")
    assert found.checkpoint.failed_tool_calls == []


def test_a_slide_is_added_before_the_closing_one_and_one_can_be_deleted_in_the_same_turn() -> None:
    prompt = 'Delete slide 2 and add a slide "Hiring" with points two engineers, one designer, one tester'
    slides = pptx.Presentation(io.BytesIO(slides_after(prompt).data)).slides
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[-2:] == ["Hiring", "Questions and discussion"]
    assert len(titles) == 7
    assert "We won 12 new customers and launched the mobile app" not in titles


@pytest.mark.parametrize(
    "prompt", ["Make it more convincing", "Translate it into Finnish", "Delete section 40 and slide 99"]
)
def test_what_cannot_be_done_changes_nothing_and_is_said(prompt: str) -> None:
    for found, base, noun in (
        (changed(prompt), proposal(), "document"),
        (slides_after(prompt), review(), "presentation"),
    ):
        assert found.summary.startswith(f"The {noun} was not changed")
        assert (found.checkpoint.tool_calls, found.checkpoint.package_sha256) == (0, base.package_sha256)
        assert found.checkpoint.document == base.document


def test_words_that_stand_nowhere_are_owned_up_to() -> None:
    found = changed('Replace "zebra" with "horse"')
    assert "1 step could not be applied" in found.summary

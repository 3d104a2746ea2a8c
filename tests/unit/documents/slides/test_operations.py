from __future__ import annotations

import json
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from overten.agent.tools import _parameters
from overten.documents.slides.operations import SlidesOperation

OPERATIONS, _ = get_args(SlidesOperation)
MAX_SCHEMA_CHARACTERS = 25_000


def test_the_tools_are_told_in_few_words() -> None:
    schemas = [json.dumps(_parameters(model), separators=(",", ":")) for model in get_args(OPERATIONS)]
    assert sum(map(len, schemas)) < MAX_SCHEMA_CHARACTERS


def test_every_operation_has_a_manual() -> None:
    assert all(model.__doc__ and len(model.__doc__) > 40 for model in get_args(OPERATIONS))


def test_characters_that_no_file_can_hold_are_taken_out() -> None:
    adapter: TypeAdapter[SlidesOperation] = TypeAdapter(SlidesOperation)
    operation = adapter.validate_python({"op": "set_notes", "slide": 1, "text": "a\x00b\x0bc\ufffe"})
    assert operation.model_dump()["text"] == "abc"


@pytest.mark.parametrize("color", ["red", "#12", "#12345G"])
def test_a_colour_is_six_digits(color: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SlidesOperation).validate_python({"op": "restyle_deck", "primary_color": color})

"""The labelled prompts of prompts.tsv, as the check is given them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from overten.agent.preflight.models import Facts, GivenFile

FILE = Path(__file__).with_name("prompts.tsv")


class Labelled(NamedTuple):
    """A prompt with what is given beside it, and what of it is missing; None where either verdict is right."""

    part: str
    language: str
    facts: Facts
    missing: set[str] | None


def labelled() -> Iterator[Labelled]:
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            part, language, document_format, given, missing, prompt = line.split("\t")
            facts = Facts.model_validate({"format": document_format, "prompt": prompt, **_given(given.split(","))})
            expected = None if missing == "?" else set() if missing == "-" else set(missing.split(","))
            yield Labelled(part, language, facts, expected)


def _given(names: list[str]) -> dict[str, object]:
    return {
        "image_tags": [["shop"]] if "images" in names else [],
        "data_sources": [GivenFile(name="sales.csv", kind="csv")] if "data" in names else [],
        "context_files": [GivenFile(name="report.pdf", kind="pdf")] if "files" in names else [],
        "brand_parts": ["primary_color"] if "brand" in names else [],
        "has_init_file": "init" in names,
        "has_template": "template" in names,
        "is_further_turn": "run" in names,
    }

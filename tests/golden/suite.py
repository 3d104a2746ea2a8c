"""What the golden tests of all formats share: the documents made, converted in one go, and pictures compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pypdfium2
import pytest
from PIL import Image
from pydantic import BaseModel

from overten.documents.models import Format
from tests.golden import office
from tests.golden.documents.golden import EXTENSIONS, Golden, Made, documents_of, make, models_in
from tests.golden.pictures import approved_path, compare, draw, side_by_side, why_not_comparable

NOT_IN_A_GOOD_DOCUMENT = ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "Err:5", "###", "Error! ")
DIFFERENCES = Path(tempfile.gettempdir()) / "overten-golden-differences"


@dataclass
class Suite:
    """The golden documents of a format. What cannot be made fails the tests of that document, not of all."""

    format: Format
    folder: Path
    failures: dict[str, Exception] = field(default_factory=dict)

    @cached_property
    def goldens(self) -> dict[str, Golden]:
        return documents_of(self.format)

    @cached_property
    def all_made(self) -> dict[str, Made]:
        done = {}
        for name, golden in self.goldens.items():
            try:
                done[name] = make(self.format, golden)
            except Exception as error:  # noqa: BLE001 - told by the tests of the document
                self.failures[name] = error
        return done

    def made(self, name: str) -> Made:
        made = self.all_made.get(name)
        if made is None:
            raise self.failures[name]
        return made

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.{EXTENSIONS[self.format]}"

    @cached_property
    def _files(self) -> list[Path]:
        for name, made in self.all_made.items():
            self.file(name).write_bytes(made.data)
        return [self.file(name) for name in self.all_made]

    @cached_property
    def _pdfs(self) -> Path:
        if not office.program():
            pytest.skip("LibreOffice (soffice) is not installed")
        office.convert(self._files, "pdf", self.folder)
        return self.folder

    def pdf(self, name: str) -> Path:
        """The document's PDF. All are made when the first is asked for."""
        self.made(name)
        path = self._pdfs / f"{name}.pdf"
        assert path.exists(), f"LibreOffice does not open {name}"
        return path

    @cached_property
    def recalculated(self) -> Path:
        """A folder of the files as LibreOffice writes them after calculating all formulas itself."""
        if not office.program():
            pytest.skip("LibreOffice (soffice) is not installed")
        folder = self.folder / "recalculated"
        folder.mkdir()
        files = [path for path in self._files if self.goldens[path.stem].recalculable]
        office.convert(files, EXTENSIONS[self.format], folder, recalculated=True)
        return folder


def suite_of(document_format: Format, factory: pytest.TempPathFactory) -> Suite:
    return Suite(document_format, factory.mktemp(document_format))


def check_findings(suite: Suite, name: str) -> None:
    """Nothing is found but the warnings that are meant."""
    findings = suite.made(name).findings
    unexpected = [finding for finding in findings if finding.code not in suite.goldens[name].warns]
    assert unexpected == []
    assert {finding.code for finding in findings} == set(suite.goldens[name].warns), "a warning that is no more"
    assert {finding.severity for finding in findings} <= {"warning"}


def check_pdf(suite: Suite, name: str) -> None:
    """As many pages as meant, all the words meant, and no sign of a broken formula or reference."""
    golden, document = suite.goldens[name], pypdfium2.PdfDocument(suite.pdf(name))
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    pages = len(document)
    document.close()
    assert [words for words in golden.says if " ".join(words.split()) not in text] == [], text
    assert [sign for sign in NOT_IN_A_GOOD_DOCUMENT if sign in text] == []
    assert pages == golden.pages


def check_picture(suite: Suite, name: str) -> None:
    """The document looks as approved; else the new picture and a comparison are written to DIFFERENCES."""
    path = approved_path(suite.format, name)
    reason = why_not_comparable(suite.folder)
    if reason:
        pytest.skip(reason)
    picture = draw(suite.format, suite.pdf(name))
    assert path.exists(), f"{name} has no approved picture; run `make approve` and look at it"
    approved = Image.open(path)
    difference = compare(picture, approved)
    if difference.reason:
        folder = DIFFERENCES / suite.format
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{name}.png")
        side_by_side(picture, approved).save(folder / f"{name}-difference.png")
        pytest.fail(f"{name} looks different: {difference.reason}; see {folder}/{name}-difference.png")


def unused(suite: Suite, union: Any) -> set[str]:
    """Members of a union of operations, and values of their literals, that no document has."""
    used = {(type(model), name, _value(getattr(model, name)))
            for made in suite.all_made.values() for operation in made.used for model in models_in(operation)
            for name in type(model).model_fields}  # fmt: skip
    wanted = {
        (model, name, value)
        for model in _models_of(union, set())
        for name, info in model.model_fields.items()
        for value in _literals(info.annotation)
    }
    return {f"{model.__name__}.{name}={value}" for model, name, value in wanted - used}


def _value(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool)) else None


def _models_of(annotation: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for info in annotation.model_fields.values():
                _models_of(info.annotation, seen)
        return seen
    for part in get_args(annotation):
        if not isinstance(part, (str, int)):
            _models_of(part, seen)
    return seen


def _literals(annotation: Any) -> Iterator[str | int]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _literals(part)

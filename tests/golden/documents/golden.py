"""What a golden document is, and how it is made: by the engine's operations and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, TypeAdapter

from overten.documents.engine import Look
from overten.documents.engines import engine_of
from overten.documents.models import Finding, Format
from tests.golden.documents.assets import ASSETS

CREATED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FORMATS: tuple[Format, ...] = get_args(Format)
EXTENSIONS: dict[Format, str] = {"excel": "xlsx", "word": "docx", "slides": "pptx"}

NO_LOOK = Look()
Operation = dict[str, Any]
Step = Operation | Callable[[Any], Operation] | None
"""An operation as a model would give it; or one that needs an anchor or id, made from the document; or None: the
document is written and opened again as a file of somebody's."""


@dataclass(frozen=True)
class Golden:
    """`pages` of the PDF and `says`, texts that must be in it. `holds` is what a reader that is not ours counts.
    `warns` are the codes of the warnings that are meant. A document is not `drawn` if its letters are in no font that
    every machine has; it is not `recalculable` if it has functions that LibreOffice does not know."""

    steps: list[Step]
    pages: int
    says: tuple[str, ...] = ()
    holds: Mapping[str, int] = field(default_factory=dict)
    look: Look = NO_LOOK
    warns: tuple[str, ...] = ()
    drawn: bool = True
    recalculable: bool = True


class Made(NamedTuple):
    data: bytes
    findings: list[Finding]
    used: list[BaseModel]
    """The operations as the engine's models."""


def make(document_format: Format, golden: Golden) -> Made:
    """Makes the file. The same golden document gives the same bytes."""
    engine = engine_of(document_format)
    union: TypeAdapter[BaseModel] = TypeAdapter(_union(engine.operations))
    document = _bound(document_format, engine.new(golden.look))
    used = []
    for step in golden.steps:
        if step is None:
            document = _bound(document_format, engine.open(engine.write(document, created=CREATED)))
            continue
        operation = union.validate_python(step(document) if callable(step) else step)
        engine.apply(document, operation)
        used.append(operation)
    data = engine.write(document, created=CREATED)
    return Made(data, engine.verify(data, document), used)


def _union(models: tuple[type[BaseModel], ...]) -> Any:
    from typing import Annotated, Union

    from pydantic import Field

    return Annotated[Union[models], Field(discriminator="op")]  # noqa: UP007 - made from a tuple


def _bound(document_format: Format, document: Any) -> Any:
    engine_of(document_format).bind(document, ASSETS.get)
    if document_format == "word":
        document.now = CREATED
    return document


def documents_of(document_format: Format) -> dict[str, Golden]:
    if document_format == "excel":
        from tests.golden.documents.excel import DOCUMENTS
    elif document_format == "word":
        from tests.golden.documents.word import DOCUMENTS
    else:
        from tests.golden.documents.slides import DOCUMENTS
    return DOCUMENTS


def models_in(value: Any) -> Iterator[BaseModel]:
    """A model and all models within it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, list):
        for member in value:
            yield from models_in(member)

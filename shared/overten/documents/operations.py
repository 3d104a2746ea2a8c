"""What the operations of all formats have in common."""

from __future__ import annotations

import re
from typing import Annotated, Any, cast, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

HexColor = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]

# What XML 1.0 cannot carry (https://www.w3.org/TR/xml/#charsets). Nobody sees these characters; a file with one does
# not open.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Operation(BaseModel):
    """Base of all operations and their parts. Takes characters that no file can hold out of every text."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def clean(cls, text: str) -> str:
        """A text as the document is to hold it."""
        return _NOT_IN_XML.sub("", text)

    @model_validator(mode="before")
    @classmethod
    def _clean_texts(cls, value: Any) -> Any:
        return {name: cls._cleaned(member) for name, member in value.items()} if isinstance(value, dict) else value

    @classmethod
    def _cleaned(cls, value: Any) -> Any:
        if isinstance(value, str):
            return cls.clean(value)
        return [cls._cleaned(member) for member in value] if isinstance(value, list) else value


def classes_of(union: Any) -> tuple[type[BaseModel], ...]:
    """The models of a discriminated union that is annotated with its discriminator."""
    members, *_ = get_args(union)
    return cast("tuple[type[BaseModel], ...]", get_args(members))

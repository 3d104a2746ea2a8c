"""What an uploaded file turned out to be, or why it is not taken."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "xlsx", "xlsm", "xltx", "docx", "docm", "dotx", "pptx", "pptm", "potx",
    "xls", "doc", "ppt",
    "csv", "tsv", "txt", "pdf",
    "png", "jpeg", "webp", "gif",
]  # fmt: skip

_OOXML = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES: dict[Kind, str] = {
    "xlsx": f"{_OOXML}.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xltx": f"{_OOXML}.spreadsheetml.template",
    "docx": f"{_OOXML}.wordprocessingml.document",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "dotx": f"{_OOXML}.wordprocessingml.template",
    "pptx": f"{_OOXML}.presentationml.presentation",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "potx": f"{_OOXML}.presentationml.template",
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}
IMAGES: frozenset[Kind] = frozenset({"png", "jpeg", "webp", "gif"})
TEXTS: frozenset[Kind] = frozenset({"csv", "tsv", "txt"})
SPREADSHEETS: frozenset[Kind] = frozenset({"xlsx", "xlsm", "xltx", "xls", "csv", "tsv"})
WORD_DOCUMENTS: frozenset[Kind] = frozenset({"docx", "docm", "dotx", "doc"})
PRESENTATIONS: frozenset[Kind] = frozenset({"pptx", "pptm", "potx", "ppt"})


class Caveat(BaseModel):
    """Something about an accepted file that its user should know, such as macros that are never run."""

    code: str
    message: str


class Examined(BaseModel):
    """What the bytes of a file are. Names and declared types have no say in it.

    `width` and `height` are in pixels as a viewer shows them (EXIF orientation applied), for images only; `frames` is
    more than 1 for animations. `text_encoding` is a Python codec name, for texts only.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    text_encoding: str | None = None
    caveats: list[Caveat] = Field(default_factory=list)

    @property
    def content_type(self) -> str:
        """The media type to store and serve the file with."""
        return CONTENT_TYPES[self.kind]

    @property
    def extension(self) -> str:
        """With its dot, such as `.xlsx`."""
        return ".jpg" if self.kind == "jpeg" else f".{self.kind}"

    @property
    def is_image(self) -> bool:
        return self.kind in IMAGES

    @property
    def is_text(self) -> bool:
        return self.kind in TEXTS

    @property
    def is_spreadsheet(self) -> bool:
        return self.kind in SPREADSHEETS

    @property
    def is_word_document(self) -> bool:
        return self.kind in WORD_DOCUMENTS

    @property
    def is_presentation(self) -> bool:
        return self.kind in PRESENTATIONS

    @property
    def is_document(self) -> bool:
        """Anything but an image: what `POST /files` takes."""
        return not self.is_image


class Unacceptable(Exception):
    """The file is not taken.

    `reason` is one of the codes below, `message` is safe for end users and says what to do about it.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


Reason = Literal[
    "empty",
    "too_large",
    "unknown_type",
    "not_supported",
    "svg_not_allowed",
    "encrypted",
    "zip_bomb",
    "too_many_parts",
    "pixel_bomb",
    "too_many_frames",
    "damaged",
    "unsafe_archive",
    "unsafe_xml",
]


def damaged() -> Unacceptable:
    """The commonest of refusals: the file is not whole, or not what it claims to be."""
    return Unacceptable("damaged", "The file is damaged or incomplete. Open it, save it anew, and upload it again.")

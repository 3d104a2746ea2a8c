"""A process that converts one document and ends: `python -m overten.export.office.worker`.

It is told what to be by a line of JSON on its standard input (`Setup`), gives up what it does not need, starts
LibreOffice and says so on its standard output. Then it warms up until the next line comes, the `Order`, converts,
answers and ends. When its input ends instead, so does it. It runs without third-party libraries.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TypedDict

from overten.export.office.guards import limit, restrict
from overten.export.office.kit import Kit, KitError
from overten.export.office.profile import write_profile

_NEAR_BYTES = 64 * 2**20
CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)


class Setup(TypedDict):
    """`folder` is private and has `in`, `out` and `tmp` within it. Guards that are not named are off, for tests."""

    folder: str
    library: str
    version: str
    memory_bytes: int
    file_bytes: int
    guards: list[str]
    readable: list[str]


class Order(TypedDict):
    """`name` lies in `in`, `result` is to be written into `out`; `options` are LibreOffice's own for the filter."""

    name: str
    result: str
    kind: str
    options: str
    seconds: int


class Answer(TypedDict, total=False):
    """The first answer has `ready`, the second `done`; `refused` and `broken` say why there is none.

    `is_short` if it may have been for want of memory, which LibreOffice does not tell from a damaged document.
    """

    ready: list[str]
    done: bool
    refused: str
    broken: str
    is_short: bool
    peak_bytes: int


def main() -> None:
    answers = os.dup(1)
    # LibreOffice prints, and what it prints may be the document's.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    lines = Lines(0)
    first = lines.next()
    if first is None:
        return
    setup: Setup = json.loads(first)
    folder = Path(setup["folder"])
    answer: Answer
    try:
        kit, guards = _start(setup, folder)
    except (OSError, KitError) as error:
        _say(answers, {"broken": str(error)})
        return
    _say(answers, {"ready": guards})
    _warm_up(kit, folder, lines)
    line = lines.next()
    if line is None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)
    try:
        _convert(kit, folder, json.loads(line))
        answer = {"done": True}
    except KitError as error:
        answer = {"refused": str(error), "is_short": _is_short(setup["memory_bytes"])}
    unit = 1 if sys.platform == "darwin" else 1024
    _say(answers, {**answer, "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit})
    os._exit(0)  # LibreOffice's own end takes time, and may crash


class Lines:
    """Lines of a file descriptor, with the question whether there is one to read."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._read = b""

    def next(self) -> str | None:
        """The next line, or None at the end."""
        while b"\n" not in self._read:
            piece = os.read(self._source, 65536)
            if not piece:
                return None
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        return line.decode()

    def is_waiting(self) -> bool:
        return bool(self._read) or bool(select.select([self._source], [], [], 0)[0])


def _start(setup: Setup, folder: Path) -> tuple[Kit, list[str]]:
    wanted = setup["guards"]
    library = Path(setup["library"])
    profile = folder / "profile"
    write_profile(profile, version=setup["version"], is_hardened="profile" in wanted)
    limit(memory_bytes=setup["memory_bytes"], file_bytes=setup["file_bytes"])
    guards = restrict(
        network="seccomp" in wanted,
        files="landlock" in wanted,
        private=folder,
        readable=[library.parent.parent, *map(Path, setup["readable"])],
    )
    kit = Kit(library, profile)
    # LibreOffice's own handler asks what to do and waits for ever.
    for crash in CRASHES:
        signal.signal(crash, signal.SIG_DFL)
    return kit, guards


def _warm_up(kit: Kit, folder: Path, lines: Lines) -> None:
    """Converts a line of text and a cell, so that what it takes is loaded; stops as soon as there is an order."""
    warm = folder / "warm"
    warm.mkdir()
    for name in _DOCUMENTS:
        if lines.is_waiting():
            return
        (warm / name).write_bytes(warm_document(name))
        with contextlib.suppress(KitError):  # then it is not as warm as it might be
            kit.convert(warm / name, warm / f"{name}.pdf", "pdf")
    shutil.rmtree(warm, ignore_errors=True)


def warm_document(name: str) -> bytes:
    """The smallest document of a kind, "warm.docx" or "warm.xlsx"."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for part, content in _DOCUMENTS[name].items():
            package.writestr(part, content)
    return written.getvalue()


def _convert(kit: Kit, folder: Path, order: Order) -> None:
    # A second end, should nobody be there any more to stop this process.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(order["seconds"])
    kit.convert(folder / "in" / order["name"], folder / "out" / order["result"], order["kind"], order["options"])


def _is_short(memory_bytes: int) -> bool:
    """Whether this process came near its limit of addresses."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return False
    peak_kib = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPeak:")), 0)
    return peak_kib * 1024 > memory_bytes - _NEAR_BYTES


def _say(answers: int, answer: Answer) -> None:
    os.write(answers, json.dumps(answer).encode() + b"\n")


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MIME = "application/vnd.openxmlformats-officedocument"


def _types(*parts: tuple[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{_MIME}.{kind}+xml"/>' for part, kind in parts)
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{relations}{overrides}</Types>'


def _relation(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'


_DOCUMENTS = {
    "warm.docx": {
        "[Content_Types].xml": _types(("word/document.xml", "wordprocessingml.document.main")),
        "_rels/.rels": _relation("officeDocument", "word/document.xml"),
        "word/document.xml": f'{_DECLARATION}<w:document xmlns:w="{_WORD}"><w:body>'
        "<w:p><w:r><w:t>Warm</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Warm</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:body></w:document>",
    },
    "warm.xlsx": {
        "[Content_Types].xml": _types(
            ("xl/workbook.xml", "spreadsheetml.sheet.main"), ("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet")
        ),
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'{_DECLARATION}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Warm" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'{_DECLARATION}<worksheet xmlns="{_SHEET}"><sheetData><row r="1">'
        '<c r="A1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>',
    },
}


if __name__ == "__main__":
    main()

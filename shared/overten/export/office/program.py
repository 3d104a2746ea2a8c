"""Where LibreOffice is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overten.export.errors import OfficeMissing

# What has LibreOfficeKit in it: Linux distributions, The Document Foundation's own builds, macOS.
_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so", "libmergedlo.dylib", "libsofficeapp.dylib")
_USUAL = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/usr/local/lib/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/Frameworks",
    "~/Applications/LibreOffice.app/Contents/Frameworks",
)
_MISSING = (
    "This export needs LibreOffice. Install it with `apt-get install libreoffice-calc libreoffice-writer "
    "libreoffice-impress` (macOS: `brew install --cask libreoffice`) and start anew."
)


@dataclass(frozen=True)
class Program:
    """An installation. `folder` is the one of its libraries, `version` such as "25.2", empty if it is not told."""

    folder: Path
    version: str

    @property
    def library(self) -> Path:
        """The library to load. Raises OfficeMissing."""
        for name in _LIBRARIES:
            if (self.folder / name).exists():
                return self.folder / name
        raise OfficeMissing(_MISSING)


def find_program(folder: Path | None = None) -> Program:
    """The installation in `folder`, or the one that is found: that of OVERTEN_OFFICE, of `soffice`, in usual places.

    Raises OfficeMissing.
    """
    for candidate in [folder] if folder else _candidates():
        if any((candidate / name).exists() for name in _LIBRARIES):
            return Program(candidate, _version(candidate))
    raise OfficeMissing(_MISSING)


def _candidates() -> Iterator[Path]:
    if told := os.environ.get("OVERTEN_OFFICE"):
        yield Path(told)
        return
    if command := shutil.which("soffice") or shutil.which("libreoffice"):
        real = Path(command).resolve()
        yield real.parent
        yield real.parent.parent / "Frameworks"
    for pattern in _USUAL:
        path = Path(pattern.replace("~", os.environ.get("HOME", "/nowhere")))
        yield from sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))), reverse=True)


def _version(folder: Path) -> str:
    for file in (folder / "bootstraprc", folder.parent / "Resources" / "bootstraprc"):
        if file.exists():
            found = re.search(r"^ProductKey=.*?(\d+\.\d+)", file.read_text("utf-8", "replace"), re.MULTILINE)
            return found[1] if found else ""
    return ""

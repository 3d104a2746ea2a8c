"""Run while the image is built: converts a document of each kind and holds the guards and fonts to be there."""

from __future__ import annotations

import subprocess

import pypdfium2

from overten.export.office.engine import Office
from overten.export.office.worker import warm_document

_FONTS = {
    "Calibri": "Carlito",
    "Cambria": "Caladea",
    "Arial": "Liberation Sans",
    "Aptos": "Carlito",
    "Segoe UI": "Noto Sans",
    "Inter": "Inter",
}


def main() -> None:
    for wanted, expected in _FONTS.items():
        found = subprocess.run(  # noqa: S603
            ["/usr/bin/fc-match", "--format=%{family[0]}", wanted], capture_output=True, text=True, check=True
        ).stdout
        assert found == expected, f"{wanted} is drawn with {found}"  # noqa: S101
    with Office() as office:
        for extension, data in {kind: warm_document(f"warm.{kind}") for kind in ("docx", "xlsx")}.items():
            for target in ("pdf", "html"):
                made = office.convert(data, extension, target, timeout_seconds=120)
                assert made.data  # noqa: S101
                if target == "pdf":
                    assert len(pypdfium2.PdfDocument(made.data)) == 1  # noqa: S101
        office.wait_until_ready(120)
        assert set(office.guards) >= {"seccomp"}  # noqa: S101 - it holds wherever the build runs
    print("LibreOffice", office.program.version, "converts")  # noqa: T201


if __name__ == "__main__":
    main()

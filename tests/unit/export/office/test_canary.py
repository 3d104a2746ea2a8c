"""Nothing that a document asks for outside itself is fetched: not from a server, not from the disk."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from overten.export.office.engine import GUARDS, Office
from tests.unit.export.office import documents

pytestmark = pytest.mark.enable_socket
SECONDS = 120
MAGENTA = (255, 0, 255)
SECRET = "the secret of this machine"
WITH_LINKS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "a picture in a document": ("docx", documents.docx_with_picture),
    "a picture said to be a hyperlink": ("docx", documents.docx_with_picture_by_hyperlink),
    "a template": ("docx", documents.docx_with_template),
    "HTML in a document": ("docx", documents.docx_with_html),
    "a field for a picture": ("docx", lambda url: documents.docx_with_field(f'INCLUDEPICTURE "{url}" \\d')),
    "a field for a text": ("docx", lambda url: documents.docx_with_field(f'INCLUDETEXT "{url}"')),
    "a linked object": ("docx", documents.docx_with_object),
    "a picture in a workbook": ("xlsx", documents.xlsx_with_picture),
    "another workbook": ("xlsx", documents.xlsx_with_workbook),
    "a web service": ("xlsx", lambda url: documents.xlsx_with_formula(f'_xlfn.WEBSERVICE("{url}")')),
    "a picture on a slide": ("pptx", documents.pptx_with_picture),
}


class Canary:
    """A server whose every file is the picture of a secret, and which remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked, picture = self.asked, magenta()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(f"{self.command} {self.path}")
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(picture)

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the names that the server looks for

            def log_message(self, *_: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/canary.png"


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    threading.Thread(target=canary.server.serve_forever, daemon=True).start()
    yield canary
    canary.server.shutdown()
    canary.server.server_close()


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder with a secret as a picture and one as a text."""
    (tmp_path / "secret.png").write_bytes(magenta())
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path


@pytest.mark.parametrize("what", WITH_LINKS)
def test_a_server_is_never_asked(what: str, office: Office, canary: Canary) -> None:
    extension, document = WITH_LINKS[what]
    converted = office.convert(document(canary.url), extension, "pdf", timeout_seconds=SECONDS)
    assert canary.asked == []
    assert not shows_magenta(converted.data)


@pytest.mark.parametrize("what", [what for what in WITH_LINKS if what not in ("a web service", "a template")])
def test_a_file_of_the_machine_is_never_shown(what: str, office: Office, secrets: Path) -> None:
    extension, document = WITH_LINKS[what]
    file = secrets / ("secret.txt" if "text" in what else "secret.png")
    converted = office.convert(document(file.as_uri()), extension, "pdf", timeout_seconds=SECONDS)
    assert not shows_magenta(converted.data)
    assert SECRET not in text_of(converted.data)


@pytest.mark.parametrize("target", ["xls", "doc"])
def test_neither_are_they_by_formats_of_old(target: str, office: Office, canary: Canary) -> None:
    source = "docx" if target == "doc" else "xlsx"
    document = documents.docx_with_picture if target == "doc" else documents.xlsx_with_workbook
    with Office(guards=[], spare=0) as unguarded:
        legacy = unguarded.convert(document(canary.url), source, target, timeout_seconds=SECONDS).data
    canary.asked.clear()
    office.convert(legacy, target, "pdf", timeout_seconds=SECONDS)
    assert canary.asked == []


@pytest.mark.usefixtures("office")
def test_without_guards_the_canary_is_asked_and_the_secret_shown(canary: Canary, secrets: Path) -> None:
    """Else the tests above would prove nothing."""
    picture = documents.docx_with_picture
    with Office(guards=[]) as unguarded:
        fetched = unguarded.convert(picture(canary.url), "docx", "pdf", timeout_seconds=SECONDS)
        read = unguarded.convert(picture((secrets / "secret.png").as_uri()), "docx", "pdf", timeout_seconds=SECONDS)
    assert "GET /canary.png" in canary.asked
    assert shows_magenta(fetched.data)
    assert shows_magenta(read.data)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("picture", [documents.docx_with_picture, documents.docx_with_picture_by_hyperlink])
@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard != "landlock"])
def test_each_guard_alone_keeps_a_document_from_the_network(
    guard: str, picture: Callable[[str], bytes], canary: Canary
) -> None:
    with Office(guards=[guard], spare=0) as office:
        converted = office.convert(picture(canary.url), "docx", "pdf", timeout_seconds=SECONDS)
    assert canary.asked == []
    assert not shows_magenta(converted.data)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard != "seccomp"])
def test_each_guard_alone_keeps_a_document_from_the_disk(guard: str, secrets: Path) -> None:
    document = documents.docx_with_picture((secrets / "secret.png").as_uri())
    with Office(guards=[guard], spare=0) as office:
        converted = office.convert(document, "docx", "pdf", timeout_seconds=SECONDS)
    assert not shows_magenta(converted.data)


def test_a_picture_of_the_documents_own_is_shown(office: Office) -> None:
    """Guards that keep everything out would pass the tests above, too."""
    import docx

    made = docx.Document()
    made.add_picture(BytesIO(magenta()))
    written = BytesIO()
    made.save(written)
    assert shows_magenta(office.convert(written.getvalue(), "docx", "pdf", timeout_seconds=SECONDS).data)


def test_a_hyperlink_is_kept(office: Office, canary: Canary) -> None:
    converted = office.convert(documents.docx_with_hyperlink(canary.url), "docx", "html", timeout_seconds=SECONDS)
    assert f'href="{canary.url}"'.encode() in converted.data
    assert canary.asked == []


def test_what_came_from_another_workbook_keeps_its_last_value(office: Office, canary: Canary) -> None:
    converted = office.convert(documents.xlsx_with_workbook(canary.url), "xlsx", "pdf", timeout_seconds=SECONDS)
    assert text_of(converted.data).split() == ["4711", "4711"]


def magenta() -> bytes:
    written = BytesIO()
    Image.new("RGB", (64, 64), MAGENTA).save(written, "PNG")
    return written.getvalue()


def shows_magenta(pdf: bytes) -> bool:
    """Whether the first page has the secret's colour, give or take what JPEG makes of it."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    colors = picture.getcolors(1 << 24) or []
    return any(max(abs(a - b) for a, b in zip(color, MAGENTA, strict=True)) < 12 for _, color in colors)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)

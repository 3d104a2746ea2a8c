"""The pool: each document has a process of its own, and whatever becomes of one, the next is converted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pypdfium2
import pytest

from overten.export import errors
from overten.export.errors import ConverterFailed, DocumentRefused, OfficeMissing
from overten.export.office.engine import Office
from overten.export.office.profile import write_profile
from tests.unit.export.office import documents

SECONDS = 120
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
TEXT = documents.docx(documents.paragraph("One of a kind") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')


@pytest.mark.parametrize(
    ("extension", "document", "text"),
    [
        ("docx", TEXT, "One of a kind"),
        ("xlsx", documents.xlsx_with_formula("A1*6"), "42"),
    ],
)
def test_a_document_becomes_pdf(extension: str, document: bytes, text: str, office: Office) -> None:
    converted = office.convert(document, extension, "pdf", timeout_seconds=SECONDS)
    assert text in text_of(converted.data)
    assert converted.peak_bytes > 50 * 2**20


@pytest.mark.parametrize("target", ["html", "txt", "odt", "docx"])
def test_and_other_formats(target: str, office: Office) -> None:
    signature = {"html": b"<!DOCTYPE html", "txt": b"\xef\xbb\xbfOne of a kind"}.get(target, b"PK\x03\x04")
    data = office.convert(TEXT, "docx", target, timeout_seconds=SECONDS).data
    assert data.removeprefix(b"\xef\xbb\xbf").startswith(signature.removeprefix(b"\xef\xbb\xbf"))


def test_pictures_of_html_are_beside_it(office: Office) -> None:
    from tests.unit.export.office.test_canary import magenta

    document = _with_picture(magenta())
    converted = office.convert(document, "docx", "html", timeout_seconds=SECONDS)
    (name,) = converted.side_files
    assert name.encode() in converted.data


def test_options_reach_the_filter(office: Office) -> None:
    options = {"PageRange": "2", "UseTaggedPDF": True, "SelectPdfVersion": 2}
    plain = office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS).data
    chosen = office.convert(TEXT, "docx", "pdf", options, timeout_seconds=SECONDS).data
    assert (pages_of(plain), pages_of(chosen)) == (2, 1)
    assert b"/StructTreeRoot" in chosen
    assert b"pdfaid" in chosen


def test_formulas_keep_the_values_they_came_with(office: Office) -> None:
    known = documents.xlsx('<c r="A1"><v>7</v></c><c r="B1"><f>A1*2</f><v>99</v></c><c r="C1"><f>A1*2</f></c>')
    text = text_of(office.convert(_from_excel(known), "xlsx", "pdf", timeout_seconds=SECONDS).data)
    assert text.split() == ["7", "99", "14"]


def test_each_document_has_a_process_and_a_folder_of_its_own(office: Office) -> None:
    seen = set()
    for _ in range(2):
        worker = office._workers[0]
        office.convert(TEXT, "docx", "txt", timeout_seconds=SECONDS)
        assert not worker.folder.exists()
        assert worker._process.poll() is not None
        seen.add(worker._process.pid)
    assert len(seen) == 2


def test_the_next_process_is_started_before_it_is_needed(office: Office) -> None:
    office.convert(TEXT, "docx", "txt", timeout_seconds=SECONDS)
    office.wait_until_ready(SECONDS)
    assert len(office._workers) == 1


def test_several_threads_convert_at_once(office: Office) -> None:
    made: list[str] = []

    def convert(number: int) -> None:
        document = documents.docx(documents.paragraph(f"Document {number}"))
        made.append(office.convert(document, "docx", "txt", timeout_seconds=SECONDS).data.decode("utf-8-sig").strip())

    threads = [threading.Thread(target=convert, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [f"Document {number}" for number in range(4)]


def test_one_that_hangs_is_stopped_at_its_time_and_the_next_is_converted(office: Office) -> None:
    office.wait_until_ready(SECONDS)
    worker = office._workers[0]
    os.kill(worker._process.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(ConverterFailed, match="longer than 1 second"):
        office.convert(TEXT, "docx", "pdf", timeout_seconds=1)
    assert time.monotonic() - began < 20
    assert worker._process.poll() == -signal.SIGKILL
    assert not worker.folder.exists()
    assert pages_of(office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS).data) == 2


def test_one_that_crashes_is_told_of_at_once_and_the_next_is_converted(office: Office) -> None:
    office.wait_until_ready(SECONDS)
    worker = office._workers[0]
    os.kill(worker._process.pid, signal.SIGSTOP)  # so that the order is on its way when it crashes
    threading.Timer(1, lambda: os.kill(worker._process.pid, signal.SIGKILL)).start()
    with pytest.raises(ConverterFailed, match="stopped unexpectedly"):
        office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS)
    assert pages_of(office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS).data) == 2


@pytest.mark.parametrize("is_ready", [False, True])
def test_one_that_died_while_it_waited_costs_no_conversion(is_ready: bool) -> None:
    with _office(spare=1) as office:
        if is_ready:
            office.wait_until_ready(SECONDS)
        os.kill(office._workers[0]._process.pid, signal.SIGKILL)
        if is_ready:
            office._workers[0]._process.wait()
        assert pages_of(office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS).data) == 2


def test_what_needs_more_memory_than_there_is_fails_as_that(office: Office) -> None:
    """LibreOffice takes some 800 MiB of addresses where it has them."""
    with Office(spare=0, memory_bytes=300 * 2**20) as small, pytest.raises(ConverterFailed):
        small.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS)


def test_refused_documents_take_no_process(office: Office) -> None:
    with pytest.raises(DocumentRefused):
        office.convert(b"PK\x03\x04 and no more", "docx", "pdf", timeout_seconds=SECONDS)
    assert pages_of(office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS).data) == 2


@LINUX
def test_no_credentials_reach_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    with _office(spare=1) as office:
        office.wait_until_ready(SECONDS)
        environment = Path(f"/proc/{office._workers[0]._process.pid}/environ").read_bytes()
    assert environment
    assert b"AWS_" not in environment


@LINUX
@pytest.mark.usefixtures("office")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    code = (
        "import os, signal\nfrom overten.export.office.engine import Office\n"
        "office = Office()\noffice.wait_until_ready(100)\n"
        "print(office._workers[0]._process.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    shared = str(Path(errors.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": shared, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    worker = Path("/proc") / done.stdout.strip()
    until = time.monotonic() + SECONDS
    while (worker / "cmdline").exists() and b"office" in (worker / "cmdline").read_bytes():
        assert time.monotonic() < until
        time.sleep(0.1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_closing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Office(spare=2) as closed:
        workers = list(closed._workers)
        assert len(workers) == 2
    assert list(tmp_path.iterdir()) == []
    assert all(worker._process.poll() is not None for worker in workers)
    with pytest.raises(ConverterFailed, match="closed"):
        closed.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS)


def test_without_libreoffice_it_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(OfficeMissing, match="apt-get install libreoffice"):
        Office(program=tmp_path)


def test_a_library_that_does_not_load_is_no_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "libmergedlo.so").write_bytes(b"not a library")
    with Office(program=tmp_path) as office, pytest.raises(OfficeMissing, match="does not start"):
        office.convert(TEXT, "docx", "pdf", timeout_seconds=SECONDS)


def test_the_profile_forbids_macros_links_and_updates(tmp_path: Path) -> None:
    write_profile(tmp_path / "profile", version="25.2")
    settings = (tmp_path / "profile" / "user" / "registrymodifications.xcu").read_text()
    for name, value in {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
        "OOXMLRecalcMode": "1",
        "ooSetupLastVersion": "25.2",
    }.items():
        assert f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>' in settings


def _office(*, spare: int) -> Office:
    try:
        return Office(spare=spare)
    except OfficeMissing as error:
        pytest.skip(str(error))


def _from_excel(document: bytes) -> bytes:
    """As a program is known whose values are trusted."""
    import zipfile
    from io import BytesIO

    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"
    mime = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    properties = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "_rels/.rels":
                text = text.replace(
                    "</Relationships>",
                    f'<Relationship Id="rId7" Type="{kind}" Target="docProps/app.xml"/></Relationships>',
                )
            if name == "[Content_Types].xml":
                text = text.replace(
                    "</Types>", f'<Override PartName="/docProps/app.xml" ContentType="{mime}"/></Types>'
                )
            target.writestr(name, text)
        inner = "<Application>Microsoft Excel</Application><AppVersion>16.0300</AppVersion>"
        target.writestr("docProps/app.xml", f'<Properties xmlns="{properties}">{inner}</Properties>')
    return written.getvalue()


def _with_picture(picture: bytes) -> bytes:
    from io import BytesIO

    import docx

    made = docx.Document()
    made.add_picture(BytesIO(picture))
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)

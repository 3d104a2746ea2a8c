"""Real documents, where a copy of the corpus is at hand: its SOURCES.tsv says where each comes from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from overten.assets.examine import Unacceptable, examine
from tests.corpus import CORPUS

DOCUMENTS = sorted(file for file in CORPUS.rglob("*") if file.is_file() and file.suffix != ".tsv")

pytestmark = pytest.mark.skipif(not DOCUMENTS, reason="the corpus is not here")

# What the name or the folder says, the bytes do not.
OTHERWISE = {
    "poi-50abc5-stress014.docx": "dotx",
    "poi-97ba20-stress002.xlsx": "xlsm",
    "poi-0c13fa-54764-2.xlsx": "unsafe_xml",  # a billion laughs
    "poi-90a2f3-cryptoapi-proc2356.ppt": "encrypted",
}
# Of the hostile ones: protected against editing only, or broken in ways that a reader copes with.
HARMLESS = {
    "open-xml-sdk-01f2ce-BadDocProps.docx": "docx",
    "open-xml-sdk-46100b-Invalid_Word15Comments.docx": "docx",
    "open-xml-sdk-4d130b-partial_protected.docx": "docx",
    "open-xml-sdk-773c29-write_protected.docx": "docx",
    "open-xml-sdk-85bebe-block_hyperlink_crash.pptx": "pptx",
    "open-xml-sdk-d508b6-00cb49ed-f996-4a3b-9bad-8676e765c4b2.xlsx": "xlsx",
    "open-xml-sdk-e3ffc3-truncatefontheightslikewp6-Truncate_Font_Height-val.docx": "docx",
    "poi-63ba20-workbookProtection_worksheet_protected.xlsx": "xlsx",
    "poi-889b78-workbookProtection_workbook_windows_protected.xlsx": "xlsx",
    "poi-94c313-clusterfuzz-testcase-minimized-POIHWPFFuzzer-4892412469968896.doc": "doc",
    "poi-967a8d-clusterfuzz-testcase-minimized-POIHSSFFuzzer-4657005060816896.xls": "xls",
    "poi-f9ca09-badzip.ppt": "ppt",
    "xlsxwriter-7ef02b-protect07.xlsx": "xlsx",
    "xlsxwriter-e76039-protect02.xlsx": "xlsx",
}
ENCRYPTED = ("encrypted_pptx", "password-is-solrcell", "crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c")


def verdict(document: Path) -> str:
    try:
        with document.open("rb") as file:
            return examine(file, name="upload").kind
    except Unacceptable as refused:
        return refused.reason


@pytest.mark.parametrize(
    "document", [file for file in DOCUMENTS if file.parent.name != "hostile"], ids=lambda file: file.name
)
def test_real_documents_are_taken_for_what_they_are(document: Path) -> None:
    assert verdict(document) == OTHERWISE.get(document.name, document.parent.name)


@pytest.mark.parametrize(
    "document", [file for file in DOCUMENTS if file.parent.name == "hostile"], ids=lambda file: file.name
)
def test_hostile_documents_are_refused_or_harmless(document: Path) -> None:
    began = time.process_time()
    found = verdict(document)
    assert time.process_time() - began < 5
    if any(part in document.name for part in ENCRYPTED):
        assert found == "encrypted"
    elif document.name in HARMLESS:
        assert found == HARMLESS[document.name]
    else:
        assert found in ("damaged", "unsafe_archive")

"""What an examination costs, in a process of its own: memory above the start, processor time as a ratio."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.cloudformation import REPOSITORY
from tests.unit.assets.examine import files

MIB = 2**20
# Examines a small file of the same kind first, so that libraries are loaded before anything is measured.
CHILD = """
import json, resource, sys, time, zipfile
from overten.assets.examine import Unacceptable, examine

def verdict(path):
    try:
        with open(path, "rb") as file:
            return examine(file, name=path).kind
    except Unacceptable as refused:
        return refused.reason

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

small, path = sys.argv[1:]
verdict(small)
before, began = peak(), time.process_time()
found = verdict(path)
seconds, added = time.process_time() - began, peak() - before
began = time.process_time()
if zipfile.is_zipfile(path) and found in ("xlsx", "docx", "pptx"):
    zipfile.ZipFile(path).testzip()
print(json.dumps([found, added, seconds, time.process_time() - began]))
"""


@dataclass(frozen=True)
class Cost:
    verdict: str
    added_bytes: int
    seconds: float
    unpacking_seconds: float


def cost(folder: Path, body: Path, small: bytes) -> Cost:
    example = folder / "small"
    example.write_bytes(small)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "shared")}
    command = [sys.executable, "-c", CHILD, str(example), str(body)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return Cost(*json.loads(done.stdout))


def package_with(path: Path, part: str, pieces: list[bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in files.package_parts("xlsx").items():
            archive.writestr(name, body)
        with archive.open(part, "w") as opened:
            for piece in pieces:
                opened.write(piece)
    return path


def test_a_large_workbook_takes_little_memory_and_hardly_more_time_than_unpacking_it(tmp_path: Path) -> None:
    row = b"".join(b'<c r="A%d" t="n"><v>%d</v></c>' % (n, random.Random(n).randrange(10**9)) for n in range(30_000))
    book = package_with(
        tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", [b"<worksheet>", *[row] * 120, b"</worksheet>"]
    )
    found = cost(tmp_path, book, files.package("xlsx"))
    assert found.verdict == "xlsx"
    assert found.added_bytes < 24 * MIB
    assert found.seconds < 5 * found.unpacking_seconds + 0.5


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    book = package_with(tmp_path / "a.xlsx", "xl/media/a.bin", [bytes(MIB)] * 400)
    found = cost(tmp_path, book, files.package("xlsx"))
    assert found.verdict == "zip_bomb"
    assert found.added_bytes < 8 * MIB
    assert found.seconds < 0.5


def test_a_large_table_is_read_in_pieces(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes("Müller;5;ja\n".encode("cp1252") * 8_000_000)
    found = cost(tmp_path, table, "Müller;5;ja\nJäger;7;nein\n".encode("cp1252") * 30)
    assert found.verdict == "csv"
    assert found.added_bytes < 24 * MIB


def test_a_picture_takes_what_its_pixels_take(tmp_path: Path) -> None:
    size = (4000, 3000)
    decoded_bytes = 4 * size[0] * size[1]
    picture = Image.effect_noise(size, 40).convert("RGB")
    picture.save(tmp_path / "a.jpg", quality=60)
    picture.save(tmp_path / "a.png", compress_level=1)
    as_png = cost(tmp_path, tmp_path / "a.png", files.image("PNG"))
    as_jpeg = cost(tmp_path, tmp_path / "a.jpg", files.image("JPEG"))
    assert (as_png.verdict, as_jpeg.verdict) == ("png", "jpeg")
    assert as_png.added_bytes < 2 * decoded_bytes
    assert as_jpeg.added_bytes < decoded_bytes / 2


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_declares_too_much_takes_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(files.png_of(*size))
    found = cost(tmp_path, picture, files.image("PNG"))
    assert found.verdict == "pixel_bomb"
    assert found.added_bytes < 4 * MIB


def test_an_older_document_with_looping_tables_takes_nothing(tmp_path: Path) -> None:
    sectors = 0x7FFFFF
    loop = struct.pack("<128L", *[0] * 127, 2)
    (tmp_path / "a.xls").write_bytes(files.ole_header(109 + sectors * 127, sectors) + bytes(1024) + loop + bytes(4096))
    found = cost(tmp_path, tmp_path / "a.xls", files.xls())
    assert found.verdict == "damaged"
    assert found.added_bytes < 4 * MIB

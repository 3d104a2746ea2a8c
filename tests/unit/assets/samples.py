"""Small uploads, and a form that carries them."""

from __future__ import annotations

import io
import uuid

import openpyxl
from PIL import Image

RENTS = b"Shop,Rent\r\nHarbour,1200\r\nMarket,980\r\n"


def png(width: int = 3, height: int = 2, colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, "PNG")
    return target.getvalue()


def xlsx() -> bytes:
    target = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Rent"  # type: ignore[index]
    workbook.save(target)
    return target.getvalue()


def multipart(file: bytes, file_name: str, **fields: str | list[str]) -> tuple[dict[str, str], bytes]:
    """The header and the body of a form with one file."""
    boundary = uuid.uuid4().hex
    parts = [
        (f'name="{name}"', value.encode())
        for name, values in fields.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    parts.append((f'name="file"; filename="{file_name}"\r\nContent-Type: application/octet-stream', file))
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
        for head, value in parts
    )
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body + f"--{boundary}--\r\n".encode()

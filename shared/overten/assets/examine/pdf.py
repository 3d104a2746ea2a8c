"""PDF files: PDFium, which Chrome opens the web's PDFs with, opens it or says why not."""

from __future__ import annotations

from typing import BinaryIO

from overten.assets.examine.models import Examined, Unacceptable, damaged


def examine_pdf(file: BinaryIO) -> Examined:
    """A PDF that opens without a password and has pages. Raises Unacceptable.

    One that merely restricts printing or copying opens without a password, and is accepted.
    """
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise Unacceptable(
                "encrypted", "The PDF is protected with a password. Remove the password and upload it again."
            ) from error
        raise damaged() from error
    try:
        if len(document) == 0:
            raise damaged()
    finally:
        document.close()
    return Examined(kind="pdf")

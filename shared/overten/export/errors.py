"""Errors of exports. Their text is written for end users."""

from __future__ import annotations


class ExportError(Exception):
    """A document was not converted."""


class DocumentRefused(ExportError):
    """The document cannot be converted whatever one tries: it is encrypted, damaged or over a bound."""


class NoSuchPart(ExportError):
    """The page or sheet asked for is not there; the message says which are."""


class ConverterFailed(ExportError):
    """The converter crashed, hung until it was stopped, or ran out of memory."""


class OfficeMissing(ExportError):
    """There is no LibreOffice here; the message is one line on how to install it."""

"""XML that others wrote: no document type, no entities, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn
from xml.etree.ElementTree import ParseError

from overten.assets.examine import limits
from overten.assets.examine.models import Unacceptable, damaged

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class _RootFound(Exception):
    pass


class _RootOnly:
    """A parser's target that wants the root element's name and no more."""

    def start(self, tag: str, _attributes: dict[str, str]) -> NoReturn:
        raise _RootFound(tag)

    def close(self) -> None:
        return


class Prolog:
    """Reads an XML document as far as its root element. A document type declaration can only stand before it."""

    def __init__(self) -> None:
        from defusedxml.ElementTree import DefusedXMLParser

        self.root: str | None = None
        self._parser = DefusedXMLParser(target=_RootOnly(), forbid_dtd=True)
        self._bytes_read = 0

    def feed(self, piece: bytes) -> None:
        """Takes the next piece; what follows the root element is ignored. Raises Unacceptable."""
        from defusedxml.common import DefusedXmlException

        step = 4096  # the root is nearly always in the first of these
        for start in range(0, len(piece), step):
            if self.root is not None:
                return
            part = piece[start : start + step]
            self._bytes_read += len(part)
            if self._bytes_read > limits.MAX_PROLOG_BYTES:
                raise damaged()
            try:
                self._parser.feed(part)
            except _RootFound as found:
                self.root = str(found)
            except DefusedXmlException as error:
                raise unsafe_xml() from error
            except (ParseError, ValueError, LookupError) as error:
                raise damaged() from error


def root_of(pieces: Iterator[bytes]) -> str:
    """The root element's name as `{namespace}name`, having read all pieces. Raises Unacceptable."""
    prolog = Prolog()
    for piece in pieces:
        prolog.feed(piece)
    if prolog.root is None:
        raise damaged()
    return prolog.root


def parse(body: bytes) -> Element:
    """A small document whole. Raises Unacceptable."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        element: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise unsafe_xml() from error
    except (ParseError, ValueError, LookupError) as error:
        raise damaged() from error
    return element


def unsafe_xml() -> Unacceptable:
    return Unacceptable(
        "unsafe_xml", "The file declares document types or entities, which Office documents do not. Save it anew."
    )

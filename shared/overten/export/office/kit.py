"""LibreOfficeKit, LibreOffice's C interface, by ctypes: load a document, save it as something else.

The structures are those of LibreOfficeKit.h, which only ever grows at its end. One process has one kit, and does one
thing at a time with it.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

# Batch answers dialogs instead of waiting for someone to; without it some conversions never end.
_LOAD_OPTIONS = b"Batch=true,Language=en-US,EnableMacrosExecution=false"
# Where in their class a function stands, after its size.
_GET_ERROR, _LOAD = 2, 3
_DESTROY, _SAVE_AS = 0, 1


class KitError(Exception):
    """LibreOffice did not do it; the text is its own."""


class Kit:
    def __init__(self, library: Path, profile: Path) -> None:
        """Starts LibreOffice within this process. Raises OSError if the library cannot be loaded, KitError."""
        loaded = ctypes.CDLL(str(library))
        hook = loaded.libreofficekit_hook_2
        hook.restype, hook.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
        self._kit = hook(str(library.parent).encode(), profile.as_uri().encode())
        if not self._kit:
            raise KitError("LibreOffice did not start")

    def convert(self, source: Path, target: Path, kind: str, options: str = "") -> None:
        """Saves `source` as `target` in the format of the extension `kind`, by the filter's `options`.

        Raises KitError; the document could then not be opened, or not be saved in this format.
        """
        load = _function(self._kit, _LOAD, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
        document = load(self._kit, source.as_uri().encode(), _LOAD_OPTIONS)
        if not document:
            raise KitError(f"not opened: {self._error()}")
        save = _function(document, _SAVE_AS, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
        is_saved = save(document, target.as_uri().encode(), kind.encode(), options.encode())
        if not is_saved:
            raise KitError(f"not saved: {self._error()}")
        _function(document, _DESTROY, None)(document)

    def _error(self) -> str:
        text = _function(self._kit, _GET_ERROR, ctypes.c_char_p)(self._kit)
        return text.decode("utf-8", "replace") if text else "no reason given"


def _function(instance: int, index: int, result: Any, *arguments: Any) -> Any:
    """The method at `index` of an object whose first member points to its class."""
    pointers = ctypes.POINTER(ctypes.c_void_p)
    table = ctypes.cast(instance, pointers)[0]
    address = ctypes.cast((table or 0) + ctypes.sizeof(ctypes.c_size_t), pointers)[index]
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, *arguments)(address)

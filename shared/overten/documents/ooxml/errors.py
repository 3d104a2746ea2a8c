"""Errors of reading a package. Their text is safe to show to whoever uploaded it."""

from __future__ import annotations


class PackageError(Exception):
    """The package cannot be worked on."""


class DamagedPackage(PackageError):
    """The package is not what it claims to be: not a zip, truncated, without its main part, with unreadable XML."""


class UnsafePackage(PackageError):
    """The package could do harm while it is read: too large when unpacked, encrypted, with ambiguous names or a DTD."""

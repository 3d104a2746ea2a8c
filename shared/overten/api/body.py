"""JSON bodies, read as strictly as RFC 8259 and RFC 7493 (I-JSON) write them."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from fastapi import Request


class StrictJsonRequest(Request):
    """A request whose JSON body means one thing only, whoever reads it."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError, too, for what Python alone would let pass or trip over."""
        if not hasattr(self, "_json"):
            self._json = parse(await self.body())
        return self._json


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises JSONDecodeError for anything else: another encoding, NaN and infinities, a member given twice, nesting or
    numbers beyond what can be read.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError:
        raise json.JSONDecodeError("it is not UTF-8", "", 0) from None
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None
    except ValueError as error:
        # Ours, or Python's own limit on the digits of a number.
        told = error.args[0] if isinstance(error, _Refused) else "a number in it has too many digits"
        raise json.JSONDecodeError(told, "", 0) from None


class _Refused(ValueError):
    pass


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise _Refused("an object in it has the same member twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not a JSON value")

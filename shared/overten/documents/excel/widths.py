"""How wide text is, in characters: a width of 1 is one digit of the workbook's body font, the unit of Excel's column
widths."""

from __future__ import annotations

from functools import lru_cache

PIXELS_PER_CHARACTER = 7

# Advance widths of Calibri (and Carlito, which has the same), in 1/2048 em. Other fonts are set with their own digit
# as the unit, so the proportions hold well enough.
_DIGIT = 1038
_ADVANCES = {
    **dict.fromkeys("ijl'", 470), **dict.fromkeys(".,:;|!", 530), **dict.fromkeys("ft()[]{}/-r", 660),
    **dict.fromkeys("sczJ", 830), **dict.fromkeys("aeghkvxyEFLSTYZP?", 980), **dict.fromkeys("bdnopqu", 1076),
    **dict.fromkeys("BCKRXV", 1100), **dict.fromkeys("ADHNOQUG€", 1310), **dict.fromkeys("mMW@%&—", 1640), "w": 1464,
    " ": 463, "I": 516,
}  # fmt: skip


@lru_cache(maxsize=65_536)
def text_width(text: str) -> float:
    """The width of the longest line of a text in body size, in characters."""
    return max((sum(_advance(letter) for letter in line) / _DIGIT for line in text.split("\n")), default=0.0)


# Each letter of Latin-1 as its width in steps, rounded up, so that a text is measured without looking at its letters.
_STEP = 12


def quick_width(text: str) -> float:
    """As `text_width`, at a tenth of the cost and up to 3 % wider; for choosing among thousands of texts."""
    try:
        return max(sum(line.translate(_STEPS)) for line in text.encode("latin-1").split(b"\n")) * _STEP / _DIGIT
    except UnicodeEncodeError:
        return text_width(text)


def _advance(letter: str) -> int:
    known = _ADVANCES.get(letter)
    if known is not None:
        return known
    return 2_048 if ord(letter) > 0x2E80 else 1_060


_STEPS = bytes(-(-_advance(chr(code)) // _STEP) for code in range(256))

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from overten.accounts import keys

_ALPHABET = string.digits + string.ascii_letters


def test_a_new_key_has_the_public_form() -> None:
    secret = keys.new_secret()
    assert secret.startswith("sk_live_")
    assert len(secret) == len("sk_live_") + 28
    assert keys.is_well_formed(secret)
    assert keys.shown_prefix(secret) == secret[:12]


def test_keys_do_not_repeat() -> None:
    assert len({keys.new_secret() for _ in range(200)}) == 200


@given(position=st.integers(8, 35), replacement=st.sampled_from(_ALPHABET))
def test_one_mistyped_character_is_noticed(position: int, replacement: str) -> None:
    secret = keys.new_secret()
    mistyped = secret[:position] + replacement + secret[position + 1 :]
    assert keys.is_well_formed(mistyped) == (mistyped == secret)


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    assert not keys.is_well_formed(text)


def test_a_known_key_keeps_its_checksum() -> None:
    """Scanners outside rely on the checksum: it may never change."""
    assert keys.is_well_formed("sk_live_" + "0" * 22 + keys._checksum("sk_live_" + "0" * 22))
    assert keys._checksum("sk_live_" + "0" * 22) == "0K3vO8"

from __future__ import annotations

import jwt

from local.issuer import Issuer, uid_for


def test_token_is_verified_by_the_published_key_and_has_firebases_claims(tmp_path):
    issuer = Issuer(tmp_path / "issuer.pem")
    token = issuer.token(uid="user-1", email="a@example.com", name="Ada")
    key = jwt.PyJWKSet.from_dict(issuer.key_set())[jwt.get_unverified_header(token)["kid"]]

    claims = jwt.decode(
        token,
        key.key,
        algorithms=["RS256"],
        audience="overten-local",
        issuer="https://securetoken.google.com/overten-local",
        options={"require": ["exp", "iat", "sub", "auth_time"]},
    )

    assert (claims["sub"], claims["user_id"], claims["email"], claims["name"]) == (
        "user-1", "user-1", "a@example.com", "Ada",
    )  # fmt: skip
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["firebase"] == {"identities": {"email": ["a@example.com"]}, "sign_in_provider": "password"}


def test_key_is_private_and_outlives_a_restart(tmp_path):
    file = tmp_path / "state" / "issuer.pem"

    first = Issuer(file).key_set()

    assert Issuer(file).key_set() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert "d" not in first["keys"][0]


def test_one_address_is_one_user():
    assert uid_for("Ada@Example.com ") == uid_for("ada@example.com") != uid_for("bob@example.com")

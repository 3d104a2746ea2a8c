"""Orgs, members, keys, and whoever stands behind a request."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from overten.accounts.tiers import TierName

Role = Literal["owner", "admin", "member"]
Scope = Literal["personal", "workspace"]
OrgStatus = Literal["active", "suspended"]


class RateLimit(BaseModel):
    """The key's budget in the current minute. `reset_seconds` is the Unix time at which the next minute begins."""

    model_config = ConfigDict(frozen=True)

    limit: int
    remaining: int
    reset_seconds: int


class AuthenticatedKey(BaseModel):
    """The key a request was made with, already counted against its minute."""

    model_config = ConfigDict(frozen=True)

    key_id: str
    org_id: str
    tier: TierName
    scope: Scope
    creator_uid: str
    org_status: OrgStatus
    rate_limit: RateLimit

    def sees(self, creator_uid: str) -> bool:
        """Whether the key's scope covers what that user's keys have made."""
        return self.scope == "workspace" or self.creator_uid == creator_uid


class User(BaseModel):
    """A person who signed in, as the verified ID token tells. `is_verified` is false for anonymous sign-ins and for
    addresses that nobody has confirmed: anyone can have as many of these as they like."""

    model_config = ConfigDict(frozen=True)

    uid: str
    is_verified: bool = True


class Org(BaseModel):
    org_id: str
    org_name: str
    tier: TierName
    status: OrgStatus
    webhook_secret: str
    created_at: str
    available: int
    held: int
    running: int


class Membership(BaseModel):
    org_id: str
    org_name: str
    role: Role
    created_at: str


class Member(BaseModel):
    uid: str
    role: Role
    created_at: str


class ApiKey(BaseModel):
    """A key as its org keeps it. `key_hash` never leaves the store's side of the API."""

    key_id: str
    org_id: str
    name: str
    prefix: str
    scope: Scope
    creator_uid: str
    created_at: str
    key_hash: str
    status: Literal["active", "revoked"] = "active"


class NewKey(BaseModel):
    """A key just minted, with the secret that is shown once."""

    key: ApiKey
    secret: str

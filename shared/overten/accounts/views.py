"""Accounts as clients send and see them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from overten.accounts.models import ApiKey, AuthenticatedKey, Membership, NewKey, Org, OrgStatus, Role, Scope
from overten.accounts.tiers import TIERS, TierName

OrgName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
KeyName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class SignupRequest(BaseModel):
    """A new organization by its name, or a new key for one the user belongs to. Exactly one of the two."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"org_name": "Acme Analytics"}],
            "oneOf": [{"required": ["org_name"]}, {"required": ["existing_org_id"]}],
        }
    )

    org_name: OrgName | None = None
    existing_org_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    tier: TierName = "free"
    key_name: KeyName = "default"


class SignupView(BaseModel):
    """`secret` is shown this once; only its hash is kept."""

    org_id: str
    org_name: str
    tier: TierName
    key_id: str
    secret: str
    prefix: str
    webhook_secret: str
    credits: int

    @classmethod
    def of(cls, org: Org, minted: NewKey) -> SignupView:
        return cls(
            org_id=org.org_id,
            org_name=org.org_name,
            tier=org.tier,
            key_id=minted.key.key_id,
            secret=minted.secret,
            prefix=minted.key.prefix,
            webhook_secret=org.webhook_secret,
            credits=org.available,
        )


class MembershipView(BaseModel):
    """An organization of the caller's, and what they are in it."""

    org_id: str
    org_name: str
    role: Role
    created_at: str

    @classmethod
    def of(cls, membership: Membership) -> MembershipView:
        return cls(**membership.model_dump())


class MembershipPage(BaseModel):
    """All of them at once: `next_cursor` is there for the day when they are too many."""

    organizations: list[MembershipView]
    next_cursor: str | None = None


class KeyRequest(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "production", "scope": "workspace"}]})

    name: KeyName = "default"
    scope: Scope = "workspace"


class KeyView(BaseModel):
    """A key without its secret."""

    key_id: str
    name: str
    prefix: str
    scope: Scope
    created_at: str

    @classmethod
    def of(cls, key: ApiKey) -> KeyView:
        return cls(**key.model_dump(include=set(cls.model_fields)))


class NewKeyView(KeyView):
    """A key just minted. `secret` is shown this once."""

    secret: str

    @classmethod
    def of_new(cls, minted: NewKey) -> NewKeyView:
        return cls(**KeyView.of(minted.key).model_dump(), secret=minted.secret)


class KeyPage(BaseModel):
    api_keys: list[KeyView]
    next_cursor: str | None


class LimitsView(BaseModel):
    requests_per_minute: int
    concurrent_runs: int
    upload_bytes: int


class VerifyView(BaseModel):
    """The key's organization as it stands. `valid` is true for a suspended one, too: see `status`."""

    valid: bool
    org_id: str
    org_name: str
    status: OrgStatus
    tier: TierName
    key_id: str
    scope: Scope
    credits: int = Field(description="Credits available, those held for open runs not counted")
    limits: LimitsView
    webhook_secret: str

    @classmethod
    def of(cls, org: Org, caller: AuthenticatedKey) -> VerifyView:
        return cls(
            valid=True,
            org_id=org.org_id,
            org_name=org.org_name,
            status=org.status,
            tier=org.tier,
            key_id=caller.key_id,
            scope=caller.scope,
            credits=org.available,
            limits=LimitsView(**TIERS[org.tier]._asdict()),
            webhook_secret=org.webhook_secret,
        )

"""What an operator can ask for, and what is answered: the event and the result of the operator's function."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StrictInt, StringConstraints, field_validator

from overten.accounts.models import Member, OrgStatus, Role, Scope
from overten.accounts.tiers import TierName
from overten.credits.models import Balance

MAX_CREDITS = 1_000_000_000
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$")]


class Action(BaseModel):
    """Base of all actions. `by` is who acts, as they say themselves; it is logged."""

    model_config = ConfigDict(extra="forbid")

    org_id: Text
    by: Text | None = None


class Grant(Action):
    """Gives credits. One `reference` (an invoice, a ticket) is booked once, however often it is sent."""

    action: Literal["grant"]
    credits: StrictInt = Field(ge=1, le=MAX_CREDITS)
    note: Text
    reference: Reference


class Adjust(Action):
    """Corrects what is available, up or down, but never below nothing. Booked once for its `reference`."""

    action: Literal["adjust"]
    credits: StrictInt = Field(ge=-MAX_CREDITS, le=MAX_CREDITS)
    note: Text
    reference: Reference

    @field_validator("credits")
    @classmethod
    def _changes_something(cls, value: int) -> int:
        if value == 0:
            raise ValueError("an adjustment of nothing is none")
        return value


class ChangeTier(Action):
    action: Literal["change_tier"]
    tier: TierName


class Suspend(Action):
    """From the next request on every route but /verify is refused. Work accepted before goes on and is charged."""

    action: Literal["suspend"]


class Reinstate(Action):
    action: Literal["reinstate"]


class AddMember(Action):
    """Makes a user a member, or gives a member another role."""

    action: Literal["add_member"]
    uid: Text
    role: Role


class RemoveMember(Action):
    """Ends a membership and revokes every key the member has minted for the org."""

    action: Literal["remove_member"]
    uid: Text


class ShowOrg(Action):
    action: Literal["show_org"]


class CheckLedger(Action):
    """Compares the org's balance with the sums of its ledger."""

    action: Literal["check_ledger"]


AnyAction = Annotated[
    Grant | Adjust | ChangeTier | Suspend | Reinstate | AddMember | RemoveMember | ShowOrg | CheckLedger,
    Field(discriminator="action"),
]


class Request(RootModel[AnyAction]):
    """The event of the operator's function."""


class Booked(BaseModel):
    """`booked` is false if the reference had been booked before: `entry_id` is then of that booking."""

    org_id: str
    entry_id: str
    booked: bool
    credits: int
    balance: Balance


class Changed(BaseModel):
    """The org as it stands, and how many of its keys had to be rewritten."""

    org_id: str
    tier: TierName
    status: OrgStatus
    keys_rewritten: int


class MemberAdded(BaseModel):
    org_id: str
    uid: str
    role: Role


class MemberRemoved(BaseModel):
    """Without an owner only an operator can manage the org's keys, besides members their own."""

    org_id: str
    uid: str
    revoked_key_ids: list[str]
    owners_left: int


class KeyShown(BaseModel):
    """A key without its hash."""

    key_id: str
    name: str
    prefix: str
    scope: Scope
    creator_uid: str
    created_at: str
    status: Literal["active", "revoked"]


class OrgShown(BaseModel):
    org_id: str
    org_name: str
    tier: TierName
    status: OrgStatus
    created_at: str
    balance: Balance
    running: int
    members: list[Member]
    keys: list[KeyShown]


class LedgerChecked(BaseModel):
    """`balanced` tells whether the org's balance equals the sums of its entries."""

    org_id: str
    balanced: bool
    balance: Balance
    sums: Balance


Result = Booked | Changed | MemberAdded | MemberRemoved | OrgShown | LedgerChecked

"""Orgs and turns for tests."""

from __future__ import annotations

from overten.accounts import service as accounts
from overten.accounts.models import AuthenticatedKey, User
from overten.config import AccountsSettings, settings
from overten.documents.models import Statistics
from overten.runs import service
from overten.runs.models import Outcome, Publication, Task
from overten.runs.requests import GenerateRequest

NOW = 1_800_000_000.0
OUTCOME = Outcome(title="Budget", file_name="Budget.xlsx", summary="Made.", statistics=Statistics(sheets=2))
PUBLICATION = Publication(object_key="org/x/v1/document.xlsx", size_bytes=10, sha256="0" * 64)


def caller(org_name: str = "Acme", uid: str = "user-1") -> AuthenticatedKey:
    """A workspace key of a new org with its starting credits."""
    _, minted = accounts.sign_up(User(uid=uid), org_name=org_name, tier="free", key_name="default", now=NOW)
    return accounts.authenticate(minted.secret, NOW)


def accept(by: AuthenticatedKey, *, now: float = NOW, **fields: object) -> Task:
    """A turn accepted for the key."""
    request = GenerateRequest.model_validate({"prompt": "A budget", **fields})
    return service.generate(request, "excel", by, request_id="req-1", now=now).task


def balances(org_id: str) -> tuple[int, int, int]:
    """The org's available and held credits and its running runs."""
    from overten.accounts.store import get_org

    org = get_org(org_id)
    assert org is not None
    return org.available, org.held, org.running


def ledger_sums(org_id: str) -> tuple[int, int]:
    """The sums of all deltas of the org's ledger."""
    from overten.aws import dynamo

    entries = list(dynamo.query(settings(AccountsSettings).ledger_table, "org_id = :org", {":org": org_id}))
    return sum(entry["available_delta"] for entry in entries), sum(entry["held_delta"] for entry in entries)

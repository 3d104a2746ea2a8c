"""Settings, typed, read from the environment on first use and never at import.

A function composes the small classes it needs; a missing variable is an error that names it.
"""

from __future__ import annotations

import os
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

GOOGLE_JWKS_URL = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
Stage = Literal["local", "dev", "prod"]


class Environment(BaseModel):
    """Base of all settings: member `orgs_table` is read from `ORGS_TABLE`. An empty variable is a missing one."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def load(cls) -> Self:
        present = {name: os.environ.get(name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in present.items() if value})


class AccountsSettings(Environment):
    orgs_table: str
    keys_table: str
    ledger_table: str


class IdentitySettings(Environment):
    """Where Firebase ID tokens come from. Only the laptop may have an issuer of its own."""

    stage: Stage
    firebase_project_id: str
    firebase_jwks_url: str = GOOGLE_JWKS_URL
    self_service_tiers: str = "free"

    @model_validator(mode="after")
    def _only_local_has_its_own_issuer(self) -> Self:
        if self.stage != "local" and self.firebase_jwks_url != GOOGLE_JWKS_URL:
            raise ValueError("a deployed stage takes its token keys from Google only")
        return self


class RunsSettings(Environment):
    orgs_table: str
    runs_table: str
    ledger_table: str


class LinksSettings(Environment):
    links_table: str


class StorageSettings(Environment):
    bucket: str


class AssetsSettings(Environment):
    assets_table: str


class OutboundSettings(Environment):
    """Whom requests to addresses of users may reach. Only the laptop may reach itself."""

    stage: Stage
    allow_local_targets: bool = False

    @model_validator(mode="after")
    def _only_local_reaches_itself(self) -> Self:
        if self.stage != "local" and self.allow_local_targets:
            raise ValueError("a deployed stage makes no requests to local addresses")
        return self


class ExportSettings(Environment):
    """The functions that convert. Without an image of LibreOffice there is none for what needs it."""

    runs_table: str
    export_values_function: str
    export_office_function: str | None = None


class WebhooksSettings(Environment):
    webhooks_table: str


class EventBusSettings(Environment):
    event_bus: str


class TriggerSettings(Environment):
    """What tells the deliverer that an attempt is due: its queue, and schedules for waits that a queue cannot hold."""

    webhook_queue_url: str
    scheduler_target_arn: str
    scheduler_group: str
    scheduler_role_arn: str
    scheduler_dead_letters_arn: str
    scheduler_threshold_seconds: int = Field(900, ge=1, le=900)


class LogoSettings(Environment):
    logo_fetch_function: str


class AssetsCheckSettings(Environment):
    """The function that checks assets, for whoever has to wait for it."""

    assets_check_function: str


class ExecutionSettings(Environment):
    state_machine_arn: str


class GenerateSettings(Environment):
    """How long a synchronous caller may wait, and whether a model is there to do the work."""

    sync_ceiling_seconds: int = Field(300, ge=3, le=300)
    integration_timeout_millis: int = Field(29_000, ge=3_000, le=300_000)
    public_base_url: str | None = None
    model_provider: str = "none"


class PreflightSettings(Environment):
    """The small model that settles what the rules of the preflight check leave in doubt, if there is one."""

    preflight_model_id: str | None = None
    preflight_judge_function: str | None = None


class CountersSettings(Environment):
    counters_table: str


class CapacitySettings(Environment):
    """How much the deployment takes on at once. A fifth of the account's concurrency may wait, unless set otherwise."""

    account_concurrency: int = Field(1000, ge=1)
    max_sync_waiters: int | None = Field(None, ge=0)
    max_open_tasks: int = Field(5000, ge=1)

    @property
    def sync_waiters_limit(self) -> int:
        return self.account_concurrency // 5 if self.max_sync_waiters is None else self.max_sync_waiters


class ModelSettings(Environment):
    """The model that writes, and those that stand in for it. `answer_model_id` answers and plans, `free_tier_model_id`
    works for the free tier, `fallback_model_id` ends what the provider of the others fails to: of the same provider, or
    of `fallback_model_provider`. The key, if one is needed, lies in Secrets Manager and never in the environment."""

    model_provider: Literal["none", "anthropic", "bedrock", "builtin", "openai"] = "none"
    model_id: str | None = None
    answer_model_id: str | None = None
    free_tier_model_id: str | None = None
    fallback_model_id: str | None = None
    fallback_model_provider: Literal["bedrock"] | None = None
    model_base_url: str | None = None
    model_api_key_secret_arn: str | None = None
    aws_region: str = "us-east-1"
    model_reads_pictures: bool = False
    model_max_output_tokens: int = Field(8_192, ge=256)
    model_context_tokens: int = Field(120_000, ge=1_000)
    max_tool_calls: int = Field(30, ge=1)
    slice_seconds: float = Field(600.0, gt=0, le=840)


_loaded: dict[type[Environment], Environment] = {}


def settings[T: Environment](kind: type[T]) -> T:
    """The settings of one kind, read once for the life of the process."""
    found = _loaded.get(kind)
    if not isinstance(found, kind):
        found = _loaded[kind] = kind.load()
    return found


def forget_settings() -> None:
    """Reads the environment anew on the next use. For tests."""
    _loaded.clear()

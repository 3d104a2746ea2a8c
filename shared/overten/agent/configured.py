"""The deployment's models, as its settings name them: which one is asked for what, and how it is reached."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from overten.accounts.tiers import TierName
from overten.agent import secret_store
from overten.agent.errors import ProviderRefused
from overten.agent.models import Purpose
from overten.agent.providers import Provider, ProviderSettings, build_model
from overten.config import ModelSettings, settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model


def model_for(purpose: Purpose, tier: TierName | None) -> Model:
    """The model that does such a turn for an org of the tier. Each is built once for the life of the process.

    Raises ProviderRefused if the deployment has none.
    """
    return _model(model_id_for(settings(ModelSettings), purpose, tier), None)


def model_id_for(chosen: ModelSettings, purpose: Purpose, tier: TierName | None) -> str | None:
    """The tier decides before the purpose: what bounds the cost of the free tier bounds all of it."""
    if tier == "free" and chosen.free_tier_model_id:
        return chosen.free_tier_model_id
    if purpose != "write" and chosen.answer_model_id:
        return chosen.answer_model_id
    return chosen.model_id


def has_fallback() -> bool:
    """Whether another model stands by for the one that `model_for` gives."""
    return settings(ModelSettings).fallback_model_id is not None


def fallback_model() -> Model:
    """The model that stands by. Call it only if there is one."""
    chosen = settings(ModelSettings)
    return _model(chosen.fallback_model_id, chosen.fallback_model_provider)


@cache
def _model(model_id: str | None, provider: Provider | None) -> Model:
    return build_model(provider_settings(settings(ModelSettings), model_id, provider))


def forget_models() -> None:
    """Builds them anew on the next use. For tests."""
    _model.cache_clear()


def provider_settings(
    chosen: ModelSettings, model_id: str | None = None, provider: Provider | None = None
) -> ProviderSettings:
    """How a model is reached: the one that writes unless another is named, at the deployment's provider or another.

    Raises ProviderRefused if the deployment has none.
    """
    if chosen.model_provider == "none":
        raise ProviderRefused("No model is configured on this deployment.")
    at_home = provider in (None, chosen.model_provider)
    secret_arn = chosen.model_api_key_secret_arn if at_home else None
    return ProviderSettings(
        provider=provider or chosen.model_provider,
        model_id=model_id or chosen.model_id or "",
        base_url=chosen.model_base_url if at_home else None,
        api_key=secret_store.read(secret_arn) if secret_arn else None,
        region=chosen.aws_region,
        max_output_tokens=chosen.model_max_output_tokens,
    )

"""The deployment's model providers, as its settings name them."""

from __future__ import annotations

from overten.agent import secret_store
from overten.agent.errors import ProviderRefused
from overten.agent.providers import ProviderSettings
from overten.config import ModelSettings


def provider_settings(chosen: ModelSettings, model_id: str | None = None) -> ProviderSettings:
    """How the deployment reaches its provider, with the model that writes or with another one of the same provider.

    Raises ProviderRefused if it has none.
    """
    if chosen.model_provider == "none":
        raise ProviderRefused("No model is configured on this deployment.")
    return ProviderSettings(
        provider=chosen.model_provider,
        model_id=model_id or chosen.model_id or "",
        base_url=chosen.model_base_url,
        api_key=secret_store.read(chosen.model_api_key_secret_arn) if chosen.model_api_key_secret_arn else None,
        region=chosen.aws_region,
        max_output_tokens=chosen.model_max_output_tokens,
    )

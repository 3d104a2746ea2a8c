"""Which of the deployment's models is asked for what, and how it is reached."""

from __future__ import annotations

import boto3
import pytest

from overten.accounts.tiers import TierName
from overten.agent import configured
from overten.agent.errors import ProviderRefused
from overten.agent.models import Purpose
from overten.config import ModelSettings, forget_settings, settings

NAMED = ModelSettings(model_provider="openai", model_id="big", answer_model_id="quick", free_tier_model_id="small")


@pytest.mark.parametrize(
    ("purpose", "tier", "expected"),
    [
        ("write", "pro", "big"),
        ("write", None, "big"),
        ("ask", "enterprise", "quick"),
        ("analyze", "pro", "quick"),
        ("outline", "pro", "quick"),
        ("write", "free", "small"),
        ("ask", "free", "small"),
    ],
)
def test_the_tier_decides_before_the_purpose(purpose: Purpose, tier: TierName | None, expected: str) -> None:
    assert configured.model_id_for(NAMED, purpose, tier) == expected


@pytest.mark.parametrize("purpose", ["write", "ask", "analyze", "outline"])
def test_one_model_does_everything_unless_others_are_named(purpose: Purpose) -> None:
    assert configured.model_id_for(ModelSettings(model_id="big"), purpose, "free") == "big"


def test_a_deployment_without_a_model_says_so() -> None:
    with pytest.raises(ProviderRefused, match="No model is configured"):
        configured.provider_settings(ModelSettings())


def test_the_fallback_is_of_the_same_provider_unless_it_is_in_bedrock(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = boto3.client("secretsmanager").create_secret(Name="key", SecretString="sk-from-the-vault")["ARN"]
    for name, value in {
        "MODEL_PROVIDER": "anthropic",
        "MODEL_ID": "claude-sonnet-5",
        "MODEL_API_KEY_SECRET_ARN": secret,
        "FALLBACK_MODEL_ID": "eu.anthropic.claude-haiku",
    }.items():
        monkeypatch.setenv(name, value)
    forget_settings()
    assert configured.has_fallback()

    at_home = configured.provider_settings(settings(ModelSettings), "claude-haiku")
    assert (at_home.provider, at_home.model_id) == ("anthropic", "claude-haiku")
    assert at_home.api_key is not None
    assert at_home.api_key.get_secret_value() == "sk-from-the-vault"

    elsewhere = configured.provider_settings(settings(ModelSettings), "eu.anthropic.claude-haiku", "bedrock")
    assert (elsewhere.provider, elsewhere.api_key, elsewhere.base_url) == ("bedrock", None, None)
    assert "sk-from-the-vault" not in repr(at_home)

"""The model providers: how a model is built from settings, and how a provider's failures are read.

Only the chosen provider's library is imported. The libraries' own retries are switched off: the loop retries, so that
attempts do not multiply and every wait respects the slice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRequestRejectedError,
    UnexpectedModelBehavior,
)
from pydantic_ai.settings import ModelSettings

from overten.agent.errors import ProviderRefused, ProviderUnavailable

if TYPE_CHECKING:
    from pydantic_ai.models import Model

ANTHROPIC_URL = "https://api.anthropic.com"
UNAVAILABLE = "The model provider is not available at the moment. Try again later."
REFUSED = "The model provider did not accept the request."
CONTENT_REFUSED = "The model declined to answer this request. Change its wording or content."
TOO_LONG = "This run has grown longer than the model can read. Ask for less at once, or start a new run."

# First match wins, so a class stands before its bases.
_PERMANENT: tuple[tuple[type[Exception], str], ...] = (
    (ContentFilterError, CONTENT_REFUSED),
    (ModelContextWindowExceededError, TOO_LONG),
    (ModelAuthenticationError, "The model provider did not accept this deployment's credentials."),
    (ModelNotFoundError, "The model this deployment is set to use does not exist or is not open to it."),
    (ModelQuotaExceededError, "This deployment's quota at the model provider is used up."),
    (ModelRequestRejectedError, REFUSED),
)
# Client errors that pass: request timeout, conflict, too early, Bedrock's ModelErrorException, too many requests.
_TRANSIENT_CLIENT_STATUS = frozenset({408, 409, 424, 425, 429})
# What the library leaves unnamed: bodies over a server's limit, overflows by llama.cpp's name, filters of Azure.
_TOO_LARGE_STATUS = 413
_TOO_LONG_NAMES = frozenset({"exceed_context_size_error"})
_CONTENT_REFUSED_NAMES = frozenset({"content_filter", "content_policy_violation"})
_OUT_OF_CAPACITY = (ModelOverloadedError, ModelQuotaExceededError)
# What libraries raise on an answer that is no answer at all: a list, or an object without its members.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


Provider = Literal["anthropic", "bedrock", "builtin", "openai"]


class ProviderSettings(BaseModel):
    """Which model answers, and where.

    "openai" stands for any server with an OpenAI-compatible chat API at `base_url`; servers that need no key take any.
    "anthropic" needs an `api_key`, "bedrock" a `region`; a `base_url` of theirs is another address than the usual one.
    "builtin" needs none of them.
    """

    provider: Provider
    model_id: str = Field("", max_length=200)
    base_url: str | None = None
    api_key: SecretStr | None = None
    region: str | None = None
    timeout_seconds: float = Field(180.0, gt=0)
    max_output_tokens: int = Field(8_192, ge=256)


def build_model(settings: ProviderSettings) -> Model:
    """The model to run slices with. Makes no request.

    Raises:
        ValueError: a setting that the provider needs is missing.
        ProviderRefused: the environment has no AWS credentials for Bedrock.
    """
    if settings.provider == "builtin":
        from overten.agent.author.model import builtin_model

        return builtin_model()
    if not settings.model_id:
        raise ValueError(f"the provider {settings.provider!r} needs a model_id")
    builders = {"anthropic": _anthropic, "bedrock": _bedrock, "openai": _openai}
    return builders[settings.provider](settings)


def _anthropic(settings: ProviderSettings) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
    from pydantic_ai.providers.anthropic import AnthropicProvider

    if not (settings.api_key and settings.api_key.get_secret_value()):
        raise ValueError("the provider 'anthropic' needs an api_key")
    return AnthropicModel(
        settings.model_id,
        # Key and address are given, so that neither is looked for in environment variables.
        provider=AnthropicProvider(
            api_key=settings.api_key.get_secret_value(), base_url=settings.base_url or ANTHROPIC_URL
        ),
        settings=AnthropicModelSettings(
            max_tokens=settings.max_output_tokens,
            timeout=settings.timeout_seconds,
            max_retries=0,
            anthropic_cache_tool_definitions=True,
            anthropic_cache_instructions=True,
            anthropic_cache_messages=True,
        ),
    )


def _openai(settings: ProviderSettings) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    if not settings.base_url:
        raise ValueError("the provider 'openai' needs a base_url")
    # Never the library's fallback to an environment variable: the key of one service must not reach another.
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    return OpenAIChatModel(
        settings.model_id,
        provider=OpenAICompatibleProvider("openai-compatible", base_url=settings.base_url, api_key=key or "none"),
        settings=ModelSettings(max_tokens=settings.max_output_tokens, timeout=settings.timeout_seconds, max_retries=0),
    )


def _bedrock(settings: ProviderSettings) -> Model:
    import boto3
    from botocore.config import Config
    from pydantic_ai.models.bedrock import BedrockConverseModel, BedrockModelSettings
    from pydantic_ai.providers.bedrock import BedrockProvider

    if not settings.region:
        raise ValueError("the provider 'bedrock' needs a region")
    session = boto3.Session(region_name=settings.region)
    if session.get_credentials() is None:
        raise ProviderRefused("This deployment has no AWS credentials for Amazon Bedrock.")
    client = session.client(
        "bedrock-runtime",
        endpoint_url=settings.base_url,
        config=Config(
            connect_timeout=5,
            read_timeout=settings.timeout_seconds,
            retries={"total_max_attempts": 1, "mode": "standard"},
        ),
    )
    return BedrockConverseModel(
        settings.model_id,
        provider=BedrockProvider(bedrock_client=client),
        # The tools and the system prompt are the same in every call of every task; the conversation only grows.
        settings=BedrockModelSettings(
            max_tokens=settings.max_output_tokens,
            bedrock_cache_tool_definitions=True,
            bedrock_cache_instructions=True,
            bedrock_cache_messages=True,
        ),
    )


def provider_error(error: ModelAPIError | UnexpectedModelBehavior) -> ProviderUnavailable | ProviderRefused:
    """What a failed request means: try again later, or give up. Read from the type and the status code alone.

    A note on it keeps both for the log; the provider's own text, which may quote the conversation, is left behind.
    """
    status = error.status_code if isinstance(error, ModelHTTPError) else None
    meaning = _meaning(error, status)
    meaning.is_out_of_capacity = isinstance(error, _OUT_OF_CAPACITY)
    meaning.add_note(f"provider answered {type(error).__name__}, status {status}")
    return meaning


def _meaning(
    error: ModelAPIError | UnexpectedModelBehavior, status: int | None
) -> ProviderUnavailable | ProviderRefused:
    names = {error.provider_error_code, error.provider_error_type} if isinstance(error, ModelAPIError) else set()
    if names & _CONTENT_REFUSED_NAMES:
        return ProviderRefused(CONTENT_REFUSED)
    if names & _TOO_LONG_NAMES or status == _TOO_LARGE_STATUS:
        return ProviderRefused(TOO_LONG)
    for kind, message in _PERMANENT:
        if isinstance(error, kind):
            return ProviderRefused(message)
    if status is not None and 400 <= status < 500 and status not in _TRANSIENT_CLIENT_STATUS:
        return ProviderRefused(REFUSED)
    # Server errors, throttling, timeouts, broken connections and answers that could not be read.
    return ProviderUnavailable(UNAVAILABLE)

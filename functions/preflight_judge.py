"""Asks the small model whether a request has what it speaks of. It may reach the model, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from overten.agent.configured import provider_settings
from overten.agent.preflight.judge import judge
from overten.agent.preflight.models import Facts
from overten.agent.providers import build_model
from overten.config import ModelSettings, PreflightSettings, settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

# Within the function's own time, which is the check's.
_MODEL_SECONDS = 17.0


@cache
def _model() -> Model:
    """Built once for the life of the process."""
    chosen = settings(PreflightSettings).preflight_model_id
    return build_model(
        provider_settings(settings(ModelSettings), chosen).model_copy(update={"timeout_seconds": _MODEL_SECONDS})
    )


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`Facts` to `{"missing": […]}`. Whatever goes wrong is an error of the invocation, which the caller forgives."""
    return {"missing": judge(Facts.model_validate(event), _model(), seconds=_MODEL_SECONDS)}

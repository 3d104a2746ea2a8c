"""The template's parameters on a laptop. One that the template does not declare is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.settings import FIREBASE_PROJECT, STAGE_NAME

if TYPE_CHECKING:
    from local.settings import Settings


def parameters(settings: Settings) -> dict[str, str]:
    return {
        "Stage": "local",
        "Architecture": settings.architecture,
        "PublicBaseUrl": f"{settings.front_url}/{STAGE_NAME}",
        "FirebaseProjectId": FIREBASE_PROJECT,
        "FirebaseJwksUrl": f"{settings.front_url}/local/jwks",
        "IntegrationTimeoutMillis": "300000",
        "SelfServiceTiers": "free,pro,enterprise",
        "AllowLocalTargets": "true",
        "ModelProvider": settings.model.provider,
        "ModelId": settings.model.model_id,
        "ModelBaseUrl": settings.model.base_url,
        "ModelReadsPictures": "true" if settings.model.reads_pictures else "false",
        "ModelContextTokens": str(settings.model.context_tokens),
    }

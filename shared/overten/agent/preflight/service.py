"""The check itself: by rules, then, where they leave doubt and the deployment has one, by a small model.

It never stands in the way by a fault of its own: whatever goes wrong here, the work may begin.
"""

from __future__ import annotations

import time

from overten.agent.preflight import judge_store, rules
from overten.agent.preflight.intents import intents_of
from overten.agent.preflight.models import ALL_MISSING, Facts, Missing, Verdict
from overten.config import PreflightSettings, settings
from overten.logs import logger

LONGEST_SECONDS = 20.0
# Less is not worth asking a model for.
_SHORTEST_SECONDS = 1.0


def check(facts: Facts, *, seconds: float = LONGEST_SECONDS) -> Verdict:
    """Whether the request has what it speaks of. Takes at most about so many seconds; a doubt is the user's."""
    began = time.monotonic()
    by, missing = "rules", list[Missing]()
    try:
        judgement = rules.judge(facts)
        missing = judgement.in_order
        if judgement.is_doubtful and _has_model() and seconds >= _SHORTEST_SECONDS:
            by = "model"
            asked = judge_store.ask(facts, seconds=min(seconds, LONGEST_SECONDS))
            missing = [kind for kind in ALL_MISSING if kind in asked]
        intents = intents_of(facts)
    except judge_store.NoVerdict as failure:
        logger().warning("preflight_failed_open", reason=failure.reason)
        return Verdict(valid=True, detected_intents=intents_of(facts))
    except Exception as error:  # noqa: BLE001 - a fault of the check must not refuse anybody's work
        logger().error("preflight_failed_open", reason=type(error).__name__)
        return Verdict(valid=True)
    duration_ms = round((time.monotonic() - began) * 1000)
    logger().info("preflight", valid=not missing, missing=missing, by=by, intents=intents, duration_ms=duration_ms)
    return Verdict(valid=not missing, missing=missing, reason=reason_of(missing, facts), detected_intents=intents)


def _has_model() -> bool:
    chosen = settings(PreflightSettings)
    return bool(chosen.preflight_model_id and chosen.preflight_judge_function)


_SPEAKS_OF: dict[Missing, str] = {
    "images": "pictures of yours, but image_assets names none: upload them with POST /images",
    "data_sources": "data of yours, but no file has it: upload it with POST /files and name it in data_sources",
    "reference_files": (
        "a document of yours, but none is given: upload it with POST /files and name it in context_files, or in"
        " init_file if it is to be changed"
    ),
    "brand": "your brand, but brand is not given: name its colours and font, its logo or a template_file",
}


def reason_of(missing: list[Missing], facts: Facts) -> str:
    """What is missing and what to do about it, for end users; "" if nothing is."""
    if not missing:
        return ""
    if facts.mode == "ask" and missing == ["reference_files"]:
        return "There is nothing to ask about: name a run_id, an init_file or a file in context_files or data_sources."
    told = "; and of ".join(_SPEAKS_OF[kind] for kind in missing)
    return f"The prompt speaks of {told}. Or reword the prompt."

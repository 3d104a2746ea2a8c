"""Has the checking function look at uploads now, for whoever has to know."""

from __future__ import annotations

import json
from collections.abc import Sequence

from overten.aws import clients
from overten.config import AssetsCheckSettings, settings
from overten.logs import logger


def check_now(org_id: str, asset_ids: Sequence[str]) -> None:
    """Checks the org's uploads and waits for it, ten seconds at most; read the assets again to see what came of it.

    Never fails: an upload that could not be checked in time is still pending.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    event = json.dumps({"org_id": org_id, "asset_ids": list(asset_ids)})
    try:
        answer = clients.functions().invoke(
            FunctionName=settings(AssetsCheckSettings).assets_check_function, Payload=event.encode()
        )
    except (BotoCoreError, ClientError) as error:
        logger().warning("assets_not_checked", reason=type(error).__name__)
        return
    if answer.get("FunctionError"):
        logger().error("assets_not_checked", reason=answer["FunctionError"])

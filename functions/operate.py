"""The operator's function. It has no route: it is invoked by IAM only, as `make operate` does."""

from __future__ import annotations

import time
from typing import Any

from pydantic import ValidationError

from overten.errors import ApiError
from overten.logs import logger
from overten.operator import service
from overten.operator.actions import Request


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`{"success": true, "action", …}`, or an error in the form that the API's errors have.

    What the operator did wrong is answered; only what we did is raised.
    """
    logger().clear_state()
    try:
        action = Request.model_validate(event).root
        result = service.perform(action, now=time.time())
    except ValidationError as error:
        return {"success": False, "error": "invalid_request", "message": _problems(error)}
    except ApiError as error:
        logger().info("operation_refused", action=action.action, org_id=action.org_id, error=error.code)
        return {"success": False, "error": error.code, "message": error.message}
    return {"success": True, "action": action.action, **result.model_dump(mode="json")}


def _problems(error: ValidationError) -> str:
    """Every problem with its field. The first step of a place is the action's name, which is no field."""
    texts = [
        f"{'.'.join(map(str, problem['loc'][1:])) or 'action'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return "; ".join(texts)

"""Work that nobody is charged for. The operator's metric UnpaidCredits adds its lines up."""

from __future__ import annotations

from pydantic import BaseModel, Field

from overten.agent.models import ModelUsage
from overten.credits.pricing import price_list
from overten.logs import logger
from overten.runs import object_store
from overten.runs.models import TaskRef


class _Work(BaseModel):
    """What counts for the price, of a checkpoint."""

    usage: list[ModelUsage] = Field(default_factory=list)
    tool_calls: int = 0


def tell(ref: TaskRef) -> None:
    """Logs what the work on a task that has ended without a charge would have cost. Should this fail, no more than a
    line is missing."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = object_store.read_checkpoint(ref)
        work = _Work.model_validate_json(found[0]) if found else _Work()
    except (BotoCoreError, ClientError, ValueError) as error:
        logger().warning("work_unpaid_not_told", reason=type(error).__name__)
        return
    tell_of(price_list().price_credits(work.usage, work.tool_calls))


def tell_of(price_credits: int) -> None:
    """Logs the price of work that was free, unless it was nothing."""
    if price_credits:
        logger().warning("work_unpaid", price_credits=price_credits)

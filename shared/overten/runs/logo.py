"""The logo of a brand, brought to a task once and kept beside it. Whatever fails is a warning, never a failed run."""

from __future__ import annotations

from overten.logs import logger
from overten.runs import logo_store, object_store, store
from overten.runs.inputs import logo_name
from overten.runs.models import Caveat, Task, TaskLogo

_LOCATION = "/brand/logo_url"


def prepare(task: Task) -> None:
    """Has the logo fetched and keeps it, unless an earlier try has. Raises TaskEnded if the task ends meanwhile."""
    brand = task.request.brand
    url = brand.logo_url if brand and not brand.logo_image_id else None
    if url is None or task.logo is not None or not task.request.writes:
        return
    ref = store.ref_of(task)
    answer = logo_store.fetch(ref, url)
    if answer.ok:
        key = object_store.write_input(ref, logo_name(task.task_id), answer.body, answer.content_type)
        logo, caveats = TaskLogo(object_key=key, content_type=answer.content_type), []
    else:
        logo, message = TaskLogo(reason=answer.reason), f"The document has no logo. {answer.message}"
        caveats = [Caveat(code="logo_unreachable", message=message, location=_LOCATION)]
    store.note_logo(ref, logo, caveats)
    logger().info("logo_prepared", reason=logo.reason)

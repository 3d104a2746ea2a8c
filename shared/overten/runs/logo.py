"""The logo of a brand, brought to a task once and kept beside it. Whatever fails is a warning, never a failed run."""

from __future__ import annotations

from overten.logs import logger
from overten.runs import logo_store, object_store, store
from overten.runs.models import Caveat, Task, TaskLogo

_LOCATION = "/brand/logo_url"


def prepare(task: Task) -> None:
    """Has the logo fetched and keeps it, unless an earlier try has. Raises TaskEnded if the task ends meanwhile."""
    url = task.request.brand.logo_url if task.request.brand else None
    if url is None or task.logo is not None:
        return
    ref = store.ref_of(task)
    answer = logo_store.fetch(ref, url)
    if answer.ok:
        key = object_store.write_logo(ref, answer.body, answer.content_type)
        logo = TaskLogo(object_key=key, content_type=answer.content_type)
        code, message = "logo_not_placed", "The logo was fetched, but logos are not placed in documents yet."
    else:
        logo = TaskLogo(reason=answer.reason)
        code, message = "logo_unreachable", f"The document has no logo. {answer.message}"
    store.note_logo(ref, logo, Caveat(code=code, message=message, location=_LOCATION))
    logger().info("logo_prepared", reason=logo.reason)

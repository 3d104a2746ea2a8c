"""Pictures of documents for lists: a little PNG of the first page, slide or sheet of each version."""

from __future__ import annotations

from overten.errors import ServiceUnavailable
from overten.export import converter_store
from overten.export import object_store as export_objects
from overten.export.converter_store import StillConverting
from overten.export.errors import ExportError
from overten.export.models import SourceFormat
from overten.export.orders import Order
from overten.logs import logger
from overten.runs import object_store
from overten.runs.models import EXTENSIONS, Task

# The document waits for its picture no longer than this.
RENDER_SECONDS = 15.0
_WAIT_SECONDS = RENDER_SECONDS + 4.0


def are_offered() -> bool:
    """Whether the deployment can make pictures."""
    return converter_store.offers_office()


def make(task: Task) -> str:
    """Makes the picture of a task's verified document and returns its key; empty if there is none in time."""
    key = object_store.thumbnail_key(task)
    order = Order(
        task="thumbnail",
        source=source_of(task),
        timeout_seconds=RENDER_SECONDS,
        source_url=export_objects.source_url(object_store.candidate_key(task)),
        result_url=export_objects.upload_url(key),
        delivery_url=export_objects.upload_url(f"{key}.json"),
    )
    try:
        delivery = converter_store.ask(order, with_office=True, wait_seconds=_WAIT_SECONDS)
    except (ExportError, StillConverting, ServiceUnavailable) as error:
        logger().warning("no_thumbnail", reason=type(error).__name__)
        return ""
    if delivery.outcome != "converted":
        logger().warning("no_thumbnail", reason=delivery.outcome)
        return ""
    return key


def source_of(task: Task) -> SourceFormat:
    """The task's format as converters name it."""
    found: SourceFormat = EXTENSIONS[task.format].removeprefix(".")  # type: ignore[assignment]
    return found

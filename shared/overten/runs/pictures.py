"""Pictures that the agent has drawn of a document while it works on it, in storage beside its packages."""

from __future__ import annotations

import hashlib

from overten.agent.render import NotDrawn
from overten.errors import ServiceUnavailable
from overten.export import converter_store
from overten.export import object_store as export_objects
from overten.export.converter_store import StillConverting
from overten.export.errors import ExportError
from overten.export.models import Options
from overten.export.orders import Order
from overten.logs import logger
from overten.runs import object_store, store
from overten.runs.models import Task
from overten.runs.thumbnails import source_of

DRAW_SECONDS = 40.0
_WAIT_SECONDS = DRAW_SECONDS + 10.0
_LATER = "The picture cannot be drawn at the moment. Go on without it, or check with inspect."


class Pictures:
    """Draws a task's document as it stands. A page of the same bytes is drawn once."""

    def __init__(self, task: Task) -> None:
        self._ref = store.ref_of(task)
        self._source = source_of(task)
        self._known: dict[str, bytes] = {}

    def draw(self, data: bytes, page: int) -> str:
        """As `agent.render.Artist` has it: the name of the page's picture, or NotDrawn."""
        sha256 = hashlib.sha256(data).hexdigest()
        name = f"{sha256}-{page}.png"
        key = object_store.picture_key(self._ref, name)
        if not export_objects.has(key):
            source_key = object_store.write_drawn(self._ref, sha256, data)
            self._order(source_key, key, page)
        return name

    def picture(self, name: str) -> bytes:
        """A picture that was drawn before."""
        if name not in self._known:
            self._known[name] = object_store.read_picture(self._ref, name)
        return self._known[name]

    def _order(self, source_key: str, key: str, page: int) -> None:
        order = Order(
            task="picture",
            source=self._source,
            options=Options(page=page),
            timeout_seconds=DRAW_SECONDS,
            source_url=export_objects.source_url(source_key),
            result_url=export_objects.upload_url(key),
            delivery_url=export_objects.upload_url(f"{key}.json"),
        )
        try:
            delivery = converter_store.ask(order, with_office=True, wait_seconds=_WAIT_SECONDS)
        except (ExportError, StillConverting, ServiceUnavailable) as error:
            logger().warning("page_not_drawn", reason=type(error).__name__)
            raise NotDrawn(_LATER) from None
        if delivery.outcome == "no_such_part":
            raise NotDrawn(delivery.message)
        if delivery.outcome != "converted":
            logger().warning("page_not_drawn", reason=delivery.outcome)
            raise NotDrawn(_LATER)

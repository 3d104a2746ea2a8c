"""What a turn is made with: uploads and the logo, kept with the run, whatever becomes of the uploads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from overten.agent.models import InputImage
from overten.assets.models import Asset
from overten.documents.engine import BRAND_LOGO, Assets
from overten.runs import object_store, store
from overten.runs.models import Task, TaskInput, TaskRef
from overten.runs.requests import GenerateRequest

_NAME = re.compile(r"(brand|(img|file)_[0-9A-Za-z]{1,60})\Z")
_CACHED = 60


def inputs_of(request: GenerateRequest, assets: Mapping[str, Asset]) -> list[TaskInput]:
    """What is to be copied to the run before the work begins. `assets` are those that the request names, by id."""
    names = [image.image_id for image in request.image_assets]
    names += [name for name in (request.init_file, request.template_file) if name]
    found = [TaskInput(name=name, source_key=_key(assets[name])) for name in dict.fromkeys(names)]
    if request.brand and request.brand.logo_image_id:
        found.append(TaskInput(name=BRAND_LOGO, source_key=_key(assets[request.brand.logo_image_id])))
    return found


def images_of(request: GenerateRequest, assets: Mapping[str, Asset]) -> list[InputImage]:
    """The images of a request as the agent is told of them, each once."""
    found: dict[str, InputImage] = {}
    for image in request.image_assets:
        asset = assets[image.image_id]
        told = found.setdefault(
            image.image_id,
            InputImage(
                name=image.image_id,
                width=asset.width,
                height=asset.height,
                shows=[*([asset.caption] if asset.caption else []), *asset.tags],
            ),
        )
        told.shows += [tag for tag in image.tags if tag not in told.shows]
    return list(found.values())


def prepare(task: Task) -> None:
    """Copies the task's uploads to its run. Twice is harmless. Raises InputGone for one that is no longer there."""
    for one in task.inputs:
        object_store.copy_input(store.ref_of(task), one.name, one.source_key)


def reader(ref: TaskRef) -> Assets:
    """Reads the run's inputs by name, each once: documents as they are, images as Office shows them.

    Names come from a model, too: one that is none of a run's inputs is of nothing, wherever it might lead.
    """

    @lru_cache(_CACHED)
    def read(name: str) -> bytes | None:
        if not _NAME.match(name):
            return None
        data = object_store.read_input(ref, name)
        if data is None or name.startswith("file_"):
            return data
        from overten.documents.pictures import office_image

        return office_image(data)

    return read


def _key(asset: Asset) -> str:
    if asset.object_key is None:
        raise ValueError(f"{asset.asset_id} is ready and has no bytes")
    return asset.object_key

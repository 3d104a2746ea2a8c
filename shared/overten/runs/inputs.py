"""What a turn is made with: uploads and the logo, kept with the run, whatever becomes of the uploads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from overten.agent.data.models import InputFile
from overten.agent.models import InputImage
from overten.assets.models import Asset
from overten.documents.engine import BRAND_LOGO, Assets
from overten.runs import object_store, store
from overten.runs.models import Task, TaskInput, TaskRef
from overten.runs.requests import GenerateRequest

_NAME = re.compile(r"(brand-task|img|file)_[0-9A-Za-z]{1,60}\Z")
_CACHED_IMAGES = 8
_MAX_SHOWS_CHARS = 300  # of one image, in the task's row and in every request to the model


def logo_name(task_id: str) -> str:
    """Under which name the logo of a task's brand is kept. Each task has its own: what fails changes nothing before."""
    return f"{BRAND_LOGO}-{task_id}"


def logo_of(task: Task) -> str | None:
    """The input that is the logo of a prepared task's brand; None if it has none or none was to be had."""
    name = logo_name(task.task_id)
    is_there = any(one.name == name for one in task.inputs) or (task.logo is not None and task.logo.object_key)
    return name if is_there else None


def inputs_of(request: GenerateRequest, assets: Mapping[str, Asset], task_id: str) -> list[TaskInput]:
    """What is to be copied to the run before the work begins. `assets` are those that the request names, by id."""
    names = [image.image_id for image in request.image_assets]
    names += [name for name in (request.init_file, request.template_file) if name]
    names += [data.file_id for data in request.data_sources] + [file.file_id for file in request.context_files]
    found = [TaskInput(name=name, source_key=key_of(assets[name])) for name in dict.fromkeys(names)]
    if request.brand and request.brand.logo_image_id:
        found.append(TaskInput(name=logo_name(task_id), source_key=key_of(assets[request.brand.logo_image_id])))
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
    for told in found.values():
        told.shows = list(_within(told.shows, _MAX_SHOWS_CHARS))
    return list(found.values())


def files_of(request: GenerateRequest, assets: Mapping[str, Asset]) -> list[InputFile]:
    """The files that a request draws on, each once; no two have the same label."""
    fields = [(f"/data_sources/{n}", data.file_id, data.kind or "") for n, data in enumerate(request.data_sources)]
    fields += [(f"/context_files/{n}", file.file_id, "") for n, file in enumerate(request.context_files)]
    found: dict[str, InputFile] = {}
    labels: set[str] = set()
    for field, file_id, holds in fields:
        if file_id not in found:
            label = _unlike(assets[file_id].name or file_id, labels)
            kind = assets[file_id].kind or ""
            found[file_id] = InputFile(name=file_id, label=label, kind=kind, field=field, holds=holds)
    return list(found.values())


def own_file(file_id: str, asset: Asset, field: str) -> InputFile:
    """The document that a turn is about, as a file to draw on. `field` is the JSON pointer of what names it."""
    return InputFile(name=file_id, label=asset.name or file_id, kind=asset.kind or "", field=field)


def _unlike(label: str, taken: set[str]) -> str:
    free = next(name for n in itertools.count(1) if (name := label if n == 1 else f"{n} {label}") not in taken)
    taken.add(free)
    return free


def _within(texts: Sequence[str], most_chars: int) -> Iterator[str]:
    left = most_chars
    for text in texts:
        if left <= 0:
            return
        yield text[:left]
        left -= len(text)


def prepare(task: Task) -> None:
    """Copies the task's uploads to its run, those that are not there yet: a try goes on where the one before it died.

    Raises InputGone for one that is no longer there.
    """
    ref = store.ref_of(task)
    for one in task.inputs:
        if not object_store.has_input(ref, one.name):
            object_store.copy_input(ref, one.name, one.source_key)


def reader(ref: TaskRef) -> Assets:
    """Reads the run's inputs by name: documents as they are, images as Office shows them.

    Names come from a model, too: one that is none of a run's inputs is of nothing, wherever it might lead.
    """

    @lru_cache(_CACHED_IMAGES)
    def image(name: str) -> bytes | None:
        from overten.documents.pictures import office_image

        data = object_store.read_input(ref, name)
        return office_image(data) if data is not None else None

    def read(name: str) -> bytes | None:
        if not _NAME.match(name):
            return None
        return object_store.read_input(ref, name) if name.startswith("file_") else image(name)

    return read


def key_of(asset: Asset) -> str:
    """Where the bytes of an asset that is ready lie."""
    if asset.object_key is None:
        raise ValueError(f"{asset.asset_id} is ready and has no bytes")
    return asset.object_key

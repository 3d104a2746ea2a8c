"""The outline that a turn makes, or follows."""

from __future__ import annotations

from typing import NamedTuple

from overten.agent.data.models import together
from overten.agent.models import Format
from overten.agent.outline.models import IMAGE_LAYOUTS, Outline
from overten.errors import ValidationFailed
from overten.runs import inputs, object_store, store
from overten.runs.models import Run, Task, TaskInput
from overten.runs.requests import GenerateRequest, OutlineRequest


class Plan(NamedTuple):
    """An outline to follow. `made_by` is the task that planned the run's document, whatever the outline is now."""

    outline: Outline
    made_by: Task | None


def plan_of(request: GenerateRequest, base: Run | None, document_format: Format) -> Plan | None:
    """What a turn has to follow: the request's outline, or else that of a run without a document; None for neither.

    Raises ValidationFailed for an outline that cannot be followed.
    """
    if request.mode != "action":
        if request.outline:
            raise ValidationFailed("/outline", "is for a new presentation; mode ask writes none")
        return None
    made_by = _planner(base)
    given = request.outline.as_outline() if request.outline else None
    if given is not None:
        _refuse_where_there_is_a_document(request, base, document_format)
    outline = given or (made_by.outcome.outline if made_by and made_by.outcome else None)
    if outline is None:
        return None
    if not request.image_assets and not (made_by and made_by.request.images):
        _refuse_pictures(outline)
    return Plan(outline, made_by)


def _planner(base: Run | None) -> Task | None:
    if base is None or base.version or base.outline_task_id is None:
        return None
    return store.get_task(base.org_id, base.outline_task_id)


def _refuse_where_there_is_a_document(request: GenerateRequest, base: Run | None, document_format: Format) -> None:
    if document_format != "slides":
        raise ValidationFailed("/outline", "is for slides only")
    if request.init_file or (base is not None and base.version):
        other = "init_file" if request.init_file else "the run_id of a presentation"
        raise ValidationFailed("/outline", f"is for a new presentation; it cannot be given together with {other}")


def _refuse_pictures(outline: Outline) -> None:
    for number, slide in enumerate(outline.slides):
        if slide.layout in IMAGE_LAYOUTS:
            place = f"/outline/slides/{number}/layout"
            raise ValidationFailed(place, f"'{slide.layout}' shows images; give image_assets or choose another layout")


def planned(task: Task, request: OutlineRequest) -> Task:
    """The task as one that makes an outline."""
    turn = task.request.model_copy(update={"purpose": "outline", "slide_count": request.slide_count})
    return task.model_copy(update={"request": turn})


def followed(task: Task, plan: Plan | None) -> Task:
    """The task with the outline that it follows, and with what the run's own was made of: files, images, brand."""
    if plan is None:
        return task
    turn = task.request.model_copy(update={"outline": plan.outline})
    if plan.made_by is None:
        return task.model_copy(update={"request": turn})
    before = plan.made_by.request
    named = {image.name: image for image in (*before.images, *turn.images)}
    turn = turn.model_copy(
        update={
            "files": together(before.files, turn.files),
            "images": list(named.values()),
            "brand": turn.brand or before.brand,
            "file_name": turn.file_name or before.file_name,
        }
    )
    logos = [] if task.request.brand else _logo(task, plan.made_by)
    return task.model_copy(update={"request": turn, "inputs": [*task.inputs, *logos]})


def _logo(task: Task, made_by: Task) -> list[TaskInput]:
    """The logo that was uploaded for the outline, from where the run has kept it."""
    name = inputs.logo_name(made_by.task_id)
    if all(one.name != name for one in made_by.inputs):
        return []
    key = object_store.input_key(store.ref_of(made_by), name)
    return [TaskInput(name=inputs.logo_name(task.task_id), source_key=key)]

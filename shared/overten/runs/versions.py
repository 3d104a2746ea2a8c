"""The versions of a run's document: what was published when, and going back to it."""

from __future__ import annotations

from itertools import islice

from overten.accounts.models import AuthenticatedKey
from overten.clock import iso
from overten.errors import Conflict, NotFound
from overten.runs import object_store, service, store, version_store
from overten.runs.models import Run, Version


def list_versions(
    run_id: str, caller: AuthenticatedKey, *, before: int | None, limit: int, now: float
) -> tuple[Run, list[Version], int | None]:
    """The run, at most `limit` of its versions, newest first, and where the next page begins (None after the last)."""
    run = service.get_run(run_id, caller, now=now)
    found = version_store.list_versions(run.org_id, run_id, before=before, limit=limit + 1)
    page = list(islice(found, limit + 1))
    return run, page[:limit], page[limit - 1].number if len(page) > limit else None


def restore(run_id: str, number: int, caller: AuthenticatedKey, *, now: float) -> tuple[Run, Version]:
    """Makes an older version current, as a new version with the same bytes; a next turn goes on from it.

    If the current version is that one, or was restored from it, nothing is made and it is the answer: a client may
    repeat the request. Raises NotFound, Gone, or Conflict while a task is open or if another change came first.
    """
    run = service.get_run(run_id, caller, now=now)
    if not run.is_terminal:
        raise Conflict("The run is not in a terminal state. Wait until its task has finished.")
    chosen = _version(run, number)
    current = chosen if number == run.version else _version(run, run.version)
    if number in (current.number, current.restored_from):
        return run, current
    new = chosen.model_copy(
        update={
            "number": run.version + 1,
            "object_key": object_store.copy_version(run.org_id, chosen, run.version + 1, run.format),
            "created_at": iso(now),
            "restored_from": number,
        }
    )
    task = store.get_task(run.org_id, chosen.task_id)
    try:
        version_store.restore(run, new, task.outcome if task else None, now=now)
    except store.RunBusy:
        raise Conflict("The run was changed at the same time. Look at it again before restoring a version.") from None
    return run.model_copy(update={"version": new.number}), new


def _version(run: Run, number: int) -> Version:
    version = store.get_version(run.org_id, run.run_id, number)
    if version is None:
        raise NotFound("The run has no such version.")
    return version

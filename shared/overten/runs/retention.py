"""How a run ends for good: deleted by its owner, or past its retention, and then erased.

First a tombstone stands in its place, and from then on it is gone for everybody. Its content is erased only once every
worker that might still have been writing for it is certainly dead; then only ids are left, and after 90 days nothing.
"""

from __future__ import annotations

import time

from overten.accounts.models import AuthenticatedKey
from overten.errors import Conflict, ServiceUnavailable
from overten.logs import logger
from overten.runs import object_store, retention_store, service, store
from overten.runs.models import ANALYSIS, WRITERS_DEAD_SECONDS, Run, is_analysis

_ATTEMPTS = 5


class ReapIncomplete(Exception):
    """Some runs could not be erased. The others were; these are found again at the next hour."""


def delete_run(run_id: str, caller: AuthenticatedKey, *, now: float) -> None:
    """Deletes a run: gone at once, erased within hours. Harmless for one that is gone.

    Raises NotFound, or Conflict while a task of it is open.
    """
    for _ in range(_ATTEMPTS):
        run = service.find_run(run_id, caller, now=now)
        if run.deleted_at_seconds is not None:
            return
        if not run.is_terminal:
            raise Conflict("The run is not in a terminal state. Cancel its task first, or wait until it has finished.")
        try:
            gone_since = run.gone_since(now) or now
            retention_store.bury(run, gone_since=gone_since, erase_at=now + WRITERS_DEAD_SECONDS)
        except store.RunBusy:
            continue  # it was changed in the meantime: read it again
        logger().info("run_deleted", run_id=run_id)
        return
    raise ServiceUnavailable


def reap(*, until: float) -> int:
    """Buries runs past their retention, and erases those that were buried. Returns how many it did something for.

    Stops at `until` (Unix time); the next hour goes on. One run that cannot be erased does not keep the others from it;
    it is told by ReapIncomplete at the end.
    """
    now, reaped, failed = time.time(), 0, 0
    for org_id, run_id in retention_store.due_runs(now):
        if time.time() >= until:
            logger().warning("reap_unfinished", reaped=reaped)
            break
        try:
            reap_one = _reap_analysis if is_analysis(run_id) else _reap_one
            reaped += reap_one(org_id, run_id, now=now, until=until)
        except Exception:  # noqa: BLE001 - logged whole, and raised as one error at the end
            failed += 1
            logger().exception("run_not_reaped", org_id=org_id, run_id=run_id)
    if failed:
        raise ReapIncomplete(f"{failed}, beside {reaped} that were")
    return reaped


def _reap_one(org_id: str, run_id: str, *, now: float, until: float) -> bool:
    run = store.get_run(org_id, run_id)
    gone_since = run.gone_since(now) if run else None
    if run is None or gone_since is None:
        return False  # a turn has taken it on since the index was written
    if run.deleted_at_seconds is None:
        return _bury_expired(run, gone_since, now)
    if now < run.expires_at_seconds:
        return False
    return _erase(run, until)


def _reap_analysis(org_id: str, run_id: str, *, now: float, until: float) -> bool:
    """First the copy of its file and all else that it was made of, soon after its end; at the end of its retention the
    question and the answer."""
    task = store.get_task(org_id, run_id.replace(ANALYSIS, "task", 1))
    gone_since = task.retention_ends_seconds if task else None
    if task is None or gone_since is None or task.deleted_at_seconds is not None:
        return False
    if not object_store.erase_run(org_id, run_id, until=until):
        return False
    if now < gone_since:
        retention_store.keep_answer_until(task, gone_since)
    else:
        retention_store.erase_analysis(task, gone_since=gone_since)
    logger().info("analysis_erased", org_id=org_id, run_id=run_id, is_gone=now >= gone_since)
    return True


def _bury_expired(run: Run, gone_since: float, now: float) -> bool:
    try:
        retention_store.bury(run, gone_since=gone_since, erase_at=now + WRITERS_DEAD_SECONDS)
    except store.RunBusy:
        return False  # a turn was accepted at the last moment: the run goes on
    return True


def _erase(run: Run, until: float) -> bool:
    """Bytes first, rows next, and only then out of the index: a death in between is found again, and repeated."""
    if not object_store.erase_run(run.org_id, run.run_id, until=until):
        return False
    retention_store.erase_rows(run)
    retention_store.forget(run)
    logger().info("run_erased", org_id=run.org_id, run_id=run.run_id)
    return True

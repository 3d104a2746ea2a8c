"""Published versions of a run in DynamoDB: listing them, and making an older one current again.

A version that was restored is a new one with the old one's bytes, so numbers only grow and nothing is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator

from ulid import ULID

from overten.aws import dynamo
from overten.clock import iso
from overten.config import RunsSettings, settings
from overten.errors import Gone
from overten.runs.models import RETENTION_SECONDS, ExportNote, Outcome, Run, Version
from overten.runs.store import IS_SETTLED, SETTLED_VALUES, RunBusy, run_key, version_key


def list_versions(org_id: str, run_id: str, *, before: int | None, limit: int) -> Iterator[Version]:
    """The run's versions, newest first, from before that number on. `limit` is how many a page reads."""
    if before is not None and before <= 1:
        return iter(())
    items = dynamo.query(
        settings(RunsSettings).runs_table,
        "pk = :pk AND sk BETWEEN :first AND :last",
        {
            ":pk": org_id,
            ":first": version_key(org_id, run_id, 1)["sk"],
            ":last": version_key(org_id, run_id, 999_999 if before is None else before - 1)["sk"],
        },
        newest_first=True,
        limit=limit,
    )
    return map(Version.model_validate, items)


def restore(run: Run, version: Version, outcome: Outcome | None, *, now: float) -> None:
    """Makes a version that was copied from an older one current, with what is said of that one's document.

    The run stays as its last task left it. Raises RunBusy if it has an open task or has another version than when it
    was read, Gone if it was deleted.
    """
    said = outcome.model_dump(include={"title", "file_name", "summary", "warnings", "statistics"}) if outcome else {}
    change = {
        **said,
        "version": version.number,
        "version_task_id": version.task_id,
        "file_name": version.file_name,
        "thumbnail_key": version.thumbnail_key,
        "exports": {},
        "updated_at": iso(now),
        "expires_at_seconds": now + RETENTION_SECONDS,
    }
    table = settings(RunsSettings).runs_table
    actions = {
        "run": dynamo.update_action(
            table,
            run_key(run.org_id, run.run_id),
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in change),
            condition=f"{IS_SETTLED} AND version = :version",
            names={"#status": "status", **{f"#{name}": name for name in change}},
            values={**SETTLED_VALUES, ":version": run.version, **{f":new_{name}": change[name] for name in change}},
        ),
        "version": dynamo.put_action(
            table,
            {**version_key(run.org_id, run.run_id, version.number), **version.model_dump()},
            condition="attribute_not_exists(pk)",
        ),
    }
    try:
        dynamo.transact(actions, token=str(ULID()))
    except dynamo.TransactionRefused as refused:
        if "deleted_at_seconds" in refused.failed.get("run", {}):
            raise Gone from None
        raise RunBusy from None


def note_export(run: Run, target: str, note: ExportNote) -> None:
    """Notes with the run that its version has been exported. Nothing happens if it has gone on to another since."""
    try:
        dynamo.update(
            settings(RunsSettings).runs_table,
            run_key(run.org_id, run.run_id),
            "SET #exports.#target = :note",
            condition="version = :version AND attribute_exists(#exports) AND attribute_not_exists(deleted_at_seconds)",
            names={"#exports": "exports", "#target": target},
            values={":note": note.model_dump(), ":version": run.version},
        )
    except dynamo.ConditionFailed:
        return

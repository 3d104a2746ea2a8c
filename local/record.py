"""Records a run of the local stack for tests and for benches: `make record RUN=run_… OUT=tests/recordings/name.json`.

Each turn becomes a file: the first under the name given, the others with the turn's number. Whichever provider wrote
the run, its checkpoints hold what the model said. Keys, tokens and passwords are scrubbed; look through a recording
before you commit it all the same. The files of a run's user are not part of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local import processes
from local.deploy import Deployment
from local.deploy import client as local_client
from local.settings import REGION, Settings
from local.stack import lock_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from overten.agent.recording import Recording


class RecordError(Exception):
    """The run could not be read; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the files and names them. Exit code 1: nothing was written, with the reason."""
    parser = argparse.ArgumentParser(prog="make record", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run_id")
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        reach(settings)
        secrets = [settings.model.api_key]
        recordings = recorded(org_of(settings, options.run_id), options.run_id, options.out, secrets=secrets)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    for file, recording in recordings.items():
        file.write_text(recording.model_dump_json(indent=1, exclude_none=True, exclude_defaults=True) + "\n")
        print(f"{file}: {len(recording.replies)} replies")
    return 0


def reach(settings: Settings) -> None:
    """Points the product's own stores at the running stack."""
    if processes.holder(lock_file(settings)) is None:
        raise RecordError("The local stack is not running. Start it with `make run`.")
    settings = settings.of_running_stack()
    resources = Deployment.load(settings.stack_file).resources
    os.environ |= {
        "AWS_ENDPOINT_URL": settings.emulator_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "BUCKET": resources["Bucket"],
        **{f"{name.upper()}_TABLE": resources[f"{name}Table"] for name in ("Runs", "Orgs", "Ledger")},
    }


def org_of(settings: Settings, run_id: str) -> str:
    """Whose run it is. A developer's stack is small enough to be searched."""
    pages = local_client(settings.of_running_stack(), "dynamodb").get_paginator("scan")
    wanted = {":run": {"S": f"RUN#{run_id}"}}
    scanned = pages.paginate(
        TableName=os.environ["RUNS_TABLE"], FilterExpression="sk = :run", ExpressionAttributeValues=wanted
    )
    found = [item["pk"]["S"] for page in scanned for item in page["Items"]]
    if not found:
        raise RecordError(f"The local stack has no run {run_id}.")
    return str(found[0])


def recorded(org_id: str, run_id: str, first: Path, *, secrets: Sequence[str] = ()) -> dict[Path, Recording]:
    """The turns of a run by the files they are to be written to. A turn that left no checkpoint is left out."""
    from overten.agent.models import Checkpoint
    from overten.agent.recording import record
    from overten.runs import object_store, store

    run = store.get_run(org_id, run_id)
    found: dict[Path, Recording] = {}
    for task in store.get_tasks(org_id, run.task_ids if run else []):
        stored = object_store.read_checkpoint(store.ref_of(task))
        if stored is None:
            continue
        file = first.with_stem(f"{first.stem}_turn_{len(found) + 1}") if found else first
        before = list(found)[-1].name if found else None
        checkpoint = Checkpoint.model_validate_json(stored[0])
        found[file] = record(checkpoint, task.request, follows=before, secrets=secrets)
    if not found:
        raise RecordError(f"The run {run_id} has no conversation that could be recorded.")
    return found


if __name__ == "__main__":
    raise SystemExit(main())

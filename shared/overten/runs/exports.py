"""Exports of runs: of the current version, as a hand edit or a turn has left it."""

from __future__ import annotations

from overten.accounts.models import AuthenticatedKey
from overten.agent.models import Format
from overten.errors import Conflict
from overten.export import service as exports
from overten.export.models import SourceFormat
from overten.export.names import export_name
from overten.export.records import Artifact, Export, StoredFile
from overten.export.requests import ExportRequest
from overten.runs import object_store, service, version_store
from overten.runs.models import ExportNote, Run, Version

_SOURCES: dict[Format, SourceFormat] = {"excel": "xlsx", "word": "docx", "slides": "pptx"}


def export_run(
    run_id: str, request: ExportRequest, caller: AuthenticatedKey, *, deadline: float, now: float
) -> tuple[Run, Export, StoredFile]:
    """The run, the export of its current version, and the file it is given out as.

    Raises NotFound, Gone, Conflict while a task is open or if there is no document, and as `exports.export` does.
    """
    run = service.get_run(run_id, caller, now=now)
    pair = exports.pair_of(_SOURCES[run.format], request)
    if not run.is_terminal:
        raise Conflict("The run is not in a terminal state. Wait until its task has finished.")
    version = service.current_version(run)
    export = exports.export(artifact_of(run, version), pair[1], request.options, deadline=deadline)
    if request.page is None and request.sheet is None:
        note = ExportNote(created_at=export.created_at, size_bytes=export.size_bytes, pages=export.pages)
        if run.exports.get(export.target) != note:
            version_store.note_export(run, export.target, note)
    file = StoredFile(
        object_key=export.object_key, file_name=export_name(version.file_name, export), media_type=export.media_type
    )
    return run, export, file


def artifact_of(run: Run, version: Version) -> Artifact:
    """A version of a run's document, to be exported."""
    return Artifact(
        org_id=run.org_id,
        owner_id=run.run_id,
        version=version.number,
        source=_SOURCES[run.format],
        object_key=version.object_key,
        folder=object_store.run_folder(run.org_id, run.run_id),
        file_name=version.file_name,
    )

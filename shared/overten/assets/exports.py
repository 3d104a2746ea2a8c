"""Conversions of uploaded files: office documents, those of the formats before 2007 included."""

from __future__ import annotations

from overten.accounts.models import AuthenticatedKey
from overten.assets import object_store, service
from overten.assets.models import Asset
from overten.errors import Conflict, InvalidRequest, ValidationFailed
from overten.export import service as exports
from overten.export.models import SourceFormat
from overten.export.names import export_name
from overten.export.records import Artifact, Export, StoredFile
from overten.export.requests import ExportRequest

# Kinds as `overten.assets.examine` names them. Macros are never run, and a template is a document.
_SOURCES: dict[str, SourceFormat] = {
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xltx": "xlsx",
    "xls": "xls",
    "docx": "docx",
    "docm": "docx",
    "dotx": "docx",
    "doc": "doc",
    "pptx": "pptx",
    "pptm": "pptx",
    "potx": "pptx",
    "ppt": "ppt",
}


def convert_file(
    file_id: str, request: ExportRequest, caller: AuthenticatedKey, *, deadline: float, now: float
) -> tuple[Asset, Export, StoredFile]:
    """The file, its conversion, and the file that it is given out as.

    Raises NotFound, Gone, Conflict while it has not been checked, ValidationFailed if it was rejected, and as
    `exports.export` does.
    """
    asset = service.get(file_id, "file", caller, now=now)
    if asset.status == "rejected":
        raise ValidationFailed("/file_id", f"the file was rejected: {asset.rejected_message}")
    if asset.status == "pending" or asset.object_key is None:
        raise Conflict("The file has not been uploaded or is still being checked.")
    source = _SOURCES.get(asset.kind or "")
    if source is None:
        raise InvalidRequest(
            f"A file of kind '{asset.kind}' cannot be converted. These can: {', '.join(sorted(set(_SOURCES)))}."
        )
    pair = exports.pair_of(source, request)
    artifact = Artifact(
        org_id=asset.org_id,
        owner_id=asset.asset_id,
        version=1,
        source=source,
        object_key=asset.object_key,
        folder=object_store.folder(asset.org_id, asset.sort, asset.asset_id),
        file_name=asset.name,
        uploaded=True,
    )
    export = exports.export(artifact, pair[1], request.options, deadline=deadline)
    file = StoredFile(
        object_key=export.object_key, file_name=export_name(asset.name, export), media_type=export.media_type
    )
    return asset, export, file

"""Whether a request may use the files and images that it names. Light: the generate functions load it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from overten.accounts.models import AuthenticatedKey
from overten.agent.models import Format
from overten.assets import check_store, store
from overten.assets.models import Asset, sort_of
from overten.errors import ApiError, Conflict, Gone, NotFound, ValidationFailed

Role = Literal[
    "init_file", "template_file", "context_files", "data_sources", "image_assets", "logo_image_id", "analyzed_file"
]
_IMAGE_ROLES: frozenset[Role] = frozenset({"image_assets", "logo_image_id"})

# Kinds as `overten.assets.examine` names them.
_EDITABLE: dict[Format, frozenset[str]] = {
    "excel": frozenset({"xlsx", "xlsm"}),
    "word": frozenset({"docx", "docm"}),
    "slides": frozenset({"pptx", "pptm"}),
}
_TEMPLATES: dict[Format, frozenset[str]] = {
    "excel": frozenset({"xlsx", "xlsm", "xltx"}),
    "word": frozenset({"docx", "docm", "dotx"}),
    "slides": frozenset({"pptx", "pptm", "potx"}),
}
_TABULAR = frozenset({"xlsx", "xlsm", "xltx", "xls", "ods", "csv", "tsv"})

ANALYZED = frozenset({"xlsx", "xls", "csv"})
_READABLE = _TABULAR | _EDITABLE["word"] | _EDITABLE["slides"] | {"dotx", "potx", "pdf", "txt"}


class Use(NamedTuple):
    """An asset that a request names: the JSON pointer of the field, the id, and what it is to be used as."""

    pointer: str
    asset_id: str
    role: Role


def require(uses: Sequence[Use], document_format: Format, caller: AuthenticatedKey, *, now: float) -> dict[str, Asset]:
    """The assets a request names, by id: all the caller's, ready, and fit for what they are to be used as.

    Otherwise raises the error of the first that is not, by its pointer: ValidationFailed (not of this kind, or rejected
    by its check), NotFound, Gone, or Conflict for an upload that has not arrived. An upload whose arrival was not told
    is checked now, all of them in one call.
    """
    for use in uses:
        _require_sort(use)
    assets = _read(uses, caller)
    for use in uses:
        _require_there(use, assets.get(use.asset_id), caller, now)
    pending = [asset_id for asset_id, asset in assets.items() if asset.status == "pending"]
    if pending:
        check_store.check_now(caller.org_id, pending)
        assets = _read(uses, caller)
    for use in uses:
        asset = _require_there(use, assets.get(use.asset_id), caller, now)
        _require_fit(use, asset, document_format)
    return assets


def _read(uses: Sequence[Use], caller: AuthenticatedKey) -> dict[str, Asset]:
    return store.get_many(caller.org_id, [use.asset_id for use in uses])


def _require_sort(use: Use) -> None:
    """Judged by the id alone, so that it tells nothing of what exists."""
    if use.role in _IMAGE_ROLES and use.asset_id.startswith("file_"):
        raise ValidationFailed(use.pointer, "takes the id of an image (img_…), not of a file.")
    if use.role not in _IMAGE_ROLES and sort_of(use.asset_id) == "image":
        raise ValidationFailed(use.pointer, "takes the id of a file (file_…), not of an image.")


def _require_there(use: Use, asset: Asset | None, caller: AuthenticatedKey, now: float) -> Asset:
    if asset is None or asset.is_forgotten(now) or not caller.sees(asset.creator_uid):
        raise NotFound(f"{use.pointer}: no such asset.")
    if asset.deleted_at:
        raise Gone(f"{use.pointer}: the {asset.sort} has been deleted.")
    return asset


def _require_fit(use: Use, asset: Asset, document_format: Format) -> None:
    problem = _state_problem(use.pointer, asset)
    if problem:
        raise problem
    if use.role == "init_file" and asset.kind not in _EDITABLE[document_format]:
        raise ValidationFailed(
            use.pointer, f"is of kind '{asset.kind}', which /{document_format}/generate cannot edit."
        )
    if use.role == "template_file" and asset.kind not in _TEMPLATES[document_format]:
        raise ValidationFailed(use.pointer, f"is of kind '{asset.kind}', which is no template for {document_format}.")
    if use.role == "context_files" and asset.kind not in _READABLE:
        readable = "PDF, Word, PowerPoint, Excel, CSV, JSON and plain text"
        raise ValidationFailed(
            use.pointer, f"is of kind '{asset.kind}', which is not read. Files that are: {readable}."
        )
    if use.role == "data_sources" and asset.kind not in _TABULAR and not _is_json(asset):
        raise ValidationFailed(use.pointer, f"is of kind '{asset.kind}', which holds no tables that could be queried.")
    if use.role == "analyzed_file" and asset.kind not in ANALYZED:
        raise ValidationFailed(use.pointer, f"is of kind '{asset.kind}'; analyzed are .xlsx, .xls and .csv.")


def _is_json(asset: Asset) -> bool:
    return asset.kind == "txt" and asset.name.lower().endswith(".json")


def _state_problem(pointer: str, asset: Asset) -> ApiError | None:
    if asset.status == "rejected":
        error = ValidationFailed(pointer, f"the {asset.sort} was rejected: {asset.rejected_message}")
        error.extra = {"reason": asset.rejected_reason}
        return error
    if asset.status == "pending":
        return Conflict(f"{pointer}: the {asset.sort} has not been uploaded or is still being checked.")
    return None

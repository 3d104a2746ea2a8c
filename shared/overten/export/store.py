"""Exports in DynamoDB: `EXPORT#<owner>#<version>#<recipe>` under an org's id, beside its runs.

Of clients that ask for the same export at once, one gets the claim and the others wait for what it makes.
"""

from __future__ import annotations

from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.clock import seconds_of
from overten.config import ExportSettings, settings
from overten.export.models import Options, TargetFormat
from overten.export.records import KEPT_SECONDS, Artifact, Export, recipe_of


def find(artifact: Artifact, target: TargetFormat, options: Options) -> Export | None:
    """The export as it stands: ready, or claimed by somebody. Expired rows that still lie there are not found."""
    key = _key(artifact.org_id, artifact.owner_id, artifact.version, recipe_of(target, options))
    item = dynamo.get(_table(), key)
    return Export.model_validate(item) if item else None


def claim(export: Export, *, over: Export | None) -> bool:
    """Puts a new claim, where nothing is or over the dead one `over`. False if somebody else was first."""
    if over is None:
        condition, values = "attribute_not_exists(pk)", {}
    else:
        condition, values = "claim = :dead AND #status = :status", {":dead": over.claim, ":status": over.status}
    try:
        dynamo.put_if(
            _table(), _item(export), condition=condition, names={"#status": "status"} if values else {}, values=values
        )
    except dynamo.ConditionFailed:
        return False
    return True


def finish(export: Export) -> bool:
    """Makes a claim the export, or the failure, that it has become. False if it was taken over, or is over already."""
    try:
        dynamo.put_if(
            _table(),
            _item(export),
            condition="claim = :claim AND #status = :pending",
            names={"#status": "status"},
            values={":claim": export.claim, ":pending": "pending"},
        )
    except dynamo.ConditionFailed:
        return False
    return True


def release(export: Export) -> None:
    """Gives a claim up that came to nothing, so that the next request tries anew. Harmless if it was taken over."""
    try:
        dynamo.delete_if(
            _table(),
            _key_of(export),
            condition="claim = :claim AND #status = :pending",
            names={"#status": "status"},
            values={":claim": export.claim, ":pending": "pending"},
        )
    except dynamo.ConditionFailed:
        return


def _item(export: Export) -> Item:
    ttl = int(seconds_of(export.created_at) + KEPT_SECONDS)
    return {**_key_of(export), **export.model_dump(), "ttl": ttl}


def _key_of(export: Export) -> Item:
    return _key(export.org_id, export.owner_id, export.version, export.recipe)


def _key(org_id: str, owner_id: str, version: int, recipe: str) -> Item:
    return {"pk": org_id, "sk": f"EXPORT#{owner_id}#{version:06d}#{recipe}"}


def _table() -> str:
    return settings(ExportSettings).runs_table

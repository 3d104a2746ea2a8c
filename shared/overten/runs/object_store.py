"""Documents and checkpoints in S3, all under `org/<org_id>/runs/<run_id>/`."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from overten.agent.models import Format
from overten.aws import clients
from overten.config import StorageSettings, settings
from overten.runs.errors import InputGone, StaleWorker
from overten.runs.models import EXTENSIONS, MEDIA_TYPES, Candidate, Publication, Task, TaskRef, Version

SIGNED_URL_SECONDS = 300


class EraseIncomplete(Exception):
    """Storage refused to delete some of a run's objects."""


def read_checkpoint(ref: TaskRef) -> tuple[bytes, str] | None:
    """The task's checkpoint and its ETag, or None if none was written yet."""
    client = clients.s3()
    try:
        answer = client.get_object(Bucket=_bucket(), Key=_checkpoint_key(ref))
    except client.exceptions.NoSuchKey:
        return None
    return answer["Body"].read(), answer["ETag"]


def write_checkpoint(ref: TaskRef, body: bytes, *, replaces: str | None) -> str:
    """Writes a checkpoint over the one whose ETag is `replaces` (None: the first). Returns the new ETag.

    Raises StaleWorker if another worker has written since, so that of two workers on one task only one goes on.
    """
    from botocore.exceptions import ClientError

    precondition: dict[str, Any] = {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}
    try:
        answer = clients.s3().put_object(
            Bucket=_bucket(), Key=_checkpoint_key(ref), Body=body, ContentType="application/json", **precondition
        )
    except ClientError as error:
        if _is_precondition_failure(error):
            raise StaleWorker from None
        raise
    return answer["ETag"]


def read_package(ref: TaskRef, sha256: str) -> bytes:
    """The bytes of a working document's package."""
    answer = clients.s3().get_object(Bucket=_bucket(), Key=_package_key(ref, sha256))
    return answer["Body"].read()


def write_package(ref: TaskRef, sha256: str, body: bytes) -> None:
    """Keeps the bytes of a working document's package under their hash. Twice is harmless."""
    clients.s3().put_object(Bucket=_bucket(), Key=_package_key(ref, sha256), Body=body)


def write_outcome(task: Task, candidate: Candidate) -> None:
    """Keeps what a task has come to and costs, until it is settled."""
    clients.s3().put_object(
        Bucket=_bucket(),
        Key=_candidate_key(task, ".json"),
        Body=candidate.model_dump_json().encode(),
        ContentType="application/json",
    )


def write_candidate(task: Task, body: bytes, candidate: Candidate) -> None:
    """Keeps a document that has been verified and not yet published, with what it is and costs."""
    write_outcome(task, candidate)
    clients.s3().put_object(Bucket=_bucket(), Key=_candidate_key(task), Body=body, ContentType=MEDIA_TYPES[task.format])


def read_candidate(task: Task) -> Candidate:
    """What the task has come to and costs."""
    answer = clients.s3().get_object(Bucket=_bucket(), Key=_candidate_key(task, ".json"))
    return Candidate.model_validate_json(answer["Body"].read())


def write_input(ref: TaskRef, name: str, body: bytes, content_type: str) -> str:
    """Keeps something that the run's documents are made with. Returns its key; the same name always has the same."""
    key = _input_key(ref, name)
    clients.s3().put_object(Bucket=_bucket(), Key=key, Body=body, ContentType=content_type)
    return key


def copy_input(ref: TaskRef, name: str, source_key: str) -> None:
    """Copies an upload, within the storage, to the run: it may be deleted and the run still be worked on.

    Raises InputGone if there is nothing to copy.
    """
    from botocore.exceptions import ClientError

    source = {"Bucket": _bucket(), "Key": source_key}
    try:
        clients.s3().copy_object(Bucket=_bucket(), Key=_input_key(ref, name), CopySource=source)  # type: ignore[arg-type]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            raise InputGone(name) from None
        raise


def has_input(ref: TaskRef, name: str) -> bool:
    """Whether the run keeps something under a name."""
    from botocore.exceptions import ClientError

    try:
        clients.s3().head_object(Bucket=_bucket(), Key=_input_key(ref, name))
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return False
        raise
    return True


def read_input(ref: TaskRef, name: str) -> bytes | None:
    """What the run keeps under a name; None if it keeps nothing."""
    client = clients.s3()
    try:
        return client.get_object(Bucket=_bucket(), Key=_input_key(ref, name))["Body"].read()
    except client.exceptions.NoSuchKey:
        return None


def input_key(ref: TaskRef, name: str) -> str:
    """Where the run keeps something under a name."""
    return _input_key(ref, name)


def candidate_key(task: Task) -> str:
    """Where the task's verified document lies."""
    return _candidate_key(task)


def thumbnail_key(task: Task) -> str:
    """Where a picture of the task's verified document belongs."""
    return _candidate_key(task, ".thumbnail.png")


def write_drawn(ref: TaskRef, sha256: str, body: bytes) -> str:
    """Keeps a working document as a finished file, to be drawn. Returns its key."""
    key = f"{_run_prefix(ref.org_id, ref.run_id)}pictures/{sha256}"
    clients.s3().put_object(Bucket=_bucket(), Key=key, Body=body)
    return key


def picture_key(ref: TaskRef, name: str) -> str:
    """Where a picture of a working document lies."""
    return f"{_run_prefix(ref.org_id, ref.run_id)}pictures/{name}"


def read_picture(ref: TaskRef, name: str) -> bytes:
    """The bytes of such a picture."""
    return clients.s3().get_object(Bucket=_bucket(), Key=picture_key(ref, name))["Body"].read()


def publish_candidate(task: Task, *, thumbnail_key: str = "") -> Publication:
    """Stores the verified document as the task's version, once: published versions are never written again."""
    from botocore.exceptions import ClientError

    body = clients.s3().get_object(Bucket=_bucket(), Key=_candidate_key(task))["Body"].read()
    number = task.base_version + 1
    # The task is part of the key: a turn that published and then failed leaves bytes that its successor must not meet.
    key = f"{_run_prefix(task.org_id, task.run_id)}v{number}/{task.task_id}{EXTENSIONS[task.format]}"
    try:
        clients.s3().put_object(
            Bucket=_bucket(), Key=key, Body=body, ContentType=MEDIA_TYPES[task.format], IfNoneMatch="*"
        )
    except ClientError as error:
        if not _is_precondition_failure(error):
            raise
    return Publication(
        object_key=key,
        size_bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        thumbnail_key=thumbnail_key,
    )


def run_folder(org_id: str, run_id: str) -> str:
    """What the keys of all that belongs to a run begin with."""
    return _run_prefix(org_id, run_id)


def read_version(org_id: str, version: Version) -> bytes:
    """The bytes of a published document of the org's."""
    if not version.object_key.startswith(_run_prefix(org_id, version.run_id)):
        raise ValueError("the version lies outside of its run")
    return clients.s3().get_object(Bucket=_bucket(), Key=version.object_key)["Body"].read()


def copy_version(org_id: str, version: Version, number: int, document_format: Format) -> str:
    """Copies a version's bytes, within the storage, to where the run's version of that number lies. Returns its key.

    The key names both versions, and versions never change: whoever writes it again writes the same bytes.
    """
    place = f"{_run_prefix(org_id, version.run_id)}v{number}/"
    key = f"{place}restored-from-v{version.number}{EXTENSIONS[document_format]}"
    clients.s3().copy_object(Bucket=_bucket(), Key=key, CopySource={"Bucket": _bucket(), "Key": version.object_key})
    return key


def erase_run(org_id: str, run_id: str, *, until: float) -> bool:
    """Deletes all that lies under a run: documents, checkpoints, exports. False if there was no time for all of it.

    `until` is a Unix time, looked at before each thousand objects. Raises EraseIncomplete if any could not be deleted.
    """
    client = clients.s3()
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=_bucket(), Prefix=_run_prefix(org_id, run_id))
    for page in pages:
        found = page.get("Contents", [])
        if not found:
            continue
        if time.time() >= until:
            return False
        answer = client.delete_objects(
            Bucket=_bucket(), Delete={"Objects": [{"Key": item["Key"]} for item in found], "Quiet": True}
        )
        if errors := answer.get("Errors"):
            raise EraseIncomplete(f"{len(errors)} of {len(found)}: {errors[0].get('Code')}")
    return True


def signed_url(object_key: str, content_disposition: str, media_type: str) -> str:
    """A storage address that gives out the object within the next minutes, as the disposition says."""
    url: str = clients.s3().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": object_key,
            "ResponseContentDisposition": content_disposition,
            "ResponseContentType": media_type,
        },
        ExpiresIn=SIGNED_URL_SECONDS,
    )
    return url


def _is_precondition_failure(error: Any) -> bool:
    return bool(error.response["Error"]["Code"] == "PreconditionFailed")


def _run_prefix(org_id: str, run_id: str) -> str:
    return f"org/{org_id}/runs/{run_id}/"


def _checkpoint_key(ref: TaskRef) -> str:
    return f"{_run_prefix(ref.org_id, ref.run_id)}tasks/{ref.task_id}/checkpoint.json"


def _package_key(ref: TaskRef, sha256: str) -> str:
    # The run's and not the task's: a further turn goes on from the same bytes.
    return f"{_run_prefix(ref.org_id, ref.run_id)}packages/{sha256}"


def _input_key(ref: TaskRef, name: str) -> str:
    return f"{_run_prefix(ref.org_id, ref.run_id)}inputs/{name}"


def _candidate_key(task: Task, extension: str | None = None) -> str:
    name = f"candidate{extension or EXTENSIONS[task.format]}"
    return f"{_run_prefix(task.org_id, task.run_id)}tasks/{task.task_id}/{name}"


def _bucket() -> str:
    return settings(StorageSettings).bucket

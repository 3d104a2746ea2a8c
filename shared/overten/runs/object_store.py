"""Documents and checkpoints in S3, all under `org/<org_id>/runs/<run_id>/`."""

from __future__ import annotations

import hashlib
from typing import Any

from overten.aws import clients
from overten.config import StorageSettings, settings
from overten.runs.errors import StaleWorker
from overten.runs.models import EXTENSIONS, MEDIA_TYPES, Candidate, Publication, Task, TaskRef

SIGNED_URL_SECONDS = 300


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


def write_candidate(task: Task, body: bytes, candidate: Candidate) -> None:
    """Keeps a document that has been verified and not yet published, with what it is and costs."""
    clients.s3().put_object(
        Bucket=_bucket(),
        Key=_candidate_key(task, ".json"),
        Body=candidate.model_dump_json().encode(),
        ContentType="application/json",
    )
    clients.s3().put_object(Bucket=_bucket(), Key=_candidate_key(task), Body=body, ContentType=MEDIA_TYPES[task.format])


def read_candidate(task: Task) -> Candidate:
    """What the task's verified document is and costs."""
    answer = clients.s3().get_object(Bucket=_bucket(), Key=_candidate_key(task, ".json"))
    return Candidate.model_validate_json(answer["Body"].read())


def write_logo(ref: TaskRef, body: bytes, content_type: str) -> str:
    """Keeps the picture that the task's document is to wear. Returns its key; the same task always has the same."""
    key = f"{_run_prefix(ref.org_id, ref.run_id)}tasks/{ref.task_id}/logo"
    clients.s3().put_object(Bucket=_bucket(), Key=key, Body=body, ContentType=content_type)
    return key


def publish_candidate(task: Task) -> Publication:
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
    return Publication(object_key=key, size_bytes=len(body), sha256=hashlib.sha256(body).hexdigest())


def signed_url(object_key: str, content_disposition: str) -> str:
    """A storage address that downloads the object within the next minutes, under the given name."""
    url: str = clients.s3().generate_presigned_url(
        "get_object",
        Params={"Bucket": _bucket(), "Key": object_key, "ResponseContentDisposition": content_disposition},
        ExpiresIn=SIGNED_URL_SECONDS,
    )
    return url


def _is_precondition_failure(error: Any) -> bool:
    return bool(error.response["Error"]["Code"] == "PreconditionFailed")


def _run_prefix(org_id: str, run_id: str) -> str:
    return f"org/{org_id}/runs/{run_id}/"


def _checkpoint_key(ref: TaskRef) -> str:
    return f"{_run_prefix(ref.org_id, ref.run_id)}tasks/{ref.task_id}/checkpoint.json"


def _candidate_key(task: Task, extension: str | None = None) -> str:
    name = f"candidate{extension or EXTENSIONS[task.format]}"
    return f"{_run_prefix(task.org_id, task.run_id)}tasks/{task.task_id}/{name}"


def _bucket() -> str:
    return settings(StorageSettings).bucket

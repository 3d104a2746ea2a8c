"""Exports of documents: made once, kept in storage, and made anew for another version."""

from __future__ import annotations

import secrets
import time

from overten.clock import iso
from overten.errors import (
    ApiError,
    InputRefused,
    InvalidRequest,
    NotImplementedYet,
    ServiceUnavailable,
    UpstreamError,
    ValidationFailed,
)
from overten.export import converter_store, object_store, store, targets
from overten.export.converter_store import StillConverting
from overten.export.errors import ConverterFailed, OfficeMissing
from overten.export.models import Options, SourceFormat, TargetFormat
from overten.export.orders import Delivery, Order
from overten.export.records import Artifact, Export, Failure
from overten.export.requests import ExportRequest
from overten.logs import logger

# A conversion that takes longer than this is killed. Then the converter has time to say so.
CONVERSION_SECONDS = 60.0
_LEASE_SECONDS = CONVERSION_SECONDS + 30.0
_FIRST_POLL_SECONDS = 0.2
_LONGEST_POLL_SECONDS = 2.0
# How long a failure is told without trying again, and after how many converters that were never heard of.
_FAILURE_SECONDS = 15.0
_SILENT_TRIES = 2


class StillBeingMade(ServiceUnavailable):
    """The work goes on; the same request finds it."""

    def __init__(self) -> None:
        super().__init__("The export is still being made. Ask for it again in a few seconds.")
        self.headers = {"Retry-After": "5"}


def pair_of(source: str, request: ExportRequest) -> tuple[SourceFormat, TargetFormat]:
    """The export a request asks for. Raises InvalidRequest with the valid targets, ValidationFailed for an option."""
    try:
        pair = targets.check_pair(source, request.format)
    except targets.WrongTarget as wrong:
        raise InvalidRequest(str(wrong)) from None
    taken = targets.options_of(*pair)
    if request.page is not None and not taken.page:
        raise ValidationFailed("/page", f"is not for exports from {source} to {request.format}.")
    if request.sheet is not None and not taken.sheet:
        raise ValidationFailed("/sheet", f"is not for exports from {source} to {request.format}.")
    return pair


def export(artifact: Artifact, target: TargetFormat, options: Options, *, deadline: float) -> Export:
    """The export, from storage or made now. Waits for one that somebody else is making, until `deadline` (Unix).

    Raises UpstreamError if the converter failed, InputRefused, ValidationFailed for a page or sheet that is
    not there, NotImplementedYet where there is no LibreOffice, and ServiceUnavailable when time is up; then the work
    goes on, and a later request finds what it made.
    """
    pause = _FIRST_POLL_SECONDS
    while True:
        found = store.find(artifact, target, options)
        now = time.time()
        if found and (over := _over(artifact, found, now)):
            return over
        if found is None or now >= found.lease_until_seconds:
            claim = _new_claim(artifact, target, options, now, over=found)
            if store.claim(claim, over=found):
                return _convert(artifact, claim, deadline)
            continue
        if now >= deadline:
            raise StillBeingMade
        time.sleep(max(0.0, min(pause, deadline - now)))
        pause = min(_LONGEST_POLL_SECONDS, pause * 1.5)


def _over(artifact: Artifact, found: Export, now: float) -> Export | None:
    """The export if it is made; the error of one that failed a moment ago; None while there is still to wait for."""
    if found.status == "ready":
        return found
    if found.status == "failed":
        if now < found.lease_until_seconds and found.failure:
            raise _error_of(artifact, found, found.failure)
        return None
    if (note := object_store.read_delivery(found)) is not None:
        return _conclude(artifact, found, _read(note))
    if now >= found.lease_until_seconds and found.tries >= _SILENT_TRIES:
        # Whatever it is that kills its converters, the next one would die of it, too.
        return _conclude(artifact, found, Delivery(outcome="failed", message=converter_store.BROKEN))
    return None


def _read(note: bytes) -> Delivery:
    try:
        return converter_store.delivery_of(note)
    except ConverterFailed as failed:
        return Delivery(outcome="failed", message=str(failed))


def _new_claim(
    artifact: Artifact, target: TargetFormat, options: Options, now: float, *, over: Export | None
) -> Export:
    return Export(
        **artifact.model_dump(include={"org_id", "owner_id", "version", "source", "folder"}),
        target=target,
        options=options,
        tries=over.tries + 1 if over and over.status == "pending" else 1,
        claim=secrets.token_hex(8),
        lease_until_seconds=now + _LEASE_SECONDS,
        created_at=iso(now),
    )


def _convert(artifact: Artifact, claim: Export, deadline: float) -> Export:
    order = Order(
        source=claim.source,
        target=claim.target,
        options=claim.options,
        timeout_seconds=CONVERSION_SECONDS,
        source_url=object_store.source_url(artifact.object_key),
        result_url=object_store.upload_url(claim.object_key),
        delivery_url=object_store.upload_url(object_store.delivery_key(claim)),
    )
    try:
        delivery = _asked(order, deadline)
    except StillConverting:
        # The claim stands: whoever asks again finds what the converter notes of it.
        raise StillBeingMade from None
    except OfficeMissing as missing:
        store.release(claim)
        raise NotImplementedYet(str(missing)) from None
    except ConverterFailed as failed:
        return _conclude(artifact, claim, Delivery(outcome="failed", message=str(failed)))
    except Exception:
        store.release(claim)
        raise
    return _conclude(artifact, claim, delivery)


def _asked(order: Order, deadline: float) -> Delivery:
    """What a converter makes of an order; one that has no LibreOffice may find that it takes one."""
    if not targets.needs_office(order.source, order.target):
        order = order.model_copy(update={"may_pass_on": converter_store.offers_office()})
        delivery = converter_store.ask(order, with_office=False, wait_seconds=deadline - time.time())
        if delivery.outcome != "needs_office":
            return delivery
    passed_on = order.model_copy(update={"may_pass_on": False})
    return converter_store.ask(passed_on, with_office=True, wait_seconds=deadline - time.time())


def _conclude(artifact: Artifact, claim: Export, delivery: Delivery) -> Export:
    """The export that a claim has become, or the error of what became of it instead, which its twins are told, too."""
    if delivery.outcome != "converted":
        logger().warning("export_failed", source=claim.source, target=claim.target, outcome=delivery.outcome)
        failure = Failure(outcome=delivery.outcome, message=delivery.message)
        told_until = time.time() + _FAILURE_SECONDS
        store.finish(
            claim.model_copy(update={"status": "failed", "failure": failure, "lease_until_seconds": told_until})
        )
        raise _error_of(artifact, claim, failure)
    made = claim.model_copy(
        update={
            "status": "ready",
            **delivery.model_dump(include={"extension", "media_type", "size_bytes", "pages"}),
            "warnings": delivery.warnings,
        }
    )
    store.finish(made)
    return made


def _error_of(artifact: Artifact, claim: Export, failure: Failure) -> ApiError:
    if failure.outcome == "no_such_part":
        return ValidationFailed("/sheet" if claim.options.sheet is not None else "/page", failure.message)
    if failure.outcome == "refused" and artifact.uploaded:
        return InputRefused(f"/file_id: {failure.message}")
    if failure.outcome == "office_missing":
        return NotImplementedYet(failure.message)
    return UpstreamError(failure.message)

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
from overten.export.records import Artifact, Export
from overten.export.requests import ExportRequest
from overten.logs import logger

# A conversion that takes longer than this is killed. Then the converter has time to say so.
CONVERSION_SECONDS = 60.0
_LEASE_SECONDS = CONVERSION_SECONDS + 30.0
_FIRST_POLL_SECONDS = 0.2
_LONGEST_POLL_SECONDS = 2.0
_STILL_CONVERTING = "The export is still being made. Ask for it again in a few seconds."


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
        if found and found.status == "ready":
            return found
        if found and (delivery := object_store.read_delivery(found)):
            return _conclude(artifact, found, delivery)
        if found is None or now >= found.lease_until_seconds:
            claim = _new_claim(artifact, target, options, now)
            if store.claim(claim, over=found):
                return _convert(artifact, claim, deadline)
            continue
        if now >= deadline:
            raise ServiceUnavailable(_STILL_CONVERTING)
        time.sleep(max(0.0, min(pause, deadline - now)))
        pause = min(_LONGEST_POLL_SECONDS, pause * 1.5)


def _new_claim(artifact: Artifact, target: TargetFormat, options: Options, now: float) -> Export:
    return Export(
        **artifact.model_dump(include={"org_id", "owner_id", "version", "source", "folder"}),
        target=target,
        options=options,
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
    with_office = targets.needs_office(claim.source, claim.target)
    try:
        delivery = converter_store.ask(order, with_office=with_office, wait_seconds=deadline - time.time())
    except StillConverting:
        # The claim stands: whoever asks again finds what the converter notes of it.
        raise ServiceUnavailable(_STILL_CONVERTING) from None
    except OfficeMissing as missing:
        store.release(claim)
        raise NotImplementedYet(str(missing)) from None
    except ConverterFailed as failed:
        store.release(claim)
        raise UpstreamError(str(failed)) from None
    except Exception:
        store.release(claim)
        raise
    return _conclude(artifact, claim, delivery)


def _conclude(artifact: Artifact, claim: Export, delivery: Delivery) -> Export:
    """The export that a claim has become, or the error of what became of it instead."""
    if delivery.outcome != "converted":
        store.release(claim)
        logger().warning("export_failed", source=claim.source, target=claim.target, outcome=delivery.outcome)
        raise _error_of(artifact, claim, delivery)
    made = claim.model_copy(
        update={
            "status": "ready",
            **delivery.model_dump(include={"extension", "media_type", "size_bytes", "pages"}),
            "warnings": delivery.warnings,
        }
    )
    store.finish(made)
    return made


def _error_of(artifact: Artifact, claim: Export, delivery: Delivery) -> ApiError:
    if delivery.outcome == "no_such_part":
        return ValidationFailed("/sheet" if claim.options.sheet is not None else "/page", delivery.message)
    if delivery.outcome == "refused" and artifact.uploaded:
        return InputRefused(f"/file_id: {delivery.message}")
    if delivery.outcome == "office_missing":
        return NotImplementedYet(delivery.message)
    return UpstreamError(delivery.message)

"""Errors of a task's steps. The state machine retries or catches them by class name."""

from __future__ import annotations

from overten.errors import InsufficientCredits


class TaskEnded(Exception):
    """The task is no longer open (cancelled, failed or settled elsewhere): the step has nothing left to do."""


class TaskTimedOut(Exception):
    """The task ran past its deadline."""


class StaleWorker(Exception):
    """Another worker has written a newer checkpoint: this one must not write any more."""


class DocumentUnusable(Exception):
    """The finished document could not be made fit for delivery."""


class InputGone(Exception):
    """An upload that the request names was deleted before the work began."""

    def __init__(self, name: str) -> None:
        what = "The brand's logo" if name.startswith("brand") else name
        super().__init__(f"{what} was deleted before the work began. The run was not charged.")


class CreditsExhausted(Exception):
    """The credits ran out before anything was written."""

    def __init__(self, price_credits: int, held_credits: int) -> None:
        super().__init__(str(InsufficientCredits(price_credits, held_credits)))


class TransientFailure(Exception):
    """AWS failed a call for now: the state machine tries the step again."""

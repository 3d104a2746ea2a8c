"""What can stand in the way of an attempt."""

from __future__ import annotations


class StaleTrigger(Exception):
    """The attempt has been made, or will not be: there is nothing to do."""


class AttemptUnderWay(Exception):
    """Somebody else is at it, or died at it a moment ago: look again later."""


class SubscriptionChanged(Exception):
    """The subscription is no longer as it was read."""


class TooManySubscriptions(Exception):
    """The org has as many subscriptions as it may have."""

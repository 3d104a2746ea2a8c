"""How a turn of the agent can fail. A class name and its `code` are stable: a failed task records both."""

from __future__ import annotations

from typing import ClassVar, Literal

Code = Literal["upstream_error", "internal_error", "validation_error"]


class AgentError(Exception):
    """Base of the agent's failures. The text is safe to show to end users: it never quotes a provider's answer."""

    code: ClassVar[Code] = "internal_error"


class AgentLoopError(AgentError):
    """The task met one of its bounds, or the model ended without making a document. Trying again will not help."""


class CheckpointUnreadable(AgentError):
    """A stored checkpoint cannot be read by this version, so the task cannot go on from it."""


class InputRefused(AgentError):
    """An uploaded document cannot be worked on. Says which field of the request named it, and why."""

    code = "validation_error"


class ProviderUnavailable(AgentError):
    """The model provider failed for now. The checkpoint is intact, so the slice can be run again.

    `is_out_of_capacity` if the model is overloaded: waiting helps late, another model at once.
    """

    code = "upstream_error"
    is_out_of_capacity = False


class ProviderRefused(AgentError):
    """The model provider refused for good: credentials, model, quota, content or size. Trying again will not help.

    `is_out_of_capacity` if the quota of the model is used up, which another model may not share.
    """

    code = "upstream_error"
    is_out_of_capacity = False

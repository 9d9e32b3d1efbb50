"""Everything that can go wrong between a request and an answer, by name, with what to do about it.

An endpoint's failure is a value, `Trouble`, not an exception: the one retry layer reads its kind and decides. What
each kind means for the run is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class TroubleKind(StrEnum):
    """Ways in which an endpoint fails to answer."""

    RATE_LIMITED = "rate limited"
    OVERLOADED = "server error"
    UNREACHABLE = "unreachable"
    RESET = "connection lost"
    TIMEOUT = "no answer in time"
    GATEWAY = "gateway gave up"
    ABORTED = "answer broken off"
    MALFORMED = "malformed answer"
    EMPTY = "empty answer"
    TOO_LARGE = "answer too large"
    TOO_LONG = "prompt longer than the context"
    REJECTED = "request rejected"
    PARAMETER = "parameter refused"
    KEY_REFUSED = "key refused"
    NO_CREDIT = "no credit"
    NOT_FOUND = "no such model or path"
    UNCAPPED = "no limit taken"
    PROXY_REFUSED = "proxy refused"


class Remedy(StrEnum):
    """What the retry layer does about a kind."""

    RETRY = "retry"  # within the budgets in tries and seconds
    ONCE = "once"  # one more try
    GIVE_UP = "give up"  # the same request would fail again: it is answered with an error
    STOP = "stop"  # every request would fail: the run pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One failed try.

    Attributes:
        detail: the endpoint's words or ours, redacted, sanitised and cut.
        wait_seconds: how long the endpoint asks to be left alone; None when it does not say.
        paid: whether the provider may charge for this try; its cost is then unknown. It is tried half as often.
        parameter: the request's parameter that was refused, "" for other kinds.
        prompt_tokens, completion_tokens: usage, where an answer that is of no use came with one.
    """

    kind: TroubleKind
    detail: str = ""
    wait_seconds: float | None = None
    paid: bool = False
    parameter: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def text(self) -> str:
        """The kind and the words."""
        return f"{self.kind}: {self.detail}" if self.detail else str(self.kind)


def remedy(kind: TroubleKind) -> Remedy:
    """Return what to do about a kind of trouble."""
    match kind:
        case (
            TroubleKind.RATE_LIMITED
            | TroubleKind.OVERLOADED
            | TroubleKind.UNREACHABLE
            | TroubleKind.RESET
            | TroubleKind.TIMEOUT
            | TroubleKind.GATEWAY
            | TroubleKind.ABORTED
            | TroubleKind.MALFORMED
        ):
            return Remedy.RETRY
        case TroubleKind.EMPTY:
            return Remedy.ONCE
        case TroubleKind.TOO_LARGE | TroubleKind.TOO_LONG | TroubleKind.REJECTED | TroubleKind.PARAMETER:
            return Remedy.GIVE_UP
        case (
            TroubleKind.KEY_REFUSED
            | TroubleKind.NO_CREDIT
            | TroubleKind.NOT_FOUND
            | TroubleKind.UNCAPPED
            | TroubleKind.PROXY_REFUSED
        ):
            return Remedy.STOP
        case _:
            assert_never(kind)


def blames_endpoint(kind: TroubleKind) -> bool:
    """Tell whether a kind that outlasts its retries says nothing about the request, so that the model is parked."""
    return kind in {TroubleKind.RATE_LIMITED, TroubleKind.UNREACHABLE}


def blames_shape(kind: TroubleKind) -> bool:
    """Tell whether a kind may mean that nothing of this form is ever answered here: a wrong address, model or form."""
    return kind in {
        *(TroubleKind.MALFORMED, TroubleKind.TOO_LARGE, TroubleKind.TOO_LONG),
        *(TroubleKind.REJECTED, TroubleKind.PARAMETER),
    }

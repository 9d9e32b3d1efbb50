"""Named points between a request and its commit at which a test may kill the process, as a power cut would.

`EVO_CRASH_AT=answer_received:3` kills with SIGKILL when that point is reached for the third time. Unset, `reached` is
an empty function; nothing is counted.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENT = "EVO_CRASH_AT"


class CrashPoint(StrEnum):
    """The points, in the order in which a ticket reaches them."""

    REQUEST_SENT = "request_sent"  # handed to the model's client: from here on it may be paid for
    ANSWER_RECEIVED = "answer_received"  # paid for, and in memory alone
    ANSWER_STORED = "answer_stored"
    PROPOSAL_MADE = "proposal_made"
    EVALUATION_DONE = "evaluation_done"  # in memory alone
    COMMIT_BUILT = "commit_built"  # folded, and in memory alone
    COMMIT_STORED = "commit_stored"
    COMMIT_YIELDED = "commit_yielded"  # whoever watches has seen it


def hook(wanted: str) -> Callable[[CrashPoint], None]:
    """Return what is called at every point.

    Args:
        wanted: "NAME" or "NAME:N", the N-th time (from 1) that the point is reached; "" for never.

    Raises:
        ValueError: no such point, or N is no number.
    """
    if not wanted:
        return _pass
    name, _, count = wanted.partition(":")
    fatal, left = CrashPoint(name), int(count or 1)

    def reached(point: CrashPoint) -> None:
        nonlocal left
        left -= point is fatal
        if point is fatal and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def _pass(_: CrashPoint) -> None:
    """Go on."""


reached = hook(os.environ.get(ENVIRONMENT, ""))

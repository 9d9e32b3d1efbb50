"""What a judge sees when the candidate that it calls is no more."""

from __future__ import annotations


class CandidateDied(Exception):  # noqa: N818 - a fact about a candidate, not an error of ours
    """The candidate ended, or broke off the conversation, while the judge waited for its answer.

    A judge that lets it pass leaves the verdict (FAILED with its traceback, TIMEOUT, MEMORY, ...) to those who watched
    the process. One that catches it may go on with a fresh process after `candidate.restart()`.

    Attributes:
        reason: what is known inside the judge, as text.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

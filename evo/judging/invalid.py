"""The one way in which a judge says no."""

from __future__ import annotations

REASON_MAX_BYTES = 2048


class Invalid(Exception):  # noqa: N818 - a verdict about a candidate, not an error of ours
    """A candidate's output breaks the problem's rules; raising this is the only thing that makes INVALID.

    Attributes:
        reason: what was expected and what came, as valid UTF-8 of at most 2 kB; longer texts are cut.
    """

    def __init__(self, reason: str) -> None:
        whole = reason.encode("utf-8", "backslashreplace")
        self.reason = whole[:REASON_MAX_BYTES].decode("utf-8", "ignore")
        super().__init__(self.reason)

"""What clients may do: set by whoever starts the server, and by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence


class Permit(StrEnum):
    """What a tool needs to be allowed: `read` always is."""

    READ = "read"
    SCORE = "score"
    TELL = "tell"
    STEER = "steer"
    RUN = "run"


MEANINGS = {
    Permit.READ: "reads runs, problems and pages; changes nothing and executes nothing",
    Permit.SCORE: "runs programs in the sandbox and has them judged",
    Permit.TELL: "takes tickets of runs and tells programs for them",
    Permit.STEER: "asks something of a run's tickets to come",
    Permit.RUN: "begins runs and stops them; they may cost --max-usd together",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is allowed.

    Attributes:
        allowed: permits beside `read`.
        max_usd: what all runs that this server begins may cost together.
    """

    allowed: frozenset[Permit] = frozenset()
    max_usd: float = 0.0

    @classmethod
    def of(cls, words: Sequence[str], max_usd: float = 0.0) -> Policy:
        """Return the policy that `--allow` and `--max-usd` mean.

        Args:
            words: names of permits, each possibly several with commas between them.
            max_usd: in usd, 0 or more.

        Raises:
            UsageError: an unknown permit, or money without runs.
        """
        names = [name.strip() for word in words for name in word.split(",") if name.strip()]
        known = [str(each) for each in Permit if each is not Permit.READ]
        for name in names:
            if name not in known:
                raise UsageError(
                    f"--allow {name}: no such permit{nearest(name, known)}; expected some of {', '.join(known)}"
                )
        allowed = frozenset(Permit(name) for name in names)
        if max_usd > 0 and Permit.RUN not in allowed:
            raise UsageError("--max-usd: expected with --allow run; nothing else that a client may do costs money here")
        return cls(allowed=allowed, max_usd=max_usd)

    def allows(self, permit: Permit) -> bool:
        """Tell whether something is allowed."""
        return permit is Permit.READ or permit in self.allowed

    def check(self, permit: Permit, what: str) -> None:
        """Let what is allowed pass.

        Raises:
            UsageError: it is not.
        """
        if not self.allows(permit):
            raise UsageError(
                f"{what}: this server does not allow it; its owner can, with `evo mcp --allow {permit}`, which "
                f"{MEANINGS[permit]}"
            )

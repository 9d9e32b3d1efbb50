"""Which walls stand around a candidate, how much it may use, and what this machine can offer.

A tier is a promise; `probe` keeps it honest by trying the walls in a throw-away process. The tier in force is stored
with each evaluation.
"""

from __future__ import annotations

import json
import math
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from evo.errors import EvoError, InfraError, nearest
from evo.execute.spawn import command, environment

SELF_TEST_SECONDS = 20.0


class Tier(StrEnum):
    """How far a candidate is confined, strongest first.

    STRICT: own namespaces and file system. STANDARD: file access and system calls filtered. BASIC: own session,
    resource limits, empty environment, deadlines. NONE: own process and deadlines only; never chosen unless asked for.
    """

    STRICT = "strict"
    STANDARD = "standard"
    BASIC = "basic"
    NONE = "none"


_RANK = {tier: rank for rank, tier in enumerate(reversed(Tier))}

REQUIRED_WALLS = {Tier.BASIC: ("own session", "cpu limit", "file size limit", "open files limit", "core dumps off")}
"""What the self-test must show for a tier to be offered; a tier that is not listed is not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one candidate may use.

    Attributes:
        cpu_seconds: CPU time of its process, > 0; over it the verdict is TIMEOUT.
        memory_mb: address space above the warm process that it is forked from, > 0.
        output_kb: largest result, in 1000 bytes of JSON, > 0.
        stream_mb: most that it may write to stdout, and to stderr, before it is killed.
        file_mb: largest file that it may write.
        open_files: most open descriptors.
        grace_seconds: the constant part of the wall deadline.
    """

    cpu_seconds: float = 10.0
    memory_mb: float = 512.0
    output_kb: float = 8000.0
    stream_mb: int = 64
    file_mb: int = 64
    open_files: int = 64
    grace_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Refuse limits that bound nothing."""
        for name in self.__slots__:
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise EvoError(f"limit {name} = {value!r}; expected a finite number above 0")

    @property
    def wall_seconds(self) -> float:
        """The safety net for a process that sleeps: 5 times the CPU limit and a constant, in seconds."""
        return 5.0 * self.cpu_seconds + self.grace_seconds


def choose(wish: str) -> Tier:
    """Return the tier for a run.

    Args:
        wish: "auto" (the best that this machine passes), "none", or "required:<tier>" (at least that tier).

    Raises:
        EvoError: the wish is unknown, or this machine does not pass the required tier.
    """
    if wish == "none":
        return Tier.NONE
    if wish == "auto":
        return probe()
    head, _, name = wish.partition(":")
    if head != "required" or name not in set(Tier):
        known = ["auto", "none", *(f"required:{tier}" for tier in Tier)]
        raise EvoError(f"sandbox {wish!r}: expected one of {', '.join(known)}{nearest(wish, known)}")
    best = probe()
    if _RANK[best] < _RANK[Tier(name)]:
        missing = [wall for wall, up in walls().items() if not up]
        lacking = f"walls that failed their test: {', '.join(missing)}" if missing else "no stronger walls are built in"
        raise EvoError(f"sandbox {wish}: this machine passes tier {best} only ({lacking}); ask for auto or {best}")
    return best


def probe() -> Tier:
    """Return the best tier whose walls all pass the self-test on this machine.

    Raises:
        InfraError: the self-test itself could not be run.
    """
    standing = walls()
    offered = [tier for tier, needed in REQUIRED_WALLS.items() if all(standing.get(wall, False) for wall in needed)]
    return max(offered, key=lambda tier: _RANK[tier], default=Tier.NONE)


@cache
def walls() -> dict[str, bool]:
    """Try every wall once in a throw-away process and tell which ones stand.

    Raises:
        InfraError: the process did not answer.
    """
    argv = command("evo.execute.confine", site=False)
    try:
        done = subprocess.run(
            argv, env=environment(), capture_output=True, timeout=SELF_TEST_SECONDS, check=True, start_new_session=True
        )
        answer: dict[str, bool] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        message = f"the sandbox self-test did not answer: {error}; sandbox: none runs without it"
        raise InfraError(message) from error
    return answer

"""Which walls stand around a candidate, how much it may use, and what this machine can offer.

A tier is a promise; `offered` keeps it honest by trying the walls in a throw-away process. The tier in force is stored
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
from evo.execute import walls as named
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


REQUIRED_WALLS = {Tier.STRICT: named.STRICT, Tier.STANDARD: named.STANDARD, Tier.BASIC: named.BASIC}
"""What the self-test must show for a tier to be offered."""


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
        wish: "auto" (the strongest that this machine passes), "none", or "required:<tier>" (exactly that one).

    Raises:
        EvoError: the wish is unknown, or this machine does not pass the required tier.
        InfraError: the self-test could not be run.
    """
    if wish == "none":
        return Tier.NONE
    if wish == "auto":
        return probe()
    head, _, name = wish.partition(":")
    if head != "required" or name not in set(Tier):
        known = ["auto", "none", *(f"required:{tier}" for tier in Tier)]
        raise EvoError(f"sandbox {wish!r}: expected one of {', '.join(known)}{nearest(wish, known)}")
    wanted = Tier(name)
    if wanted not in offered():
        lacking = ", ".join(missing(wanted))
        raise EvoError(
            f"sandbox {wish}: this machine passes tier {probe()} only (walls that failed their test: {lacking}); "
            f"ask for auto or {probe()}"
        )
    return wanted


def probe() -> Tier:
    """Return the strongest tier whose walls all pass the self-test on this machine.

    Raises:
        InfraError: the self-test could not be run.
    """
    return next(iter(offered()))


def offered() -> tuple[Tier, ...]:
    """Return the tiers whose walls all pass the self-test on this machine, strongest first; NONE is always the last.

    Raises:
        InfraError: the self-test could not be run.
    """
    return tuple(tier for tier in Tier if not missing(tier))


def missing(tier: Tier) -> tuple[str, ...]:
    """Return the walls that a tier needs and that failed their self-test here.

    Raises:
        InfraError: the self-test could not be run.
    """
    standing = walls()
    return tuple(wall for wall in REQUIRED_WALLS.get(tier, ()) if not standing.get(wall, False))


@cache
def walls() -> dict[str, bool]:
    """Try every wall once in a throw-away process and tell which ones stand.

    Raises:
        InfraError: the process did not answer.
    """
    argv = command("evo.execute.inside.selftest", site=False)
    try:
        done = subprocess.run(
            argv, env=environment(), capture_output=True, timeout=SELF_TEST_SECONDS, check=True, start_new_session=True
        )
        answer: dict[str, bool] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        message = f"the sandbox self-test did not answer: {error}; sandbox: none runs without it"
        raise InfraError(message) from error
    return answer

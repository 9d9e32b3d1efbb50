"""Weak islands begin again from what survives elsewhere (FunSearch; Romera-Paredes et al. 2024, Nature 625)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evo.errors import EvoError
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.archive import Archive


class Resets(Protocol):
    """Decides which islands begin again. A part with fields `seed` and `spared` is given the run's."""

    def due(self, seq: int, archives: Sequence[Archive]) -> list[tuple[int, int]]:
        """Return (island, survivor) after commit `seq`: the island is emptied and gets the survivor's best elite."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Islands stay as they are."""

    def due(self, seq: int, archives: Sequence[Archive]) -> list[tuple[int, int]]:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """The weaker half of the islands, by their best objective, each from a survivor drawn without preference.

    Attributes:
        every: commits between resets, at least 1.
        spared: islands that are never emptied, though others may begin again from them.
        seed: the run's seed; each draw depends on it, the commit and the island alone.
    """

    every: int
    spared: frozenset[int] = frozenset()
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse resets that never come."""
        if self.every < 1:
            raise EvoError(f"every: expected an integer, at least 1; got {self.every}")

    def due(self, seq: int, archives: Sequence[Archive]) -> list[tuple[int, int]]:
        """Return the weaker half, worst first, every `every` commits; empty islands count as the weakest.

        Nothing is due while no island holds an elite, so a survivor always has one to give.
        """
        if (seq + 1) % self.every or len(archives) == 1:
            return []
        ranked = sorted(range(len(archives)), key=lambda island: _worth(archives[island]))
        weak = [island for island in ranked[: len(archives) // 2] if island not in self.spared]
        alive = [island for island in range(len(archives)) if island not in weak and len(archives[island])]
        if not alive:
            return []
        return [(island, stream(self.seed, "reset", f"{seq}:{island}").choice(alive)) for island in weak]


def _worth(archive: Archive) -> tuple[bool, float]:
    best = archive.best()
    return (False, 0.0) if best is None else (True, archive.direction.gain(best.objective, 0.0))

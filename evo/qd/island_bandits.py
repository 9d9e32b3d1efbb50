"""Which island a ticket is for. A choice sees what the commits up to the ticket's `after_seq` tell, nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evo.errors import EvoError
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.archive import Archive


@dataclass(slots=True, kw_only=True)
class Standing:
    """How the children of an island have done: how many were committed, how many found a place."""

    tries: int = 0
    wins: int = 0

    def observe(self, *, won: bool) -> None:
        """Fold the commit of a child."""
        self.tries += 1
        self.wins += won


class Turns(Protocol):
    """Chooses islands."""

    def island(self, number: int, archives: Sequence[Archive], standings: Sequence[Standing]) -> int:
        """Return the island of a ticket.

        Args:
            number: of the ticket, counted from the first one that is no seed.
            archives: the islands, at least one.
            standings: of the islands, in the same order.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRobin:
    """Each in turn."""

    def island(self, number: int, archives: Sequence[Archive], standings: Sequence[Standing]) -> int:  # noqa: ARG002 - the protocol's signature
        """Return the next island."""
        return number % len(archives)


@dataclass(frozen=True, slots=True, kw_only=True)
class BySize:
    """An island that holds few elites more often: with weight 1 / (1 + elites).

    Attributes:
        patrol: every so many tickets one goes round robin, at least 1, so that no island is forgotten.
        seed: the run's seed.
    """

    patrol: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a patrol that never comes."""
        _at_least_one(self.patrol)

    def island(self, number: int, archives: Sequence[Archive], standings: Sequence[Standing]) -> int:  # noqa: ARG002 - the protocol's signature
        """Draw an island by how few elites it has."""
        if number % self.patrol == 0:
            return number // self.patrol % len(archives)
        weights = [1 / (1 + len(archive)) for archive in archives]
        return stream(self.seed, "island", number).choices(range(len(archives)), weights=weights)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ucb:
    """The island whose children find a place most often, with the benefit of the doubt (UCB1, Auer et al. 2002).

    Attributes:
        exploration: factor of the confidence term, at least 0; the paper has the square root of 2.
        patrol: every so many tickets one goes round robin, at least 1: tickets in flight are unknown to the bound and
            would otherwise all be of one island.
    """

    exploration: float = 0.5
    patrol: int = 5

    def __post_init__(self) -> None:
        """Refuse a patrol that never comes, and a bound that is none."""
        _at_least_one(self.patrol)
        if not 0 <= self.exploration < math.inf:
            raise EvoError(f"exploration: expected a finite number, at least 0; got {self.exploration}")

    def island(self, number: int, archives: Sequence[Archive], standings: Sequence[Standing]) -> int:
        """Return the island with the largest bound; among equals the one whose turn is nearest."""
        if number % self.patrol == 0:
            return number // self.patrol % len(archives)
        total = sum(standing.tries for standing in standings)

        def bound(island: int) -> float:
            tries = standings[island].tries
            if not tries:
                return math.inf
            return standings[island].wins / tries + self.exploration * math.sqrt(math.log(total) / tries)

        order = [(number + step) % len(archives) for step in range(len(archives))]
        return max(order, key=bound)


def _at_least_one(patrol: int) -> None:
    if patrol < 1:
        raise EvoError(f"patrol: expected an integer, at least 1; got {patrol}")

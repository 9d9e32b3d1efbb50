"""How parents are picked from an archive. Pure: everything random comes in as `rng`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from evo.qd.archive import Archive
    from evo.records import Elite


class Selector(Protocol):
    """Picks elites as parents."""

    use: ClassVar[str]

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites, distinct as long as the archive holds that many.

        Args:
            archive: not empty.
            k: at least 1.
            rng: the only source of chance.

        Raises:
            EvoError: the archive is empty.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """Every elite is equally likely, as in the original MAP-Elites."""

    use: ClassVar[str] = "uniform"

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites without preference; see `Selector.select`."""
        return _distinct(archive, k, lambda: archive[rng.randrange(len(archive))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tournament:
    """The best of a few drawn without preference (Goldberg & Deb 1991).

    Attributes:
        size: how many compete, at least 1; 1 is `Uniform`.
    """

    use: ClassVar[str] = "tournament"
    size: int = 3

    def __post_init__(self) -> None:
        """Refuse a tournament that nobody enters."""
        if self.size < 1:
            raise EvoError(f"selector.size: expected an integer, at least 1; got {self.size}")

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick the winners of `k` tournaments; see `Selector.select`."""

        def winner() -> Elite:
            best = archive[rng.randrange(len(archive))]
            for _ in range(self.size - 1):
                rival = archive[rng.randrange(len(archive))]
                if archive.direction.better(rival.objective, best.objective):
                    best = rival
            return best

        return _distinct(archive, k, winner)


def _distinct(archive: Archive, k: int, draw: Callable[[], Elite]) -> list[Elite]:
    """Draw until `k` different cells are met; after a bounded number of repeats fill up in the archive's order."""
    if not len(archive):
        raise EvoError("cannot select from an empty archive")
    picked: dict[object, Elite] = {}
    for _ in range(8 * k):
        elite = draw()
        picked.setdefault(elite.cell, elite)
        if len(picked) == k:
            return list(picked.values())
    for index in range(len(archive)):
        if len(picked) == k:
            break
        picked.setdefault(archive[index].cell, archive[index])
    chosen = list(picked.values())
    return [chosen[i % len(chosen)] for i in range(k)]

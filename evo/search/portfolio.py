"""The strategy `portfolio`: several strategies share one budget, and the best is handed over at a plateau."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from evo import parts
from evo.config.component import Component
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.archive import Archive
    from evo.qd.islands import Archipelago
    from evo.qd.strategies import Pools, Strategy
    from evo.records import Elite


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Members take turns: at a plateau the best is handed to the one that earned most for its tickets.

    A member has the tickets until `patience` commits brought no better program. Who is next is told by an upper bound
    of the gains per ticket (UCB1, Auer et al. 2002), so each is heard once. It takes the best program in as it would a
    seed. All members share the archives, the emitters and the memory of what was tried.

    Attributes:
        members: strategies by name, at least two, each of those that ship or of one's own.
        patience: commits without a better program that are a plateau, at least 1.
        exploration: factor of the confidence term, at least 0.
    """

    selects: ClassVar[bool] = True
    history: ClassVar[bool] = True

    members: tuple[str, ...] = ("widening", "map_elites", "funsearch")
    patience: int = 40
    exploration: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a portfolio of one."""
        if len(self.members) < 2:  # noqa: PLR2004 - sharing takes two
            raise EvoError(f"members: expected two strategies or more; got {len(self.members)}")
        if self.patience < 1:
            raise EvoError(f"patience: expected an integer, at least 1; got {self.patience}")
        if not 0 <= self.exploration < math.inf:
            raise EvoError(f"exploration: expected a finite number, at least 0; got {self.exploration}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the pools of all members before the first commit.

        Raises:
            SpecError: a member that does not exist or needs options.
        """
        made = [parts.make("strategy", Component(use=name)).value for name in self.members]
        return _Shared(self, [cast("Strategy", each).begin(archipelago, seed) for each in made], archipelago)


class _Shared:
    def __init__(self, options: Portfolio, members: Sequence[Pools], archipelago: Archipelago) -> None:
        self._options, self._members = options, members
        self._direction = archipelago.archives[0].direction
        self._now, self._stale = 0, 0
        self._tries, self._wins = [0] * len(members), [0] * len(members)
        self._best: Elite | None = None

    def pool(self, island: int) -> Archive:
        return self._members[self._now].pool(island)

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        better = elite is not None and (
            self._best is None or self._direction.better(elite.objective, self._best.objective)
        )
        if better:
            self._best = elite
        if not parents:
            for member in self._members:
                member.observe(seq, parents, elite)
            return
        # What others found is told at the handover, as one program: a member is judged by what its own tickets bring.
        self._members[self._now].observe(seq, parents, elite)
        self._tries[self._now] += 1
        self._wins[self._now] += better
        self._stale = 0 if better else self._stale + 1
        if self._stale >= self._options.patience:
            self._hand_over(seq)

    def _hand_over(self, seq: int) -> None:
        total = sum(self._tries)

        def bound(member: int) -> float:
            tries = self._tries[member]
            if not tries:
                return math.inf
            return self._wins[member] / tries + self._options.exploration * math.sqrt(math.log(total) / tries)

        others = [member for member in range(len(self._members)) if member != self._now]
        self._now, self._stale = max(others, key=bound), 0
        if self._best:
            self._members[self._now].observe(seq, (), self._best)

"""What every strategy promises; see `evo.qd.strategies.Strategy` and `Pools`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.topologies import Isolated
from evo.records import Direction
from evo.rng import stream
from evo.testing import samples
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.qd.strategies import Pools, Strategy
    from evo.records import Elite

_ISLANDS = 2
_SEEDS = 2
_COMMITS = 80


class StrategyContract(PartContract):
    """The promises of a strategy: its pools are a fold over the commits."""

    kind: ClassVar[str] = "strategy"

    @abstractmethod
    def make(self) -> Strategy:
        """Return the strategy; see `PartContract.make`."""

    def fold(self, seed: int = 0, *, looked_at: bool = True) -> list[list[Elite]]:
        """Return what the pools hold, commit by commit, over a made-up run.

        Args:
            seed: of the run.
            looked_at: whether the pools are read while the run goes on; its course does not depend on that.
        """
        told: list[list[Elite]] = []
        for number, (pools, _) in enumerate(self._run(seed)):
            if looked_at or number == _COMMITS - 1:
                told.append([elite for island in range(_ISLANDS) for elite in pools.pool(island).elites()])
        return told

    def _run(self, seed: int) -> Iterator[tuple[Pools, set[str]]]:
        islands = Archipelago(
            [Archive(samples.space(), Direction.MAXIMIZE, island) for island in range(_ISLANDS)], Isolated(), _SEEDS
        )
        pools, known = self.make().begin(islands, seed), set[str]()
        elites = samples.elites(_COMMITS)
        for seq, elite in enumerate(elites):
            parents: tuple[str, ...] = ()
            valid = seq < _SEEDS or seq % 5 != 0
            if seq >= _SEEDS:
                parents = (elites[stream(0, "parent", seq).randrange(seq)].program,)
            if valid:
                islands.add(None if seq < _SEEDS else seq % _ISLANDS, elite)
                known.add(elite.program)
            pools.observe(seq, parents, elite if valid else None)
            yield pools, known

    def test_it_says_what_it_is(self) -> None:
        """The issuer and the prompts go by it."""
        strategy = self.make()
        for name in ("selects", "history"):
            value = getattr(type(strategy), name, None)
            assert isinstance(value, bool), f"{name} = {value!r}; expected a class attribute, bool"

    def test_a_pool_holds_programs_that_were_committed(self) -> None:
        """Parents are programs that the run knows, and that are VALID."""
        for seq, (pools, known) in enumerate(self._run(0)):
            for island in range(_ISLANDS):
                strange = [elite.program for elite in pools.pool(island).elites() if elite.program not in known]
                assert not strange, f"after commit {seq} the pool of island {island} holds {strange[0]}, never VALID"

    def test_some_pool_holds_a_parent_once_a_seed_is_valid(self) -> None:
        """Otherwise every ticket starts from a seed for ever."""
        told = self.fold()
        assert told[-1], f"after {_COMMITS} commits every pool is empty; nobody would ever have a parent"

    def test_pools_are_a_function_of_commits_and_seed(self) -> None:
        """A resumed run folds its log and goes on from there."""
        for seed in (0, 7):
            twice(lambda s=seed: self.fold(s), "begin, pool or observe")

    def test_looking_at_a_pool_changes_nothing(self) -> None:
        """A replay looks less often than the run did."""
        assert self.fold()[-1] == self.fold(looked_at=False)[-1], "the last pool depends on how often pools were read"

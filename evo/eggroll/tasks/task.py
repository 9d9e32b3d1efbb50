"""What a task has to offer, and the loop that learns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.population import Population
    from evo.eggroll.strategy import EggRoll


class Task(Protocol):
    """Something to learn with float parameters."""

    def start(self) -> dict[str, Array]:
        """Return the parameters to start from."""
        ...

    def fitness(self, members: Population, generation: int) -> Array:
        """Return the fitness of all members, (N,), more is better."""
        ...

    def error(self, params: Mapping[str, Array]) -> float:
        """Return how wrong the parameters are, >= 0, on data that no member was judged on where there is such."""
        ...


def learn(task: Task, strategy: EggRoll, generations: int) -> float:
    """Run `generations` of a strategy that starts at `task.start()`, and return the final error of its mean."""
    for generation in range(generations):
        strategy.tell(task.fitness(strategy.ask(), generation))
    return task.error(strategy.params)

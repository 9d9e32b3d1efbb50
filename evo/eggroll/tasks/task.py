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
    return curve(task, strategy, generations, every=generations)[-1]


def curve(task: Task, strategy: EggRoll, generations: int, *, every: int) -> list[float]:
    """Do as `learn` does, and return the error of the mean at the start and after every so many generations."""
    errors = [task.error(strategy.params)]
    for generation in range(generations):
        strategy.tell(task.fitness(strategy.ask(), generation))
        if (generation + 1) % every == 0:
            errors.append(task.error(strategy.params))
    return errors

"""The archive's cost does not grow with what it has seen; benchmarks/qd.py has the figures."""

import time
from random import Random

import pytest

from evo.qd.archive import Archive
from evo.qd.replacements import ByPareto
from evo.qd.selectors import Curiosity, ParetoTournament, RankPower, Sigmoid, Softmax, Tournament, Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.records import Direction
from tests.yardstick import slowness

# The aims are 20 and 50 us on a quiet machine; benchmarks/qd.py holds to those. Here what is much slower is found out.
ADD_US, SELECT_US = 60.0, 150.0
SPACE = GridSpace(tuple(Axis(name=name, low=0.0, high=1.0, cells=100) for name in "xy"))


def microseconds(action, times):
    """Return the least CPU time of a call over batches: what the machine does besides only ever adds to it."""
    found = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(times):
            action()
        found.append((time.process_time() - started) / times * 1e6)
    return min(found)


@pytest.mark.parametrize("pareto", [False, True])
def test_adding_stays_cheap(pareto):
    rng, held = (
        Random(0),
        Archive(SPACE, Direction.MAXIMIZE, aims={"y": Direction.MINIMIZE}, rule=ByPareto() if pareto else None),
    )
    held.ranking()
    held.curiosity()

    def add():
        objective = rng.random()
        held.offer(held.elite(f"p{objective}", objective, {"x": rng.random(), "y": rng.random()}))

    early = microseconds(add, 20)
    for _ in range(20_000):
        add()
    late = microseconds(add, 400)
    assert len(held) > 8000
    assert late < ADD_US * slowness()
    assert late < 10 * early + 10


@pytest.mark.parametrize(
    "selector", [Uniform(), Tournament(), ParetoTournament(), RankPower(), Softmax(), Sigmoid(), Curiosity()]
)
def test_selection_stays_cheap(selector):
    rng, held = Random(0), Archive(SPACE, Direction.MAXIMIZE, aims={"y": Direction.MINIMIZE})
    for i in range(10_000):
        measures = {"x": (i % 100 + 0.5) / 100, "y": (i // 100 + 0.5) / 100}
        held.add(held.elite(f"p{i}", rng.gauss(0, 1), measures))
    selector.select(held, 1, rng)

    def pick():
        held.credit(selector.select(held, 1, rng)[0].program, won=rng.random() < 0.1)

    assert microseconds(pick, 200) < SELECT_US * slowness()

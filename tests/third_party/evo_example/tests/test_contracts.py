"""The contracts of evo over our parts."""

from evo_example.economies import Halfway
from evo_example.emitters import Halve, Shake
from evo_example.executors import Tallied
from evo_example.llms import Parrot
from evo_example.mixes import Winner
from evo_example.replacements import ByShare
from evo_example.resets import Weakest
from evo_example.selectors import Youngest
from evo_example.spaces import Rings
from evo_example.stages import Lines
from evo_example.strategies import Latest
from evo_example.topologies import Line
from evo_example.trackers import Diary
from evo_example.turns import Pairs

import evo
from evo.testing import (
    EconomyContract,
    EmitterContract,
    ExecutorContract,
    LLMContract,
    MixContract,
    ReplacementContract,
    ResetContract,
    SelectorContract,
    SpaceContract,
    StagePartContract,
    StrategyContract,
    TopologyContract,
    TrackerContract,
    TurnsContract,
    search,
)


class TestRings(SpaceContract):
    def make(self):
        return Rings(cells=5)


class TestByShare(ReplacementContract):
    def make(self):
        return ByShare(share=0.01)


class TestYoungest(SelectorContract):
    def make(self):
        return Youngest(share=0.3)


class TestLatest(StrategyContract):
    def make(self):
        return Latest(keep=5)


class TestPairs(TurnsContract):
    def make(self):
        return Pairs(row=3)


class TestLine(TopologyContract):
    def make(self):
        return Line(every=4, migrants=2)


class TestWeakest(ResetContract):
    def make(self):
        return Weakest(every=6)


class TestShake(EmitterContract):
    def make(self):
        return Shake(weight=2.0)


class TestHalve(EmitterContract):
    def make(self):
        return Halve()


class TestWinner(MixContract):
    def make(self):
        return Winner(doubt=0.2)


class TestHalfway(EconomyContract):
    def make(self):
        return Halfway(least=3)


class TestParrot(LLMContract):
    def make(self):
        return Parrot(prices=evo.Prices(input=1.0, output=2.0))

    def failing(self):
        return Parrot(silent=1.0)


class TestLines(StagePartContract):
    def make(self):
        return Lines(most=50.0)

    def bad(self):
        return {}, evo.Program.of("x = 1\n" * 600)


class TestDiary(TrackerContract):
    def make(self):
        return Diary(name="told.txt")


class TestTallied(ExecutorContract):
    def make(self):
        return Tallied(workers=1)


def test_a_search_with_all_of_them_replays():
    given = {
        "selector": Youngest(),
        "strategy": Latest(),
        "turns": Pairs(),
        "topology": Line(every=4),
        "reset": Weakest(every=9),
        "replacement": ByShare(),
        "space": Rings(),
        "mix": Winner(),
        "emitters": (Shake(), Halve(weight=0.5)),
    }
    once = search(60, **given)
    assert once.log_hash == search(60, **given).log_hash
    assert {commit.proposal.operator for commit in once} == {"seed", "shake", "halve"}

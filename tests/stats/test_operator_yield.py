"""What operators brought: every ticket ends in one way, and gains add up to what the run gained."""

from evo.records import Direction
from evo.stats.operator_yield import ENDS, yields
from evo.store.reading.view import open_run
from tests.render.small_run import write_run


def test_the_small_run(tmp_path):
    with open_run(write_run(tmp_path / "run")) as view:
        attempts = view.attempts()
    found = {(each.operator, each.llm): each for each in yields(attempts, Direction.MAXIMIZE)}
    assert list(found) == [("crossover", "fast"), ("diff", "fast"), ("rewrite", "fast"), ("seed", "")]
    assert sum(each.tickets for each in found.values()) == len(attempts)
    assert found["diff", "fast"].ends == {**dict.fromkeys(ENDS, 0), "record": 1, "not VALID": 1, "no program": 1}
    assert found["rewrite", "fast"].ends["duplicate"] == 1
    assert found["seed", ""].ends["record"] == 1
    assert found["seed", ""].ends["valid"] == 1
    assert sum(each.gain for each in found.values()) == 0.5
    assert found["diff", "fast"].cost_usd == 1.5
    assert found["diff", "fast"].tokens == 36


def test_less_may_be_better(tmp_path):
    with open_run(write_run(tmp_path / "run", direction="minimize")) as view:
        found = yields(view.attempts(), Direction.MINIMIZE)
    assert sum(each.gain for each in found) == 0.25

"""What the curves of several runs are called."""

from types import SimpleNamespace

from evo.config.run import from_yaml, to_yaml
from evo.records import Direction
from evo.stats.panels import make_panels, name_kinds

BASE = "problem: circle_packing/26\nbudget: {tickets: 4}\n"


def run(kind, more="", strategy="widening", **given):
    config = to_yaml(from_yaml(BASE + more, "run"))
    figures = {"problem": "p", "instance": "1", "unit": "m", "objective": "length", "direction": Direction.MAXIMIZE}
    return SimpleNamespace(kind=kind, strategy=strategy, config=config, scores=[1.0, None, 2.0], **(figures | given))


def test_kinds_are_called_by_their_strategies():
    assert name_kinds([run("a1"), run("a1"), run("b2", strategy="adaptive")]) == {"a1": "widening", "b2": "adaptive"}


def test_kinds_of_one_strategy_are_called_by_what_else_is_different():
    runs = [run("a1"), run("b2", "islands: {count: 4}\nseed: 7\n"), run("c3", strategy="adaptive")]
    assert name_kinds(runs) == {"a1": "widening, islands.count 1", "b2": "widening, islands.count 4", "c3": "adaptive"}


def test_where_too_much_is_different_digits_tell_them_apart():
    much = "islands: {count: 4}\nschedule: {window: 9}\nmemory: brief\nnotes: {every: 20}\ntactics: {patience: 9}\n"
    assert name_kinds([run("a1"), run("b2", much)]) == {"a1": "widening a1", "b2": "widening b2"}


def test_a_panel_has_the_objectives_name_and_a_curve_for_each_run():
    (panel,) = make_panels([run("a1", objective=""), run("a1")], [2.5])
    assert (panel.objective, panel.unit, panel.targets) == ("length", "m", [2.5])
    assert panel.kinds == {"widening": [[1.0, 1.0, 2.0]] * 2}

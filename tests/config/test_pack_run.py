"""`evo run PACK[/INSTANCE]`: a pack's `run.yaml`, what instances say differently, and what came before it."""

import math
import re
from pathlib import Path

import pytest

from evo.config.pack_run import instances_of, is_pack_run, load_pack_run, load_run, renamed
from evo.config.problem import load_problem
from evo.config.resources import known, shipped
from evo.config.run import RunSpec, from_yaml, load_config, to_yaml
from evo.errors import EvoWarning, NotFoundError, SpecError

PROBLEM = """\
name: knots
summary: Knots.
program: {entry: tie}
objective: {direction: maximize}
measures:
  length: {low: 0, high: 1}
  turns: {low: 0, high: 1}
instances:
  small: {params: {n: 3}, best_known: {value: 2.5}}
  large: {params: {n: 9}}
"""
RUN = """\
extends: base.yaml
budget: {tickets: 30, target: best_known}
archive:
  measures: {length: {cells: 4}, turns: {cells: 5}}
  per_cell: 2
instance: small
instances:
  large:
    formerly: knots_big
    budget: {tickets: 90}
    archive: {measures: {turns: {cells: 7}}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pack()


def pack(run: str | None = RUN, problem: str = PROBLEM, folder: str = "problems/knots") -> Path:
    place = Path(folder)
    (place / "seeds").mkdir(parents=True, exist_ok=True)
    (place / "problem.yaml").write_text(problem)
    (place / "evaluate.py").write_text("def evaluate(output, params):\n    return {}\n")
    (place / "brief.md").write_text("Tie.\n")
    (place / "seeds" / "one.py").write_text("def tie(n, seed):\n    return n\n")
    (place / "run.yaml").unlink(missing_ok=True)
    if run is not None:
        (place / "run.yaml").write_text(run)
    return place


def message(text: str, address: str = "knots/small", *overrides: str) -> str:
    pack(text)
    with pytest.raises(SpecError) as caught:
        load_run(address, overrides)
    return str(caught.value)


EVERY = [address for pack in known("problems") for address in instances_of(pack)]


@pytest.mark.parametrize("address", EVERY)
def test_every_pack_and_instance_says_how_it_is_run(address: str) -> None:
    spec, problem = load_run(address), load_problem(address)
    assert (spec.problem, spec.source) == (address, problem.folder / "run.yaml")
    assert load_problem(spec.problem).label == address
    assert spec.budget.tickets
    target = spec.budget.target
    if problem.best_known is None:
        assert target is None
    else:
        assert target is not None
        assert math.isclose(target, problem.best_known.value, rel_tol=1e-4)
    there = {*problem.spec.measures, "code_length", "complexity", "text_length", "text_lines"}
    assert spec.archive.measures
    assert {*spec.archive.measures} <= there
    assert from_yaml(to_yaml(spec), "run.yaml") == spec


@pytest.mark.parametrize("name", known("problems"))
def test_every_pack_runs_without_an_instance(name: str) -> None:
    assert load_run(name).problem in EVERY


def test_the_pack_and_what_its_instances_say() -> None:
    small, large = load_run("knots/small"), load_run("knots/large")
    assert (small.problem, small.budget.tickets, small.budget.target) == ("knots/small", 30, 2.5)
    assert {name: axis.cells for name, axis in small.archive.measures.items()} == {"length": 4, "turns": 5}
    assert (large.budget.tickets, large.budget.target, large.archive.per_cell) == (90, None, 2)
    assert {name: axis.cells for name, axis in large.archive.measures.items()} == {"turns": 7}
    assert small.source == Path("problems/knots/run.yaml")
    assert load_run("knots") == small


def test_a_path_and_the_file_itself_will_do() -> None:
    pack(folder="elsewhere/mine")
    assert load_run("elsewhere/mine").problem == "elsewhere/mine/small"
    assert load_run("elsewhere/mine/large").problem == "elsewhere/mine/large"
    assert load_run("./elsewhere/mine/run.yaml").problem == "elsewhere/mine/small"
    Path("run.yaml").write_text("problem: knots/large\nbudget: {tickets: 1}\n")
    assert not is_pack_run(Path("run.yaml"))
    assert load_run("run.yaml").budget.tickets == 1


def test_settings_stand_above() -> None:
    spec = load_run("knots/large", ["budget.tickets=5", "archive.measures={length: {}}", "seed=3"])
    assert (spec.budget.tickets, spec.seed, [*spec.archive.measures]) == (5, 3, ["turns", "length"])
    assert load_run("knots/small", ["budget.target=1"]).budget.target == 1
    assert load_run("knots/small", ["params={n: 4}"]).budget.target is None, "no record of another size"
    assert load_run("knots/large", ["budget.target=best_known"]).budget.target is None
    with pytest.raises(SpecError, match=r"budget.target: expected a number"):
        load_config(_config("problem: knots/small\nbudget: {tickets: 1, target: best_known}\n"))


def _config(text: str) -> str:
    Path("mine.yaml").write_text(text)
    return "mine.yaml"


def test_a_pack_without_the_file_runs_as_the_base_says() -> None:
    pack(None)
    spec = load_run("knots/small")
    assert spec == load_config(_config("extends: base\nproblem: knots/small\nbudget: {tickets: 100}\n"))
    assert (spec.source, spec.archive.measures) == (None, {})
    with pytest.raises(NotFoundError, match="which instance"):
        load_run("knots")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bugdet: {tickets: 1}\n", "run.yaml:1:1: bugdet: unknown key; did you mean budget?"),
        ("instnaces: {}\nbudget: {tickets: 1}\n", "run.yaml:1:1: instnaces: unknown key; did you mean instances?"),
        ("budget: {tickets: 1}\nproblem: knots\n", "run.yaml:2:1: problem: the problem is the pack itself"),
        ("extends: bse\n", "run.yaml:1:10: extends: config 'bse' not found; did you mean base?"),
        ("- 1\n", "run.yaml:1:1: expected a mapping of keys"),
        ("instances: 3\n", "run.yaml:1:12: instances: expected a mapping of instances; got 3"),
        (
            "budget: {tickets: 1}\ninstances:\n  smal: {}\n",
            "run.yaml:3:3: instances.smal: no such instance in problem.yaml; did you mean small?",
        ),
        ("instances: {small: 4}\n", "run.yaml:1:20: instances.small: expected a mapping of keys; got 4"),
        (
            "budget: {tickets: 1}\ninstances:\n  small: {extends: base}\n",
            "run.yaml:3:11: instances.small.extends: expected for the whole pack, not for an instance",
        ),
        (
            "budget: {tickets: 1}\ninstances:\n  small:\n    buget: 4\n",
            "run.yaml:4:5: buget: unknown key; did you mean budget?",
        ),
        (
            "budget: {tickets: 1, target: best_knwon}\n",
            "run.yaml:1:30: budget.target: expected a number; got 'best_knwon'",
        ),
    ],
)
def test_mistakes_are_answered_where_they_were_made(text: str, said: str) -> None:
    assert f"problems/knots/{said}" in message(text)


def test_the_instance_of_the_file_has_to_exist() -> None:
    text = "budget: {tickets: 1}\ninstance: huge\n"
    assert "run.yaml:2:11: instance: expected the name of an instance; got 'huge'; there are small, large" in message(
        text, "knots"
    )


def test_it_is_no_part_of_what_scores_mean() -> None:
    before = load_problem("knots/small").fingerprint
    pack("budget: {tickets: 3}\n")
    assert load_problem("knots/small").fingerprint == before


def test_a_config_comes_first_and_says_so() -> None:
    Path("configs").mkdir()
    Path("configs/knots.yaml").write_text("problem: knots/large\nbudget: {tickets: 7}\n")
    with pytest.warns(EvoWarning, match=r"knots is the config configs/knots.yaml; `evo run problems/knots` runs"):
        assert load_run("knots").budget.tickets == 7
    assert load_run("configs/knots.yaml").budget.tickets == 7
    assert load_run("problems/knots").budget.tickets == 30


def test_what_was_a_config_is_said_to_be_an_instance() -> None:
    for old, now in {
        "knots_large": "knots/large",
        "knots_big": "knots/large",
        "configs/knots_small.yaml": "knots/small",
        "circle_packing_26": "circle_packing/26",
        "cell_sorting_r1": "cell_sorting/policy_r1",
        "configs/cap_set.yaml": "cap_set",
    }.items():
        with pytest.warns(EvoWarning, match=f"^{re.escape(old)} is now {now}$"):
            assert load_run(old) == load_run(now)
    assert renamed("knots") == "knots"
    assert renamed("nothing_known") == "nothing_known"


def test_what_does_not_exist_names_the_nearest_of_both() -> None:
    for name, said in {
        "smokee": r"no config or problem 'smokee'; did you mean smoke\?",
        "knot": r"no config or problem 'knot'; did you mean knots\?",
        "zzzzz": r"no config or problem 'zzzzz'; there are .*knots, .*smoke",
        "knots/lage": r"problem knots has no instance 'lage'; did you mean large\?; there are small, large",
        "nowhere/knots": r"problem 'nowhere' not found",
        "smokee.yaml": r"config 'smokee.yaml' not found",
    }.items():
        with pytest.raises(NotFoundError, match=said):
            load_run(name)


def test_shipped_configs_are_no_packs() -> None:
    assert {path.stem for path in shipped("configs").glob("*.yaml")} == {
        *("base", "smoke", "openai", "local", "mock_server", "two_islands")
    }
    assert isinstance(load_run("smoke"), RunSpec)
    assert load_pack_run("circle_packing/32").budget.target == 2.9395

"""Suites: which runs they are, what each may use, and what is wrong with a file, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from evo.config.resources import shipped
from evo.config.suite import FOLDER, SuiteBudget, find_suite, open_suite, plan_suite, suite_names
from evo.errors import EvoError, NotFoundError, SpecError

MINE = """\
packs: [circle_packing/26, cap_set]
strategies: [hill_climb, widening]
seeds: [3, 4]
settings: [slots=2]
budget: {tickets: 25, usd: 4}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def test_a_suite_is_every_pack_with_every_strategy_and_seed(tmp_path: Path) -> None:
    text = MINE.replace("settings: [slots=2]\n", "settings: [window=2]\n").replace("window", "islands.count")
    plan = plan_suite(open_suite(write(tmp_path, text)), further=["executor.workers=1"])
    assert [(run.problem, run.strategy, run.seed) for run in plan[:3]] == [
        ("circle_packing/26", "hill_climb", 3),
        ("circle_packing/26", "hill_climb", 4),
        ("circle_packing/26", "widening", 3),
    ]
    assert len(plan) == 8
    share = ("budget.tickets=3", "budget.usd=0.5")
    assert plan[0].settings == ("strategy=hill_climb", "islands.count=2", "executor.workers=1", *share, "seed=3")
    alone = plan_suite(open_suite(tmp_path / "mine.yaml", ["strategies=[]", "seeds=[0]", "budget.tickets=10"]))
    assert [(run.config, run.strategy) for run in alone] == [("circle_packing/26", "widening"), ("cap_set", "widening")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cap_set", "cap_sets", r"mine\.yaml:1:28: packs\.1: .*'cap_sets'; did you mean cap_set"),
        ("widening", "hill_climb", r"mine\.yaml:2:13: strategies: expected each once; hill_climb stands twice"),
        ("seeds: [3, 4]", "seeds: [3, 3]", r"mine\.yaml:3:8: seeds: expected each once; 3 stands twice"),
        ("tickets: 25", "tickets: 7", r"mine\.yaml:5:19: budget\.tickets: expected one at least for each of 8 runs"),
        ("{tickets: 25, usd: 4}", "{}", r"mine\.yaml:5:\d+: budget: expected a bound of all runs together"),
        ("budget", "bugdet", r"mine\.yaml:5:1: bugdet: unknown key; did you mean budget"),
        ("[circle_packing/26, cap_set]", "[]", r"mine\.yaml:1:8: packs: expected at least one"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = MINE.replace("settings: [slots=2]\n", "settings: []\n").replace(old, new)
    with pytest.raises(SpecError, match=said):
        plan_suite(open_suite(write(tmp_path, text)))


def test_shares_are_equal_and_rounded_down() -> None:
    assert SuiteBudget(tickets=10, tokens=100).share(3) == ["budget.tickets=3", "budget.tokens=33"]
    with pytest.raises(EvoError, match=r"tokens: expected one at least for each of 3 runs; got 2"):
        SuiteBudget(tokens=2).share(3)


def test_suites_are_found_by_path_and_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_suite("smoke") == shipped("configs") / FOLDER / "smoke.yaml"
    (tmp_path / "configs/suites").mkdir(parents=True)
    mine = write(tmp_path / "configs/suites", MINE)
    assert find_suite("mine").samefile(mine)
    assert find_suite("configs/suites/mine.yaml").samefile(mine)
    assert suite_names() == ["geometry", "mine", "papers", "public", "smoke"]
    with pytest.raises(NotFoundError, match=r"suite 'smok' not found; did you mean smoke"):
        find_suite("smok")


@pytest.mark.parametrize("name", ["geometry", "papers", "public", "smoke"])
def test_what_ships_names_packs_that_exist(name: str) -> None:
    assert plan_suite(open_suite(find_suite(name), ["seeds=[0]", "strategies=[]"]))

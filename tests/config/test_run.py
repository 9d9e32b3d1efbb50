from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evo.assemble.check import check_parts
from evo.config.component import Component
from evo.config.pack_run import load_run
from evo.config.run import (
    RunSpec,
    ScheduleSpec,
    amendable,
    differences,
    from_yaml,
    to_yaml,
)
from evo.config.sections import AxisSpec, BudgetSpec, IslandsSpec
from evo.errors import NotFoundError, SpecError

SMALL = "problem: circle_packing/26\nbudget: {tickets: 9}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "mine.yaml") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)
    return name


def message(*overrides: str) -> str:
    with pytest.raises(SpecError) as caught:
        check_parts(load_run("mine.yaml", overrides))
    return str(caught.value)


def test_a_problem_and_a_budget_are_enough() -> None:
    spec = load_run(write(SMALL))
    assert spec == RunSpec(problem="circle_packing/26", budget=BudgetSpec(tickets=9))
    assert spec.source == Path("mine.yaml")
    assert spec.islands == IslandsSpec(
        count=1, migration=Component(use="ring", options={"every": 20, "migrants": 1, "choose": "best"})
    )
    assert [(e.use, e.options) for e in spec.emitters] == [
        ("diff", {"weight": 3, "llm": "fast"}),
        ("rewrite", {"weight": 4, "longest": 8000, "llm": "fast"}),
        ("crossover", {"weight": 2, "llm": "fast"}),
        ("repair", {"weight": 0.5, "llm": "fast"}),
        ("tune", {"weight": 0.25}),
    ]
    assert spec.llms == {"fast": Component(use="offline")}
    assert spec.executor == Component(use="local", options={"workers": 2, "sandbox": "auto"})
    assert spec.selector == Component(use="tournament", options={"size": 3})


def test_the_documented_form() -> None:
    spec = load_run(
        write("""
problem: circle_packing/26
params: {n: 30}
pipeline: default
seed: 7
seeds: [seeds/ring.py]
budget: {tickets: 2000, evaluations: 2000, seconds: 28800, target: 2.6358}
archive: {measures: {radius_spread: {cells: 16}, code_length: {cells: 12, scale: log}}}
islands: {count: 4, migration: {use: ring, every: 50, migrants: 2}}
selector: uniform
emitters: [{use: diff, weight: 6, llm: fast}, {use: rewrite, weight: 3, llm: strong}, crossover]
llms: {fast: offline, strong: {use: script, answers: [a]}}
executor: {use: local, workers: 2, sandbox: "required:strict"}
schedule: {slots: 16, window: 64, commit: arrival}
""")
    )
    assert spec.archive.measures["code_length"] == AxisSpec(cells=12, scale="log")
    assert spec.budget.seconds == 28800.0
    assert spec.selector == Component(use="uniform")
    assert spec.emitters[2] == Component(use="crossover")
    assert spec.seeds == ("seeds/ring.py",)
    assert spec.params == {"n": 30}


def test_the_message_of_the_documentation() -> None:
    write(SMALL + "\n\n\n\nislands:\n  count: 3\n  migration_evry: 50\n", "configs/mine.yaml")
    with pytest.raises(SpecError) as caught:
        load_run("configs/mine.yaml")
    assert str(caught.value) == (
        "configs/mine.yaml:9:3: islands.migration_evry: unknown key; did you mean migration.every?\n"
        "    9 |   migration_evry: 50\n"
        "          ^^^^^^^^^^^^^^"
    )
    assert caught.value.exit_code == 3


WRONG = {
    "tickets: 5": "3:1: tickets: unknown key; did you mean budget.tickets?",
    "emiters: []": "3:1: emiters: unknown key; did you mean emitters?",
    "extend: base.yaml": "3:1: extend: unknown key; did you mean extends?",
    "source: x.yaml": "3:1: source: unknown key",
    "seed: -1": "3:7: seed: expected an integer, at least 0; got -1",
    "emitters: []": "3:11: emitters: expected at least one emitter; got an empty list",
    "seeds: []": "3:8: seeds: expected at least one program",
    "emitters: [{use: diff, llm: fsat}]": "3:29: emitters.0.llm: no 'fsat' among llms; did you mean fast?",
    "emitters: [{use: diff, weight: 0}]": "3:32: emitters.0.weight: expected a number, above 0; got 0",
    "llms: {strong: offline}": "3:7: llms: expected the role 'fast', which emitter diff asks; got strong",
    "executor: {sandbox: strict}": "3:21: executor.sandbox: expected one of auto, none, required:strict,",
    "islands: {count: 0}": "3:18: islands.count: expected an integer, at least 1, at most 1000; got 0",
    "archive: {measures: {a: {cells: 2000}}}": "3:33: archive.measures.a.cells: expected an integer, at least 1",
    "schedule: {commit: orderd}": "3:20: schedule.commit: expected one of ordered, arrival; got 'orderd'; did you mean",
    "selector: []": "3:11: selector: expected a name, or a mapping with `use` and options; got a list",
    "extends: 5": "3:10: extends: expected the name of a config; got 5",
    "extends: bse": "3:10: extends: config 'bse' not found",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_configs(line: str) -> None:
    write(SMALL + line)
    assert message().startswith(f"mine.yaml:{WRONG[line]}")


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("{target: 2}", "2:1: budget: expected at least one of tickets, evaluations, seconds"),
        ("{tickets: 0}", "2:19: budget.tickets: expected an integer, at least 1; got 0"),
        ("{tickets: many}", "2:19: budget.tickets: expected an integer, at least 1; got 'many'"),
        ("{seconds: 5s}", "2:19: budget.seconds: expected a number, above 0; got '5s'"),
        ("{seconds: -5}", "2:19: budget.seconds: expected a number, above 0; got -5"),
        ("{eur: 5}", "2:10: budget.eur: unknown key; expected tickets, evaluations, seconds, usd, tokens, target"),
    ],
)
def test_wrong_budgets(budget: str, expected: str) -> None:
    write(f"problem: x\nbudget: {budget}\n")
    assert message().startswith(f"mine.yaml:{expected}")


def test_extends_merges_mappings_and_replaces_lists_and_other_components() -> None:
    write(
        "seed: 3\nbudget: {tickets: 5, seconds: 9}\nselector: {use: tournament, size: 3}\n"
        "llms: {fast: {use: script, answers: [a]}, strong: offline}\nseeds: [a, b]\n"
        "emitters: [{use: diff, weight: 5}, {use: rewrite}]\nislands: {migration: {every: 7}}\n",
        "configs/base.yaml",
    )
    write(
        "extends: base.yaml\nproblem: x\nbudget: {tickets: 6}\nselector: {use: uniform}\n"
        "llms: {fast: {use: script, answers: [b], faults: {}}}\nseeds: [c]\nemitters: [diff]\nislands: {count: 5}\n",
        "configs/mine.yaml",
    )
    spec = load_run("configs/mine.yaml")
    assert spec.budget == BudgetSpec(tickets=6, seconds=9.0)
    assert spec.selector == Component(use="uniform")
    assert spec.llms["fast"].options == {"answers": ["b"], "faults": {}}
    assert spec.llms["strong"] == Component(use="offline")
    assert spec.seeds == ("c",)
    assert len(spec.emitters) == 1
    assert spec.islands == IslandsSpec(count=5, migration=Component(use="ring", options={"every": 7}))
    assert spec.seed == 3
    assert load_run("mine") == spec


def test_errors_in_the_base_point_into_the_base() -> None:
    write("seed: 1\nbudget:\n  tickets: many\n", "base.yaml")
    write("extends: base.yaml\nproblem: x\nbudget: {seconds: 5}\n")
    assert message() == (
        "base.yaml:3:12: budget.tickets: expected an integer, at least 1; got 'many'\n"
        "    3 |   tickets: many\n"
        "                   ^^^^"
    )
    write("budget: {tickets: 1}\nemitters:\n- {use: diff, llm: strong}\n", "base.yaml")
    assert message().startswith("base.yaml:3:20: emitters.0.llm: no 'strong' among llms; there are fast\n")


def test_extends_goes_on_over_several_levels() -> None:
    write("seed: 3\nbudget: {tickets: 1, seconds: 5}\nemitters: [{use: rewrite}]\n", "ground.yaml")
    write("extends: ground.yaml\nseed: 4\nbudget: {tickets: 2}\n", "middle.yaml")
    write("extends: middle.yaml\nproblem: x\nbudget: {seconds: 7}\n")
    spec = load_run("mine.yaml")
    assert (spec.seed, spec.budget.tickets, spec.budget.seconds) == (4, 2, 7)
    assert [each.use for each in spec.emitters] == ["rewrite"]
    write("seed: 3\nschedule: {slots: many}\n", "ground.yaml")
    assert message().startswith("ground.yaml:2:19: schedule.slots: expected an integer")


def test_files_that_extend_one_another_are_both_named() -> None:
    write("extends: mine.yaml\n" + SMALL)
    assert message().startswith("mine.yaml:1:10: extends: mine.yaml and mine.yaml extend one another")
    write("extends: mine.yaml\n", "base.yaml")
    write("extends: base.yaml\n" + SMALL)
    assert message().startswith(
        "base.yaml:1:10: extends: base.yaml and mine.yaml extend one another: mine.yaml -> base"
    )
    with pytest.raises(SpecError, match=r"mine\.yaml and base\.yaml extend one another"):
        load_run("base.yaml")
    with pytest.raises(SpecError, match="extends: unknown key"):
        from_yaml("extends: base.yaml\n" + SMALL, "run.yaml")


def test_settings() -> None:
    write(SMALL + "emitters: [{use: diff}, {use: rewrite}]\nselector: tournament\n")

    def spec(*overrides: str) -> RunSpec:
        return load_run("mine.yaml", overrides)

    assert spec("budget.tickets=5").budget.tickets == 5
    assert spec("budget.tickets=5", "budget.tickets=6").budget.tickets == 6
    assert spec("budget.tickets=null", "budget.seconds=1e2").budget == BudgetSpec(seconds=100.0)
    assert spec("emitters.1.weight=2").emitters[1].options == {"weight": 2}
    assert spec("emitters.0=crossover").emitters[0] == Component(use="crossover")
    assert spec("seeds=[a,b]").seeds == ("a", "b")
    assert spec("selector.size=4").selector == Component(use="tournament", options={"size": 4})
    assert spec("selector.size=4", "selector.use=uniform").selector == Component(use="uniform")
    assert spec("selector={use: uniform}").selector == Component(use="uniform")
    assert spec("params.n=30").params == {"n": 30}
    assert spec("islands.migration.every=9").islands.migration.options["every"] == 9
    assert spec("problem=a=b").problem == "a=b"


SETTINGS = {
    "budget.tickets=many": "budget.tickets: expected an integer, at least 1; got 'many'",
    "budget.tickts=3": "budget.tickts: unknown key; did you mean tickets?",
    "every=2": "every: unknown key; did you mean islands.migration.every?",
    "emitters.7.weight=2": "emitters.7: expected an index from 0 to 0",
    "emitters.x=2": "emitters.x: expected an index from 0 to 0",
    "seeds.0=a": "seeds: no list is written there; set the whole list instead",
    "budget=null": (
        "budget: expected a mapping of tickets, evaluations, seconds, usd, tokens, target, patience, stop_file; "
        "got null"
    ),
    "seed": "expected KEY=VALUE, for example budget.tickets=50",
    "a..b=1": "expected KEY=VALUE, for example budget.tickets=50",
    "=1": "expected KEY=VALUE, for example budget.tickets=50",
    "seed=[1": "not valid YAML: did not find expected ',' or ']'",
    "seed=*a": "alias *a: anchors and aliases are not used here; repeat it",
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_wrong_settings_name_themselves_as_the_file(setting: str) -> None:
    write(SMALL + "emitters: [diff]\n")
    assert message(setting) == f"--set {setting}: {SETTINGS[setting]}"


def test_a_setting_leaves_the_positions_of_its_neighbours() -> None:
    write(SMALL + "islands: {count: x}\n")
    assert message("islands.migration.every=3").startswith("mine.yaml:3:18: islands.count")


def test_unknown_configs_are_not_found() -> None:
    write(SMALL, "configs/smoke.yaml")
    assert load_run("smoke").source == Path("configs/smoke.yaml")
    with pytest.raises(NotFoundError, match=r"no config or problem 'smokee'; did you mean smoke\?"):
        load_run("smokee")


def test_a_file_that_is_no_mapping() -> None:
    write("- 1\n")
    assert message().startswith("mine.yaml:1:1: expected a mapping of keys; got a list")
    write("problem: x\n")
    assert message().startswith("mine.yaml:1:1: budget: missing; expected a mapping")


def test_window_in_force() -> None:
    def ordered(slots: int) -> int:
        return ScheduleSpec(slots=slots).window_for(workers=2)

    assert [ordered(slots) for slots in (1, 2, 4, 8, 32, 100, 1000)] == [4, 4, 4, 16, 128, 564, 8966]
    assert ScheduleSpec(slots=16, commit="arrival").window_for(workers=3) == 26
    assert ScheduleSpec(slots=16, commit="arrival").settling == 20
    assert ScheduleSpec(slots=16, commit="arrival", window=7).window_for(workers=3) == 7


@pytest.mark.parametrize(("commit", "window"), [("ordered", 4), ("arrival", 64)])
def test_a_run_from_before_windows_followed_the_slots_keeps_its_own(commit: str, window: int) -> None:
    recorded = to_yaml(load_run(write(SMALL + f"schedule: {{slots: 16, commit: {commit}}}\n")))
    assert "  edition: 2\n" in recorded
    schedule = from_yaml(recorded.replace("  edition: 2\n", ""), "run.yaml").schedule
    assert schedule.window_for(workers=3) == schedule.settling == window


def test_differences_and_what_resume_may_change() -> None:
    old = load_run(write(SMALL))
    new = load_run(
        "mine.yaml",
        ["budget.tickets=20", "executor.workers=1", "schedule={slots: 9, window: 8}", "problem=b", "seeds=[x]"],
    )
    changed = differences(old, new)
    assert changed == [
        ("problem", "circle_packing/26", "b"),
        ("budget.tickets", 9, 20),
        ("executor.workers", 2, 1),
        ("executor.sandbox", "auto", None),
        ("schedule.slots", 4, 9),
        ("seeds", None, ["x"]),
        ("schedule.window", None, 8),
    ]
    assert [key for key, _, _ in changed if not amendable(key)] == ["problem", "seeds", "schedule.window"]
    assert not amendable("budgets")
    assert amendable("llms.fast.base_url")
    assert amendable("llms.fast.retry.tries")
    assert amendable("llms.fast.house_key_env")
    assert not amendable("llms.house_key_env")
    assert not amendable("llms.fast.model")
    assert not amendable("llms.fast")
    assert differences(old, old) == []
    heavier = replace(old, emitters=(replace(old.emitters[0], options={"weight": 6, "llm": "fast"}), *old.emitters[1:]))
    assert differences(old, heavier) == [("emitters.0.weight", 3, 6)]


def test_the_resolved_run_spells_out_every_default() -> None:
    spec = load_run(write(SMALL))
    assert to_yaml(spec) == (
        "problem: circle_packing/26\n"
        "budget:\n  tickets: 9\n"
        "params: {}\n"
        "seed: 0\n"
        "objectives: {}\nstrategy:\n  use: widening\n  breadth: 0.2\n  patience: 120\n  peers: true\n"
        "archive:\n  measures: {}\n  use: grid\n  cells: 256\n  per_cell: 1\n  margin: 0.0\n"
        "  replacement:\n    use: objective\n"
        "islands:\n  count: 1\n  migration:\n    use: ring\n    every: 20\n    migrants: 1\n    choose: best\n"
        "  choice:\n    use: round_robin\n  each: []\n"
        "selector:\n  use: tournament\n  size: 3\n"
        "emitters:\n"
        "- use: diff\n  weight: 3\n  llm: fast\n"
        "- use: rewrite\n  weight: 4\n  longest: 8000\n  llm: fast\n"
        "- use: crossover\n  weight: 2\n  llm: fast\n"
        "- use: repair\n  weight: 0.5\n  llm: fast\n"
        "- use: tune\n  weight: 0.25\n"
        "mix:\n  use: earned\n  floor: 0.6\n"
        "memory: full\n"
        "llms:\n  fast:\n    use: offline\n"
        "prompts:\n  lineage: brief\n  ancestors: 6\n  children: 6\n  tried: 60\n"
        "  tokens:\n    inspirations: 12000\n    lineage: 6000\n    insights: 1500\n    feedback: 700\n  arms: {}\n"
        "answers: {}\n"
        "executor:\n  use: local\n  workers: 2\n  sandbox: auto\n"
        "schedule:\n  slots: 4\n  edition: 2\n  commit: ordered\n  draws: 4\n  paid_draws: true\ntrackers: []\n"
    )
    assert load_run(write(to_yaml(spec), "run.yaml")) == spec


def test_a_recorded_run_without_a_later_option_is_what_it_was():
    recorded = to_yaml(load_run(write(SMALL)))
    later = ("memory:", " draws:", "paid_draws:")
    older = "".join(line for line in recorded.splitlines(True) if not any(key in line for key in later))
    was, now = from_yaml(older, "older"), from_yaml(recorded, "newer")
    assert (was.memory, was.schedule.draws, was.schedule.paid_draws) == ("brief", 1, False)
    assert (now.memory, now.schedule.draws, now.schedule.paid_draws) == ("full", 4, True)
    assert from_yaml(to_yaml(was), "again") == was, "an amendment keeps it so"

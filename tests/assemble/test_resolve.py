"""A run is resolved once: every part is made one time, and what does not hold together is said at its place."""

import asyncio
from collections import Counter

import pytest

from evo import parts
from evo.assemble.resolve import resolve_files
from evo.assemble.start import start
from evo.config.component import Component
from evo.config.pack_run import load_run
from evo.config.run import RunSpec
from evo.config.sections import BudgetSpec
from evo.errors import SpecError
from evo.parts import KINDS

RICH = (
    "extends: base.yaml\nproblem: circle_packing/26\nparams: {work: 1}\nbudget: {tickets: 4}\n"
    "islands:\n  count: 2\n  reset: {every: 50}\n  choice: ucb\n"
    "  each: [{selector: uniform}, {emitters: [rewrite, tune], archive: {use: cvt, cells: 9}}]\n"
    "llms: {fast: offline, slow: {use: offline, ideas: 3}, both: {use: ensemble, members: {fast: 1, slow: 1}}}\n"
    "tactics: {patience: 30}\ntrackers: [csv]\neconomy: racing\n"
)


@pytest.fixture
def rich(tmp_path):
    (tmp_path / "rich.yaml").write_text(RICH)
    return load_run(tmp_path / "rich.yaml")


def test_no_part_is_made_twice_in_one_start(rich, tmp_path, monkeypatch):
    made, make = Counter(), parts.make

    def counted(kind, component, place="", **offered):
        made[kind, place] += 1
        return make(kind, component, place, **offered)

    monkeypatch.setattr(parts, "make", counted)

    async def whole():
        async with start(rich, runs_dir=tmp_path / "runs") as search:
            async for _ in search:
                pass

    asyncio.run(whole())
    assert {kind for kind, _ in made} == set(KINDS)
    assert set(made.values()) == {1}, [each for each, count in made.items() if count > 1]


def test_every_part_of_a_run_is_known_with_its_place(rich):
    setup = resolve_files(rich)
    places = [part.place for part in setup.made]
    assert len(places) == len(set(places))
    assert {"strategy", "selector", "mix", "executor", "islands.choice", "islands.reset", "llms.both"} <= set(places)
    assert {"islands.each.0.selector", "islands.each.1.emitters.1", "islands.each.1.archive"} <= set(places)
    assert {"stages.syntax", "stages.call", "stages.score"} <= set(places)
    assert [len(way.emitters) for way in setup.ways] == [5, 2]
    assert {part.origin.source for part in setup.made} == {"shipped"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "selector: {use: least, measure: code_lenght}",
            "selector.measure: unknown measure 'code_lenght'; did you mean",
        ),
        ("emitters: [diff, {use: retest}]", "emitters.1: retest needs"),
        ("emitters: [{use: diff, llm: storng}]", "emitters.0.llm: no 'storng' among llms"),
        ("archive: {replacement: pareto}", "archive.replacement: pareto needs several objectives"),
        ("archive: {measures: {radius_spred: {cells: 4}}}", "archive.measures.radius_spred: unknown measure"),
        ("archive: {use: hexagons}", "archive"),
        ("islands: {migration: {use: rign}}", "islands.migration.use: unknown 'rign'; did you mean ring?"),
        ("islands: {migration: {evry: 5}}", "islands.migration.evry: unknown key; did you mean every?"),
        ("executor: {workers: 0}", "executor.workers: expected an integer, at least 1"),
    ],
)
def test_what_does_not_hold_together_is_said_at_its_place(tmp_path, line, said):
    path = tmp_path / "mine.yaml"
    path.write_text(f"problem: circle_packing/26\nbudget: {{tickets: 4}}\n{line}\n")
    with pytest.raises(SpecError) as caught:
        resolve_files(load_run(path))
    assert str(caught.value).startswith(f"{path}:3:")
    assert said in str(caught.value)


def test_a_live_part_stands_where_a_name_may():
    live = parts.make("selector", Component(use="tournament", options={"size": 7})).value
    spec = RunSpec(problem="circle_packing/26", budget=BudgetSpec(tickets=1), selector=live)
    setup = resolve_files(spec)
    assert setup.ways[0].selector is live
    assert next(part for part in setup.made if part.place == "selector").origin.source == "shipped"

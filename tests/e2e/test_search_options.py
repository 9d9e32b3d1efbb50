"""Every option of the search changes the log, and none changes what a log promises."""

import asyncio
import itertools
import json
import math
import re

import pytest

from evo.assemble.issuer import issuer_of
from evo.config.pack_run import load_run
from evo.config.run import amend
from evo.config.sections import BudgetSpec
from evo.errors import SpecError
from evo.llm.answer_log import Recorded
from evo.propose.answer import AnswerReader
from evo.records import Arm, Completion, Direction, EvaluationStatus, Outcome, Program
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.scout import Scout
from evo.stats.insight_effect import prompt_arm, rates, tried
from tests.toy import resolved


@pytest.fixture
def declared(world, tmp_path):
    """Return a function from settings to a toy run that is put together as a real one is."""
    config = tmp_path / "toy.yaml"
    config.write_text(
        "problem: toy\nbudget: {tickets: 80}\narchive: {measures: {x: {cells: 20}}}\n"
        "islands: {count: 3, migration: {every: 6}}\nselector: uniform\n"
        "emitters: [{use: diff, weight: 2}, crossover]\nmix: weights\nstrategy: map_elites\n"
    )

    def make(*settings, **options):
        here = world(seeds=("x = 0.8\n", "x = 0.05\n", "x = 0.6\n"), **options)
        here.spec = load_run(config, settings)
        here.budget = here.spec.budget
        here.search = lambda store: search(here, store)
        return here

    return make


def search(here, store):
    setup = resolved(amend(here.spec, ()))
    seeds = {f"seed{i}": Program.of(text) for i, text in enumerate(here.seeds)}
    library = Library(store, seeds.values(), most=64)
    state = setup.fold.state(setup.spaces, setup.direction, len(seeds), setup.emitters)
    llms = {"fast": Recorded(here.model, store), "near": Recorded(Compass(), store)}
    attempts = Attempts(
        llms=llms,
        evaluator=here.judge,
        store=store,
        state=state,
        gates=Gates(here.slots, here.workers),
        reader=AnswerReader(editable="whole"),
        scout=Scout(spec=setup.novelty, forms=Digits(), llms=llms, seed=setup.seed) if setup.novelty else None,
    )
    return Search(
        state=state,
        store=store,
        library=library,
        issuer=issuer_of(setup, seeds=seeds, library=library),
        attempts=attempts,
        budget=setup.budget,
        window=setup.window,
        ordered=setup.ordered,
        problem=None,
        folder=here.folder,
    )


class Digits:
    """Numbers with the same first two digits have one form."""

    async def form(self, program):
        return program.text[:8]


class Compass:
    """Embeds a number as a direction."""

    async def complete(self, request):
        angle = math.pi * float(request.prompt.user.split("=")[1])
        return Completion(text=json.dumps([math.cos(angle), math.sin(angle)]), completion_tokens=1)

    async def close(self):
        pass


def last(here):
    return here.run()[1][-1].hash


TRADE_OFF = "objectives.x=minimize"

OPTIONS = {
    "selector": [
        ("selector=uniform",),
        ("selector={use: tournament, size: 3}",),
        ("selector={use: least, measure: x}",),
        ("selector={use: least, measure: x, size: 5}",),
        (TRADE_OFF, "selector=pareto_tournament"),
        (TRADE_OFF, "selector={use: pareto_tournament, size: 5}"),
        ("selector=rank",),
        ("selector={use: rank, exponent: 2.5}",),
        ("selector=softmax",),
        ("selector={use: softmax, temperature: 0.1}",),
        ("selector=sigmoid",),
        ("selector={use: sigmoid, sharpness: 2.0}",),
        ("selector={use: sigmoid, pool: 3}",),
        ("selector=curiosity",),
    ],
    "islands": [
        ("islands.count=2",),
        *((f"islands.migration.use={use}",) for use in ("ring", "star", "complete", "random", "none")),
        ("islands.migration.choose=random",),
        (TRADE_OFF, "islands.migration.choose=pareto"),
        ("islands.migration.every=7",),
        ("islands.migration.migrants=2",),
        ("islands.reset.every=20",),
        ("islands.reset.every=30",),
        ("islands.choice=size",),
        ("islands.choice={use: size, patrol: 2}",),
        ("islands.choice=ucb",),
        ("islands.choice={use: ucb, exploration: 2.0}",),
        ("islands.choice={use: ucb, patrol: 2}",),
        ("islands.each=[{}, {selector: {use: rank, exponent: 3}}, {}]",),
        ("islands.each=[{}, {emitters: [rewrite]}, {}]",),
        ("islands.each=[{}, {archive: {measures: {x: {cells: 3}}}}, {}]",),
        ("islands.each=[{}, {archive: {measures: {x: {cells: 20}}, per_cell: 4}}, {}]",),
        ("islands.reset.every=20", "islands.each=[{spared: true}, {spared: true}, {spared: true}]", "selector=rank"),
        ("islands.reset.every=20", "selector=rank"),
    ],
    "tactics": [
        (),
        ("tactics.patience=10",),
        ("tactics.patience=15",),
        ("tactics={patience: 10, tickets: 4}",),
        ("tactics={patience: 10, count: 2}",),
        ("notes.every=10",),
        ("notes.every=20",),
        ("notes.every=10", "tactics.patience=10"),
    ],
    "archive": [
        (),
        ("archive.measures.x.cells=7",),
        ("archive.per_cell=3",),
        ("archive.margin=0.05",),
        ("archive.use=cvt", "archive.cells=20"),
        ("archive.use=cvt", "archive.cells=9"),
        ("archive.measures.x.values=[0.3, 0.4]",),
        ("archive.measures.x.values=[0.3]",),
        (TRADE_OFF, "archive={measures: {x: {cells: 2}}, per_cell: 4, replacement: objective}"),
        (TRADE_OFF, "archive={measures: {x: {cells: 2}}, per_cell: 4, replacement: pareto}"),
        ("objectives.x=maximize", "archive={measures: {x: {cells: 2}}, per_cell: 4, replacement: pareto}"),
    ],
    "emitters": [
        (),
        *((f"emitters=[diff, {use}]",) for use in ("rewrite", "scratch", "tune", "repair")),
        ("emitters=[diff, {use: tune, sigma: 0.5}]",),
        ("emitters=[diff, {use: tune, weight: 3}]",),
        ("emitters=[diff, {use: diff, inspirations: 0}]",),
        ("emitters=[{use: diff, inspire: diverse}, {use: diff, inspire: diverse}]",),
        ("emitters=[{use: diff, inspire: elsewhere}, {use: diff, inspire: elsewhere}]",),
    ],
    "mix": [
        ("mix=weights",),
        ("mix=ucb1",),
        ("mix={use: ucb1, exploration: 2.0}",),
        ("mix={use: ucb1, by_weight: 0.5}",),
        ("mix={use: ucb1, reward: gain}",),
        ("mix=thompson",),
        ("mix={use: thompson, reward: gain}",),
        ("mix={use: thompson, by_weight: 0.5}",),
        ("mix=thompson", "emitters=[{use: diff, weight: 2, cost: 9}, crossover]"),
        *(
            (f"mix={mix}", "emitters=[{use: diff, cost: 4}, crossover, tune]")
            for mix in (
                "{use: earned, floor: 0.0}",
                "{use: earned, floor: 0.9}",
                "{use: earned, floor: 0.0, prior: 0.5}",
                "{use: earned, floor: 0.0, prior: 0.5, reward: gain}",
            )
        ),
    ],
    "novelty": [
        (),
        ("novelty={}",),
        ("novelty={normalised: false}",),
        ("llms={fast: offline, near: offline}", "novelty={normalised: false, embedding: {llm: near}}"),
        (
            "llms={fast: offline, near: offline}",
            "novelty={normalised: false, embedding: {llm: near, threshold: 0.9999}}",
        ),
    ],
    "strategy": [
        ("strategy=map_elites",),
        ("strategy=best_of_n",),
        ("strategy=random",),
        ("strategy=hill_climb",),
        ("strategy={use: hill_climb, restart_after: 6}",),
        ("strategy=adaptive",),
        ("strategy=widening",),
        ("strategy={use: widening, grace: 3}",),
        ("strategy={use: widening, grace: 3, breadth: 0.7}",),
        ("strategy={use: widening, patience: 9}",),
        ("strategy={use: widening, patience: 9, trial: 3}",),
    ],
}


@pytest.mark.parametrize("group", OPTIONS)
def test_every_option_changes_the_log(declared, group):
    fewer = ("budget.tickets=45",) if group in {"islands", "selector"} else ()
    logs = {settings: last(declared(*settings, *fewer)) for settings in OPTIONS[group]}
    assert len(set(logs.values())) == len(logs), logs


@pytest.mark.parametrize(
    "settings",
    [
        ("selector=sigmoid", "islands.migration.use=random", "islands.migration.choose=random"),
        ("selector=curiosity", "archive.use=cvt", "archive.cells=30", "islands.migration.use=complete"),
        ("selector=softmax", "archive.per_cell=3", "archive.margin=0.01", "islands.migration.use=star"),
        ("selector=rank", "mix=thompson"),
        ("mix=ucb1", "emitters=[diff, tune, scratch, repair]"),
        ("mix={use: thompson, reward: gain}",),
        ("strategy={use: hill_climb, restart_after: 6}",),
        ("strategy=best_of_n",),
        ("strategy=random",),
        ("strategy={use: widening, grace: 2, patience: 8, trial: 3}", "mix=earned"),
        ("tactics={patience: 10, tickets: 6}", "notes.every=7"),
        (
            "islands.each=[{archive: {use: cvt, cells: 9}}, {selector: rank, emitters: [rewrite]}, {}]",
            "islands.reset.every=15",
            "islands.choice=ucb",
            "tactics.patience=12",
        ),
        ("novelty={readded: 0.5}",),
        (
            TRADE_OFF,
            "islands.each=[{archive: {replacement: pareto, per_cell: 3, measures: {x: {cells: 3}}}}, {}, {}]",
            "islands.reset.every=15",
            "islands.migration.choose=pareto",
        ),
        (TRADE_OFF, "selector=pareto_tournament", "archive.replacement=pareto", "archive.per_cell=3"),
        ("llms={fast: offline, near: offline}", "novelty={readded: 1.0, embedding: {llm: near, threshold: 0.9999}}"),
    ],
)
def test_a_stopped_run_equals_the_uninterrupted_one(declared, settings):
    whole = [commit.hash for commit in declared(*settings).run()[1]]
    here = declared(*settings, slots=1)
    for stop_after in (5, 17, 30):
        here.run(stop_after=stop_after)
    here.run()
    assert [commit.hash for commit in here.log()] == whole


def test_best_of_n_starts_from_seeds_and_tells_nothing_else(declared):
    here = declared("strategy=best_of_n")
    prompts = []
    ask = here.model.complete

    async def listen(request):
        prompts.append(request.prompt.user)
        return await ask(request)

    here.model.complete = listen
    _, commits = here.run()
    seeds = {commit.proposal.program.id for commit in commits[:3]}
    assert all(set(c.proposal.parents) | set(c.proposal.inspirations) <= seeds for c in commits[3:])
    assert not any("already tried" in prompt or "Best closeness" in prompt for prompt in prompts)
    assert any("already tried" in prompt for prompt in asked(declared("strategy=random")))


def asked(here):
    prompts = []
    ask = here.model.complete

    async def listen(request):
        prompts.append(request.prompt.user)
        return await ask(request)

    here.model.complete = listen
    here.run()
    return prompts


def test_a_climb_goes_up_and_starts_again_from_a_seed(declared):
    restart_after, window = 8, 4
    here = declared(f"strategy={{use: hill_climb, restart_after: {restart_after}}}", "budget.tickets=200")
    _, commits = here.run()
    score = {c.proposal.program.id: c.evaluation.objective for c in commits if c.evaluation}
    seeds = {commit.proposal.program.id for commit in commits[:3]}
    parents = [commit.proposal.parents[0] for commit in commits[3 + window :]]
    changes = [(a, b) for a, b in itertools.pairwise(parents) if a != b]
    assert all(score[b] > score[a] or b in seeds for a, b in changes)
    assert any(score[b] < score[a] for a, b in changes), "it started again"
    assert any(score[b] > score[a] for a, b in changes), "it climbed"


def test_baselines_place_everything_so_that_archives_compare(declared):
    for strategy in ("best_of_n", "random", "hill_climb"):
        search, commits = declared(f"strategy={strategy}").run()
        valid = [c for c in commits if c.evaluation and c.evaluation.status is EvaluationStatus.VALID]
        assert all(commit.placements for commit in valid)
        assert search.state.best.objective == max(commit.evaluation.objective for commit in valid)


def test_patience_ends_a_run_that_is_stuck(declared):
    search, commits = declared("budget={tickets: 5000, patience: 15}").run()
    assert search.stop_reason == "patience"
    scores = [c.evaluation.objective if c.evaluation and c.evaluation.objective else -9.0 for c in commits]
    assert scores.index(max(scores)) == len(commits) - 1 - 15
    assert search.state.best_seq == scores.index(max(scores))


def test_a_stop_file_ends_a_run_and_its_removal_lets_it_go_on(declared):
    here = declared("budget.stop_file=halt")
    _, whole = declared().run()

    async def touch():
        store = here.store()
        async with here.search(store) as search:
            async for commit in search:
                if commit.seq >= 20:
                    (here.folder / "halt").touch()
        store.close()
        return search

    stopped = asyncio.run(touch())
    assert (stopped.run_state, stopped.stop_reason) == ("finished", "stop_file")
    assert len(here.log()) < 60
    assert here.run()[1] == []
    (here.folder / "halt").unlink()
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in whole]


def test_a_larger_patience_goes_on_as_if_it_had_always_been(declared):
    _, whole = declared("budget={tickets: 300, patience: 40}").run()
    here = declared("budget={tickets: 300, patience: 10}")
    _, first = here.run()
    here.spec = amend(here.spec, ["budget.patience=40"])
    here.budget = BudgetSpec(tickets=300, patience=40)
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in whole]
    assert len(first) < len(whole)


def test_kinds_have_no_distances(declared):
    with pytest.raises(SpecError, match=r"toy\.yaml:3:\d+: archive\.measures\.x: .*kinds have no distances"):
        declared("archive.use=cvt", "archive.measures.x.values=[1]").run()
    with pytest.raises(SpecError, match=r"different numbers, at least one; got \[1\.?0?, 1\.?0?\]"):
        declared("archive.measures.x.values=[1, 1]")


def test_outcomes_stay_what_they_were(declared):
    _, commits = declared("selector=curiosity", "archive.per_cell=2").run()
    assert {commit.proposal.outcome for commit in commits} <= {Outcome.PROPOSED, Outcome.DUPLICATE}


def test_tuning_asks_no_model(declared):
    here = declared("emitters=[tune]", "llms={}")
    search, commits = here.run()
    assert search.run_state == "finished"
    assert here.model.calls == []
    assert {c.proposal.operator for c in commits} == {"seed", "tune"}
    assert all(c.proposal.requests == c.proposal.answers == () and c.proposal.llm == "" for c in commits)
    assert all(len(c.proposal.parents) == 1 for c in commits[3:])
    assert search.state.best.objective > -0.2


def test_a_program_without_numbers_is_not_tuned(declared):
    here = declared("emitters=[diff, tune]")
    here.seeds = ("x = 0\n", "x = 0.5\n", "x = 0.6\n")
    _, commits = here.run()
    refused = [c for c in commits if c.proposal.outcome is Outcome.NOT_APPLICABLE]
    assert refused
    assert all(c.proposal.operator == "tune" and "no number" in c.proposal.detail for c in refused)


def test_repairs_start_from_what_failed_on_their_island_once(declared):
    _, commits = declared("emitters=[diff, {use: repair, weight: 2}]", "budget.tickets=150").run()
    failed = {
        c.proposal.program.id: c for c in commits if c.evaluation and c.evaluation.status is EvaluationStatus.FAILED
    }
    repairs = [c for c in commits if c.proposal.operator == "repair"]
    assert repairs
    for commit in repairs:
        broken = failed[commit.proposal.parents[0]]
        assert broken.seq <= commit.after_seq
        assert broken.proposal.island == commit.proposal.island
        done = [c for c in repairs if c.proposal.parents == commit.proposal.parents and c.seq <= commit.after_seq]
        assert not done


def test_scratch_starts_from_a_seed_alone(declared):
    _, commits = declared("emitters=[diff, scratch]").run()
    seeds = {commit.proposal.program.id for commit in commits[:3]}
    scratched = [c.proposal for c in commits if c.proposal.operator == "scratch"]
    assert scratched
    assert all(set(p.parents) <= seeds and not p.inspirations for p in scratched)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("islands.each=[{}]", r"each: expected 3 entries, one for each island of `count`; got 1"),
        ("islands.each=[{}, {emitters: []}, {}]", r"at least one emitter on every island"),
        ("islands.each=[{}, {emitters: [{use: diff, llm: fats}]}, {}]", r"no 'fats' among llms; did you mean"),
        ("tactics={llm: fats}", r"tactics: no 'fats' among llms; did you mean fast"),
        ("notes={every: 0}", r"notes\.every"),
        ("islands.reset.every=0", r"islands\.reset\.every"),
        ("islands.choice=ubc", r"unknown 'ubc'; did you mean"),
        ("islands.choice={use: size, seed: 3}", r"seed: unknown key"),
        ("selector={use: least, measure: y}", r"selector\.measure: unknown measure 'y'.*there are x"),
        ("islands.each=[{}, {archive: {measures: {y: {}}}}, {}]", r"islands\.each\.1\.archive\.measures\.y: unknown"),
        ("mix={use: ucb1, reward: gian}", r"mix\.reward"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(declared, setting, said):
    with pytest.raises(SpecError, match=said):
        declared(setting).run()


ARMS = {"thinking": "your thoughts", "wording": "Find out what holds back|Make the closeness of"}


@pytest.mark.parametrize("name", ARMS)
def test_an_arm_of_the_prompts_is_a_share_of_the_tickets_and_can_be_told_again(declared, name):
    here = declared(f"prompts.arms={{{name}: 0.5}}", "emitters=[diff]", window=1, slots=1)
    _, commits = here.run()
    found = tried(commits, Direction.MAXIMIZE, prompt_arm(name, 0.5, here.spec.seed))
    marks = [re.search(ARMS[name], prompt) is not None for prompt in here.model.prompts]
    assert len(found) == len(marks) == 77
    shown = [each.arm is Arm.SHOWN for each in found]
    # A wording that is drawn may be the first one, which all others have.
    assert all(arm or not mark for arm, mark in zip(shown, marks, strict=True))
    assert (shown == marks) == (name == "thinking")
    assert 25 < sum(shown) < 52
    assert rates(found, "placed").counted == (sum(shown), 77 - sum(shown))
    assert last(declared("emitters=[diff]", window=1, slots=1)) != commits[-1].hash


def test_arms_of_a_wording_without_any_are_refused(declared):
    with pytest.raises(SpecError, match="edition 1 of the prompts has none"):
        declared("prompts={edition: 1, arms: {gap: 0.5}}")

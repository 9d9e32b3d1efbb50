"""Noisy scores: elites are tested again on fresh seeds, their means move, and chance displaces nobody."""

import json
import statistics
from dataclasses import dataclass, replace

import pytest

from evo.assemble.replay import verified
from evo.cli.main import main
from evo.config.run import to_yaml
from evo.errors import SpecError
from evo.qd.noise import Noise
from evo.records import Evaluation, EvaluationStatus, Outcome, Rule, StageResult, StageStatus
from evo.rng import stream
from evo.store.reading.view import open_run
from tests.e2e.test_search_options import declared  # noqa: F401 - a fixture
from tests.toy import Judge

SIGMA = 0.1
NOISY = (
    "archive={measures: {x: {cells: 4}}, per_cell: 3, replacement: beyond_noise}",
    "emitters=[{use: diff, weight: 2}, retest]",
    "budget.tickets=120",
)


@dataclass
class Noisy(Judge):
    """Adds chance to the score, another one at each repetition; numbers under 0.1 fail at every second test."""

    async def evaluate(self, program, repetition=0):
        found = await super().evaluate(program)
        if found.objective is None:
            return found
        if repetition % 2 and found.measures["x"] < 0.1:
            stage = StageResult(stage="score", status=StageStatus.TIMEOUT)
            return Evaluation(program=program.id, status=EvaluationStatus.FAILED, stages=(stage,))
        chance = stream(0, "chance", program.id, repetition).gauss(0, SIGMA)
        return replace(found, objective=found.objective + chance)


@pytest.fixture
def noisy(declared):  # noqa: F811
    def make(*settings, **options):
        here = declared(*NOISY, *settings, **options)
        here.judge = Noisy()
        return here

    return make


def scores_of(commits):
    """Return all scores of each program, in the order of commits."""
    scores = {}
    for commit in commits:
        if commit.evaluation and commit.evaluation.objective is not None:
            scores.setdefault(commit.proposal.program.id, []).append(commit.evaluation.objective)
    return scores


def test_an_elite_stands_for_the_mean_of_its_scores(noisy):
    search, commits = noisy().run()
    retests = [c for c in commits if c.proposal.operator == "retest" and c.evaluation]
    assert len(retests) > 20
    assert any(c.evaluation.status is EvaluationStatus.FAILED for c in retests)
    for commit in retests:
        assert commit.proposal.parents == ()
        assert {p.status for p in commit.placements} <= {"REVISED", "REMOVED"}
    scores = scores_of(commits)
    elites = [each for archive in search.state.archipelago.archives for each in archive.elites()]
    assert any(len(scores[each.program]) > 2 for each in elites)
    for each in elites:
        assert each.objective == pytest.approx(statistics.fmean(scores[each.program]))
    best = max(elites, key=lambda each: each.objective)
    assert search.state.best.objective == best.objective
    assert search.state.evaluations == len([c for c in commits if c.evaluation])


def test_a_champion_whose_mean_falls_makes_room(noisy):
    search, commits = noisy("budget.tickets=200").run()
    fallen = 0
    held = {}
    for commit in commits:
        for placement in commit.placements:
            if placement.status == "REVISED" and placement.delta < 0:
                fallen += 1
            held[placement.island, placement.cell] = commit.seq
    assert fallen > 5
    lucky = max(c.evaluation.objective for c in commits if c.evaluation and c.evaluation.objective is not None)
    assert search.state.best.objective < lucky, "one lucky score is no record"
    for archive in search.state.archipelago.archives:
        for each in archive.elites():
            assert archive.at(each.cell).objective >= each.objective


@pytest.mark.parametrize(("slots", "workers"), [(1, 1), (8, 4)])
def test_the_log_does_not_depend_on_who_came_first(noisy, slots, workers):
    _, plain = noisy().run()
    here = noisy(slots=slots, workers=workers)
    here.model.latency, here.judge.latency = 0.006, 0.004
    _, commits = here.run()
    assert [c.hash for c in commits] == [c.hash for c in plain]


def test_a_stopped_run_equals_the_uninterrupted_one(noisy):
    whole = [commit.hash for commit in noisy().run()[1]]
    here = noisy(slots=1)
    for stop_after in (9, 30, 31):
        here.run(stop_after=stop_after)
    here.run()
    assert [commit.hash for commit in here.log()] == whole


def test_options_of_noise_and_of_retests_change_the_log(noisy):
    changes = [
        (),
        ("archive.replacement={use: beyond_noise, z: 3.0}",),
        ("archive.replacement={use: beyond_noise, z: 0.1}",),
        ("emitters=[{use: diff, weight: 2}, {use: retest, pool: 0}]",),
        ("emitters=[{use: diff, weight: 2}, {use: retest, weight: 0.2}]",),
    ]
    logs = {settings: noisy(*settings).run()[1][-1].hash for settings in changes}
    assert len(set(logs.values())) == len(changes), logs


def test_two_tickets_that_ask_for_one_test_are_one(noisy):
    here = noisy("emitters=[retest]", "llms={}", "budget.tickets=40", window=6)
    _, commits = here.run()
    again = [c for c in commits if c.proposal.outcome is Outcome.DUPLICATE]
    assert again
    assert all(c.proposal.repeats.rule is Rule.RETEST and c.evaluation is None for c in again)
    made = [(c.proposal.program.id, c.proposal.repetition) for c in commits if c.proposal.repetition]
    assert len(made) == len(set(made)) > 5
    assert not any(c.proposal.outcome is Outcome.NOT_APPLICABLE for c in commits), "seeds are scored by then"
    assert here.model.calls == []


def test_the_database_tells_means(noisy, capsys):
    here = noisy()
    search, commits = here.run()
    with open_run(here.folder) as view:
        assert [replace(c, at=0.0) for c in view.commits()] == [replace(c, at=0.0) for c in commits]
        held = {(each.island, each.elite.program): each.elite.objective for each in view.holdings()}
        assert view.best()[:2] == (search.state.best.program, search.state.best.objective)
        assert view.status()["evaluations"] == search.state.evaluations
        assert view.status()["valid"] == search.state.valid
        again = scores_of(commits)[search.state.best.program][1:]
        assert view.retests(search.state.best.program) == again
        told = view.status()["best"]
        assert (told["noisy"], told["scores"]) == (True, 1 + len([score for score in again if score is not None]))
        scores = [score for score in scores_of(commits)[search.state.best.program] if score is not None]
        assert told["spread"] == pytest.approx(statistics.stdev(scores))
        assert view.status()["noisy"] == len(view.tested()) > 5
    assert main(["show", f"{here.folder}:{search.state.best.program}"]) == 0
    assert "retests" in capsys.readouterr().out
    for verb in ("status", "top"):
        assert main([verb, str(here.folder)]) == 0
        assert f"noisy: mean of {told['scores']} scores" in " ".join(capsys.readouterr().out.split())
    archives = search.state.archipelago.archives
    assert held == {(archive.island, each.program): each.objective for archive in archives for each in archive.elites()}
    store = here.store()
    log = Log(
        replace(
            store.header(),
            spec=to_yaml(here.spec),
            islands=3,
            axes='[{"name": "x", "edges": [0, 0.25, 0.5, 0.75, 1]}]',
            seeds=json.dumps([["seed", commit.proposal.program.id] for commit in commits[:3]]),
        ),
        commits,
    )
    found = verified(log, lambda *_: None)
    store.close()
    assert (found.difference, found.folded, found.commits) == (None, True, 120)


@dataclass
class Log:
    header: object
    kept: list

    def committed(self):
        return len(self.kept)

    def log(self):
        return iter(self.kept)


def test_retests_need_an_archive_that_takes_note(declared):  # noqa: F811
    with pytest.raises(SpecError, match=r"emitters\.1.*retest needs"):
        declared("emitters=[diff, retest]").run()
    with pytest.raises(SpecError, match=r"retest needs"):
        declared(*NOISY, "strategy=random").run()
    with pytest.raises(SpecError, match="expected a finite number over 0"):
        declared("archive.replacement={use: beyond_noise, z: 0}").run()


def test_noise_is_heeded_on_all_islands_or_on_none(noisy, declared):  # noqa: F811
    own = "islands.each=[{}, {archive: {per_cell: 2}}, {}]"
    with pytest.raises(
        SpecError, match=r"islands\.each\.1\.archive: expected .*beyond_noise, z: 1\.0.* in all archives"
    ):
        noisy(own).run()
    other = "islands.each=[{}, {archive: {replacement: {use: beyond_noise, z: 2.0}}}, {}]"
    with pytest.raises(SpecError, match="in all archives, or in none"):
        declared(other).run()
    with pytest.raises(SpecError, match="pareto needs several objectives"):
        declared("islands.each=[{archive: {replacement: pareto}}, {}, {}]").run()
    same = "islands.each=[{}, {archive: {per_cell: 2, replacement: beyond_noise}}, {}]"
    assert noisy(same).run()[1][-1].hash != noisy().run()[1][-1].hash


def test_the_pooled_noise_is_what_statistics_says():
    noise = Noise(2.0)
    scores = {"a": [1.0, 2.0, 4.0], "b": [10.0, 10.5]}
    for name, (first, *others) in scores.items():
        for score in others:
            tests = noise.observe(name, first, score)
        assert tests.mean == pytest.approx(statistics.fmean(scores[name]))
        assert tests.spread == pytest.approx(statistics.stdev(scores[name]))
    pooled = ((2 * statistics.variance(scores["a"])) + statistics.variance(scores["b"])) / 3
    assert noise.sigma == pytest.approx(pooled**0.5)
    assert noise.margin("a") == pytest.approx(2 * noise.sigma * (1 + 1 / 3) ** 0.5)
    assert noise.margin("new") == pytest.approx(2 * noise.sigma * 2**0.5)
    assert Noise(1.0).margin("a") == 0.0


def test_a_judge_that_knows_its_error_has_the_archive_heed_it_before_any_retest():
    noise = Noise(2.0)
    for error in (0.0, 0.3, 0.4):
        noise.claim(error)
    assert noise.sigma == pytest.approx(((0.09 + 0.16) / 2) ** 0.5)
    assert noise.margin("new") == pytest.approx(2 * noise.sigma * 2**0.5)
    noise.observe("a", 1.0, 1.2)
    assert noise.sigma == pytest.approx(((0.09 + 0.16 + 0.02) / 3) ** 0.5)


@dataclass
class Knowing(Judge):
    """A judge that says how far it may be off."""

    off_by: float = 0.0

    async def evaluate(self, program, repetition=0):
        found = await super().evaluate(program)
        return found if found.objective is None else replace(found, error=self.off_by)


def test_a_known_error_is_stored_folded_and_verified(declared):  # noqa: F811
    logs, kept = {}, {}
    for error in (0.0, 0.2):
        here = declared(*NOISY, "emitters=[diff]")
        here.judge = Knowing(off_by=error)
        here.run(stop_after=30)
        _, commits = here.run()
        logs[error] = [commit.hash for commit in here.log()]
        kept[error] = sum(p.status == "IMPROVED" for commit in commits for p in commit.placements)
        with open_run(here.folder) as view:
            assert {c.evaluation.error for c in view.commits() if c.evaluation and c.evaluation.objective} == {error}
    assert logs[0.0] != logs[0.2]
    assert kept[0.2] < kept[0.0], "what luck explains displaces nobody"

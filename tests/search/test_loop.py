"""The schedule's semantics, word for word: what the log depends on, and what it does not."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from evo.config.sections import BudgetSpec
from evo.errors import DamagedError, InfraError, StoreError
from evo.records import GENESIS, EvaluationStatus, Finish, Outcome, PlacementStatus, StageStatus, chain
from evo.search.under_way import Doing
from evo.testing.evaluator import UnsafeEvaluator
from evo.testing.small_search import SmallSearch


def hashes(commits):
    return [commit.hash for commit in commits]


def same(commits):
    """Everything but the clock."""
    return [replace(commit, at=0.0) for commit in commits]


def test_the_log_is_a_chain_and_is_what_was_yielded(world):
    here = world()
    search, commits = here.run()
    assert search.run_state == "finished"
    assert search.stop_reason == "tickets"
    assert [commit.seq for commit in commits] == [commit.ticket for commit in commits] == list(range(60))
    previous = GENESIS
    for commit in commits:
        assert chain(previous, commit) == commit.hash
        previous = commit.hash
    assert same(here.log()) == same(commits)
    assert search.state.best.objective > -0.05


def test_issuing_belongs_to_the_fold(world):
    _, commits = world(window=6).run()
    assert [commit.after_seq for commit in commits] == [-1, -1, *(max(t - 6, 1) for t in range(2, 60))]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("window", [2, 4, 30])
def test_no_model_is_asked_before_the_seeds_are_scored(world, ordered, window):
    here = world(ordered=ordered, window=window, slots=8, seeds=tuple(f"x = 0.{n}\n" for n in range(1, 7)))
    here.judge.latency = 0.02
    _, commits = here.run()
    assert all(commit.proposal.operator == "seed" for commit in commits[:6])
    assert all(commit.after_seq >= 5 for commit in commits[6:])
    assert here.model.prompts
    assert not any("not scored yet" in prompt for prompt in here.model.prompts)
    if ordered:
        assert hashes(here.log()) == hashes(world(window=window, seeds=here.seeds, slots=1, workers=1).run()[1])


@pytest.mark.parametrize("ordered", [True, False])
def test_a_run_killed_among_its_seeds_goes_on_as_if_it_had_not_been(world, ordered):
    seeds = tuple(f"x = 0.{n}\n" for n in range(1, 5))
    here = world(ordered=ordered, seeds=seeds)
    here.run(stop_after=2)
    here.run()
    assert all(commit.after_seq >= 3 for commit in here.log() if commit.proposal.operator != "seed")
    if ordered:
        assert hashes(here.log()) == hashes(world(seeds=seeds).run()[1])


@pytest.mark.parametrize(("slots", "workers"), [(1, 1), (1, 2), (4, 1), (8, 4)])
def test_slots_workers_and_latency_leave_no_trace(world, slots, workers):
    _, plain = world().run()
    here = world(slots=slots, workers=workers)
    here.model.latency, here.judge.latency = 0.01, 0.004
    _, commits = here.run()
    assert hashes(commits) == hashes(plain)


def test_seed_and_window_do(world):
    logs = {hashes(world(**change).run()[1])[-1] for change in ({}, {"seed": 1}, {"window": 5})}
    assert len(logs) == 3


def test_seeds_go_everywhere_and_children_home(world):
    _, commits = world().run()
    for commit in commits[:2]:
        assert commit.proposal.operator == "seed"
        assert [placement.island for placement in commit.placements] == [0, 1]
    for commit in commits[2:]:
        assert commit.proposal.island == (commit.ticket - 2) % 2
        assert all(placement.island == commit.proposal.island for placement in commit.placements)
    homes = {}
    for commit in commits:
        born = [(p.island, commit.proposal.program.id) for p in commit.placements]
        moved = [(m.placement.island, m.program) for m in commit.migrations if m.placement.status != "REJECTED"]
        for parent in commit.proposal.parents:
            seeds = {c.proposal.program.id for c in commits[:2]}
            assert parent in seeds or commit.proposal.island in homes[parent]
        for island, program in [*born, *moved]:
            homes.setdefault(program, set()).add(island)
    assert any(commit.migrations for commit in commits)


def test_only_valid_programs_are_placed(world):
    _, commits = world(seeds=("x = 0.89\n", "x = 0.85\n"), budget=BudgetSpec(tickets=120)).run()
    failed = [c for c in commits if c.evaluation and c.evaluation.status is EvaluationStatus.FAILED]
    assert failed
    assert not any(commit.placements for commit in failed)
    assert all(c.placements for c in commits if c.evaluation and c.evaluation.status is EvaluationStatus.VALID)


def test_duplicates_are_seen_and_never_scored_twice(world):
    here = world(window=8)
    here.model.repeat = True
    _, commits = here.run()
    seen = set()
    for commit in commits:
        program = commit.proposal.program
        assert (commit.proposal.outcome is Outcome.DUPLICATE) == (program.id in seen)
        assert (commit.evaluation is None) == (program.id in seen)
        seen.add(program.id)
    assert any(commit.proposal.outcome is Outcome.DUPLICATE for commit in commits)
    assert len(here.judge.asked) == len(set(here.judge.asked)) == len(seen)


@pytest.mark.parametrize("ordered", [True, False])
def test_a_stopped_run_equals_the_uninterrupted_one(world, ordered):
    plain = world(ordered=ordered)
    _, whole = plain.run()
    here = world(ordered=ordered)
    here.judge.latency = 0.002
    random = Random(5)
    commits = []
    while True:
        search, more = here.run(stop_after=random.randint(3, 12))
        commits += more
        if search.run_state == "finished":
            break
        assert search.run_state == "interrupted"
    log = here.log()
    assert set(hashes(commits)) <= set(hashes(log)), "what was yielded is in the log"
    assert {commit.ticket for commit in log} == set(range(60))
    assert len(here.judge.asked) <= len(set(here.judge.asked)) + 10 * here.workers, "only what was in flight again"
    if ordered:
        assert hashes(log) == hashes(whole)
    assert len(here.model.calls) == len(set(here.model.calls)), "no answer is asked for twice once it is stored"


def test_arrival_commits_what_comes_first(world):
    here = world(ordered=False, window=6)
    here.model.latency, here.judge.latency = 0.01, 0.002
    _, commits = here.run()
    tickets = [commit.ticket for commit in commits]
    assert sorted(tickets) == list(range(60))
    assert tickets != sorted(tickets)
    assert all(commit.after_seq == max(commit.ticket - 6, 1) for commit in commits if commit.ticket > 1)


def test_drain_commits_what_was_asked_and_resumes_exactly(world):
    _, whole = world().run()
    here = world()
    here.model.latency = 0.003
    search, commits = here.run(drain_after=20)
    assert search.run_state == "interrupted"
    assert 20 <= len(commits) <= 20 + 2 * here.window
    asked = list(here.model.calls)
    search, more = here.run()
    assert hashes([*commits, *more]) == hashes(whole)
    assert not set(asked) & set(here.model.calls[len(asked) :])


def test_a_score_of_negative_zero_reads_back_as_it_was_hashed(world):
    here = world(seeds=("x = 0.3\n", "x = 0.05\n"))  # scored as -abs(0.3 - 0.3)
    _, commits = here.run(stop_after=5)
    _, more = here.run()
    assert commits[0].evaluation.objective == 0
    assert here.log()[-1].hash == more[-1].hash


def test_resuming_a_finished_run_changes_nothing(world):
    here = world()
    here.run()
    before = here.log()
    search, commits = here.run()
    assert (commits, search.run_state, search.stop_reason, search.issued) == ([], "finished", "tickets", 60)
    assert here.log() == before


def test_a_larger_budget_goes_on_as_if_it_had_always_been(world):
    _, whole = world(budget=BudgetSpec(tickets=60)).run()
    here = world(budget=BudgetSpec(tickets=25))
    _, commits = here.run()
    assert len(commits) == 25
    here.budget = BudgetSpec(tickets=60)
    _, more = here.run()
    assert hashes([*commits, *more]) == hashes(whole)


def test_target_and_evaluations_end_the_log_where_they_fire(world):
    search, commits = world(budget=BudgetSpec(tickets=500, target=-0.02)).run()
    assert search.stop_reason == "target"
    best = [c.evaluation.objective >= -0.02 if c.evaluation and c.evaluation.objective else False for c in commits]
    assert best.index(True) == len(commits) - 1
    here = world(budget=BudgetSpec(evaluations=20))
    search, commits = here.run()
    assert search.stop_reason == "evaluations"
    assert sum(commit.evaluation is not None for commit in commits) == 20


def test_seconds_end_a_run(world):
    here = world(budget=BudgetSpec(seconds=0.2))
    here.model.latency = 0.01
    search, commits = here.run()
    assert (search.run_state, search.stop_reason) == ("finished", "seconds")
    assert commits


def test_a_model_that_only_fails_pauses_the_run_and_says_why(world):
    here = world()
    here.model.finish = Finish.ERROR
    search, commits = here.run()
    assert search.run_state == "paused"
    assert len(commits) == 2 + 20
    assert "20 failures of one kind in a row: LLM_ERROR from model fast (429 rate limit)" in search.stop_reason
    here.model.finish = Finish.STOP
    search, _ = here.run()
    assert search.run_state == "finished"


def test_a_broken_judge_pauses_the_run(world):
    here = world(seeds=("x = 0.5\n", "x = 0.95\n"))
    here.judge.status = StageStatus.JUDGE_ERROR
    here.model.latency = 0.0
    here.seeds = ("x = 0.5\n", "x = 0.95\n", "x = 0.96\n", "x = 0.97\n")
    search, _ = here.run()
    assert search.run_state == "paused"
    assert "judge failed on 3 programs" in search.stop_reason
    assert "evo score" in search.stop_reason


def test_seeds_that_all_fail_pause_the_run(world):
    search, commits = world(seeds=("x = 0.95\n", "x = 0.99\n")).run()
    assert search.run_state == "paused"
    assert "none of the 2 seeds is valid; the last one: too large" in search.stop_reason
    assert len(commits) == 2


@pytest.mark.parametrize("good", range(4))
def test_seeds_are_called_hopeless_when_all_are_judged_and_not_before(world, good):
    seeds = tuple("x = 0.5\n" if n == good else f"x = 0.9{n + 1}\n" for n in range(4))
    here = world(ordered=False, slots=8, window=32, seeds=(*seeds, seeds[0]))
    here.judge.latency = 0.02
    search, _ = here.run()
    assert search.run_state == "finished"


def test_a_failing_machine_is_not_the_candidates_fault(world):
    _, whole = world().run()
    here = world()
    here.judge.error = InfraError("no space left on /dev/shm")
    search, commits = here.run()
    assert search.run_state == "paused"
    assert search.stop_reason == "no space left on /dev/shm"
    here.judge.error = None
    search, more = here.run()
    assert hashes([*commits, *more]) == hashes(whole)


def test_an_altered_log_is_refused(world):
    here = world()
    here.run()
    store = here.store()
    asyncio.run(store._write([("UPDATE evaluations SET objective = objective + 1e-9 WHERE rowid = 5", ())]))
    store.close()
    with pytest.raises(DamagedError, match="does not fold to its stored hash"):
        here.run()


def test_a_failed_write_is_raised_and_nothing_unwritten_was_shown(world, monkeypatch):
    here = world()
    original = type(here.store()).append

    async def full(self, commits, **kwargs):
        if commits[-1].seq >= 10:
            await self._write([("INSERT INTO nowhere VALUES (1)", ())])
        await original(self, commits, **kwargs)

    monkeypatch.setattr("evo.store.store.Store.append", full)
    with pytest.raises(StoreError, match="could not be written"):
        here.run()
    monkeypatch.undo()
    assert len(here.log()) <= 10
    _, whole = world().run()
    search, _ = here.run()
    assert search.run_state == "finished"
    assert hashes(here.log()) == hashes(whole)


def test_a_hanging_model_is_let_go_when_the_run_ends(world):
    here = world(budget=BudgetSpec(tickets=200, target=-0.2), window=8, slots=8)
    here.model.hang_after = 40
    search, _ = here.run()
    assert search.stop_reason == "target"


def test_placements_are_those_of_the_archive(world):
    search, commits = world().run()
    best = {}
    for commit in commits:
        for placement, program in [
            *((p, commit.proposal.program.id) for p in commit.placements),
            *((m.placement, m.program) for m in commit.migrations),
        ]:
            if placement.status is not PlacementStatus.REJECTED:
                best[placement.island, placement.cell] = program
    held = {(a.island, e.cell): e.program for a in search.state.archipelago.archives for e in a.elites()}
    assert held == best


def test_what_is_under_way_is_told_as_it_goes():
    slow = UnsafeEvaluator()

    class Slow:
        async def evaluate(self, program, repetition=0):
            await asyncio.sleep(0.02)
            return await slow.evaluate(program, repetition)

    async def watch():
        seen = set()
        async with (small := SmallSearch(tickets=12, evaluator=Slow(), workers=1)).search(small.store()) as search:
            async for _ in search:
                there = search.under_way()
                assert [each.ticket for each in there] == sorted(each.ticket for each in there)
                seen |= {(each.doing, bool(each.idea)) for each in there if each.operator != "seed"}
        return seen, search.under_way(), search.spent

    seen, left, spent = asyncio.run(watch())
    assert {doing for doing, _ in seen} >= {Doing.JUDGED}
    assert (Doing.JUDGED, True) in seen, "an idea is told as soon as there is a program"
    assert not left, "nothing is under way once it has ended"
    assert spent.usd == 0

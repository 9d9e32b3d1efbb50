"""Tactics and notes: when they are asked for, who waits for them, and what a log promises all the same."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.config.sections import NotesSpec, TacticsSpec
from evo.llm.answer_log import Recorded
from evo.llm.budget import Ledger
from evo.llm.meter import Metered
from evo.propose.advice import followed, listed
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Ring
from evo.records import Completion, Direction, Evaluation, EvaluationStatus, Finish, Outcome, Program, Proposal
from evo.search.guidance import Guidance
from evo.search.state import State
from evo.store.store import Store
from tests.e2e.test_search_options import declared  # noqa: F401 - a fixture

WINDOW = 4
BOTH = ("tactics={patience: 10, tickets: 6}", "notes.every=9")


def hashes(commits):
    return [commit.hash for commit in commits]


def answers(here):
    """Return the stored answers to requests for advice: request -> (purpose, epoch, text)."""
    store = Store.open(here.folder)
    try:
        rows = store._reader.exec_driver_sql("SELECT request, purpose, subject FROM answers WHERE purpose != 'propose'")
        return {row.request: (row.purpose, int(row.subject)) for row in rows}
    finally:
        store.close()


def spent(here):
    store = Store.open(here.folder)
    try:
        return store.charged()[1], store._reader.exec_driver_sql(
            "SELECT sum(prompt_tokens + completion_tokens) FROM answers"
        ).scalar()
    finally:
        store.close()


@pytest.mark.parametrize("options", [{"slots": 1, "workers": 1}, {"slots": 9, "workers": 5}])
def test_the_log_does_not_depend_on_who_is_fast(declared, options):  # noqa: F811
    plain = declared(*BOTH).run()[1]
    assert any(commit.proposal.operator == "tactic" for commit in plain)
    here = declared(*BOTH, **options)
    here.model.latency = here.judge.latency = 0.004
    assert hashes(here.run()[1]) == hashes(plain)


def test_a_note_is_seen_from_its_commit_on_and_by_every_ticket_that_asks(declared):  # noqa: F811
    every = 9
    here = declared(f"notes.every={every}")
    _, commits = here.run()
    asked = answers(here)
    assert sorted(asked.values()) == [("note", k) for k in range(len(commits) // every - (len(commits) % every == 0))]
    for commit in commits:
        if commit.proposal.operator == "seed" or not commit.proposal.requests:
            continue
        due = (commit.after_seq + 1) // every
        first, *rest = commit.proposal.requests
        assert (first in asked) == (due > 0) == bool(rest)
        if rest:
            assert asked[first] == ("note", due - 1)
            assert len(commit.proposal.answers) == 2
    # Ticket kN + window is the first to see note k, counted from the first commit as k = 1.
    seen = next(c.ticket for c in commits if c.proposal.requests and c.proposal.requests[0] in asked)
    assert seen == every - 1 + WINDOW


def test_stagnation_calls_for_tactics_and_the_next_tickets_try_them(declared):  # noqa: F811
    patience, tickets = 10, 6
    _, commits = declared("tactics={patience: 10, tickets: 6}", "budget.tickets=120").run()
    score, best, best_seq = [], None, -1
    for commit in commits:
        value = commit.evaluation.objective if commit.evaluation else None
        if value is not None and (best is None or value > best):
            best, best_seq = value, commit.seq
        score.append(commit.seq - best_seq)
    tried = [commit for commit in commits if commit.proposal.operator == "tactic"]
    epochs = {}
    for commit in tried:
        epochs.setdefault(commit.proposal.requests[0], []).append(commit)
    assert len(epochs) > 1
    for group in epochs.values():
        called = group[0].after_seq
        assert [c.ticket for c in group] == [called + WINDOW + step for step in range(len(group))]
        assert len(group) == tickets or group[-1].ticket == 119
        assert score[called] >= patience
    calls = [group[0].after_seq for group in epochs.values()]
    assert all(b - a >= patience + tickets for a, b in itertools.pairwise(calls))
    learned = [request for commit in commits for request in commit.learned]
    assert len(learned) == len(set(learned))
    assert set(epochs) <= set(learned)


def test_approaches_are_tried_in_turn(declared):  # noqa: F811
    here = declared("tactics={patience: 10, tickets: 6, count: 3}")
    prompts, ask = {}, here.model.complete

    async def listen(request):
        prompts[request.purpose, request.subject] = request.prompt.user
        return await ask(request)

    here.model.complete = listen
    _, commits = here.run()
    tried = [c.ticket for c in commits if c.proposal.operator == "tactic"][:6]
    told = [prompts["propose", str(t)].split("## Approach to follow\n\n")[1].split("\n")[0] for t in tried]
    assert len(set(told)) == 3
    assert told[:3] == told[3:]
    assert "List 3 fundamentally different approaches" in prompts["tactic", "0"]


@pytest.mark.parametrize("broken", ["", "I have no idea.", None])
def test_without_an_answer_tickets_go_on_alone(declared, broken):  # noqa: F811
    here = declared(*BOTH)
    ask = here.model.complete

    async def fail(request):
        if request.purpose == "propose":
            return await ask(request)
        if broken is None:
            return Completion(text="", finish=Finish.ERROR, detail="500")
        return Completion(text=broken)

    here.model.complete = fail
    search, commits = here.run()
    assert search.run_state == "finished"
    tried = [c for c in commits if c.proposal.operator == "tactic"]
    assert tried
    assert all(c.proposal.outcome in {Outcome.PROPOSED, Outcome.DUPLICATE} for c in tried)


@pytest.mark.parametrize("stops", [(3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9), (13, 14, 15), (30,)])
def test_a_stopped_run_asks_nobody_twice(declared, stops):  # noqa: F811
    whole = declared(*BOTH).run()[1]
    here = declared(*BOTH, slots=2)
    here.model.latency = 0.002
    for stop_after in stops:
        here.run(stop_after=stop_after)
    here.run()
    assert hashes(here.log()) == hashes(whole)
    advice = answers(here)
    calls = [call for call in here.model.calls if call == "0"]
    assert len(advice) == len({*advice.values()})
    assert len(calls) <= 2 + len(stops)
    assert spent(here)[0] == spent(here)[1]


def test_by_arrival_too_a_stopped_run_goes_on_and_folds(declared):  # noqa: F811
    here = declared(*BOTH, "schedule={commit: arrival, slots: 3, window: 30}", slots=3)
    here.model.latency = 0.004
    for stop_after in (11, 7, 20):
        here.run(stop_after=stop_after)
    search, _ = here.run()
    commits = here.log()
    assert (search.run_state, len(commits)) == ("finished", 80)
    assert search.state.hash == commits[-1].hash
    learned = [request for commit in commits for request in commit.learned]
    assert len(learned) == len(set(learned)) == len([c for c in commits if c.proposal.llm]) + len(answers(here))
    assert any(commit.proposal.operator == "tactic" for commit in commits)


def metered(here, tokens):
    """Give the toy run a hard budget of tokens; each proposal costs 50, each advice 100."""
    make = here.search

    def search(store):
        found = make(store)
        spent = replace(Ledger().spent, tokens=store.charged()[1])
        ledger = Ledger(tokens=tokens, spent=spent, ordered=True, paid=store.learned_shared())
        attempts = found._attempts
        client = {"fast": Recorded(Metered(Priced(here.model), ledger), store, ledger)}
        attempts._ledger = attempts._shared._ledger = ledger
        attempts._llms = attempts._shared._llms = client
        return found

    here.search = search
    return here


class Priced:
    """Costs what it says and no more."""

    def __init__(self, model):
        self._model = model

    def worst(self, request):
        return replace(Ledger().spent, tokens=50 if request.purpose == "propose" else 100)

    async def complete(self, request):
        answer = await self._model.complete(request)
        return replace(answer, prompt_tokens=50 if request.purpose == "propose" else 100)

    async def close(self):
        pass


def test_a_budget_ends_the_run_at_one_commit_whatever_is_fast_and_however_often_it_is_stopped(declared):  # noqa: F811
    plain = metered(declared(*BOTH), 2500)
    search, commits = plain.run()
    assert (search.run_state, search.stop_reason) == ("finished", "tokens")
    assert spent(plain)[1] <= 2500
    slow = metered(declared(*BOTH, slots=9, workers=4), 2500)
    slow.model.latency = 0.003
    assert hashes(slow.run()[1]) == hashes(commits)
    stopped = metered(declared(*BOTH), 2500)
    for stop_after in (5, 9, 3, 8):
        stopped.run(stop_after=stop_after)
    stopped.run()
    assert hashes(stopped.log()) == hashes(commits)


def test_an_answer_is_read_line_by_line():
    text = "Here they are:\n\n- first one\n2. second\n3) third\n* first one\n-no\n" + "- x" * 300
    assert listed(text, 9) == ("first one", "second", "third", *listed("- x" * 300, 1))
    assert listed(text, 2) == ("first one", "second")
    assert listed("- a\n- b\u2028\x1b[31m", 3)[0] == "a"
    assert listed("- ## What to do\n1. ```a\n- `b` first\n", 3) == ("What to do", "a", "`b` first")
    assert followed("- a\n- b\n", 5) == "b"
    assert followed("nothing", 5) == ""


def fresh():
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=5),))
    archives = [Archive(space, Direction.MAXIMIZE, island) for island in range(2)]
    guidance = Guidance(tactics=TacticsSpec(patience=4, tickets=3), notes=NotesSpec(every=5), settling=2)
    return State(Archipelago(archives, Ring(every=3), 1), Direction.MAXIMIZE, guidance=guidance)


def settled(state, events):
    for number, (value, valid) in enumerate(events, state.seq + 1):
        program = Program.of(f"x = {number}\n")
        score = Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID if valid else EvaluationStatus.FAILED,
            objective=value / 10 if valid else None,
            measures={"x": value / 10},
        )
        parents = (state.best.program,) if state.best and number else ()
        proposal = Proposal(
            ticket=number,
            island=number % 2 if number else None,
            operator="diff" if number else "seed",
            outcome=Outcome.PROPOSED,
            parents=parents,
            program=program,
            summary=f"step {value}",
        )
        yield state.settle(after_seq=state.seq, proposal=proposal, evaluation=score, at=0.0)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), st.integers(0, 40))
def test_advice_is_a_fold_that_may_be_cut_anywhere(events, cut):
    whole, parts = fresh(), fresh()
    log, seen = [], []
    for commit in settled(whole, events):
        log.append(commit)
        seen.append((whole.guidance.note, whole.guidance.trying(whole.seq)))
    for commit in log[:cut]:
        parts.refold(commit)
    again = [(parts.guidance.note, parts.guidance.trying(parts.seq)) for _ in settled(parts, events[len(log[:cut]) :])]
    assert parts.hash == whole.hash
    assert again == seen[len(log[:cut]) :]


def test_only_what_is_asked_for_is_kept():
    state = fresh()
    list(settled(state, [(3, True)] * 12))
    digest = state.guidance.note
    assert (digest.epoch, digest.seq) == (1, 9)
    assert digest.best == state.best.program
    assert len(digest.failed) <= 6

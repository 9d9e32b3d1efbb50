"""Insights in runs: the same log whatever the timing, one answer a program, both arms recorded, budgets kept."""

import asyncio
import json
import sqlite3
from dataclasses import dataclass, field, replace

import pytest

from evo.config.sections import BudgetSpec
from evo.errors import LLMError
from evo.llm.answer_log import Recorded
from evo.llm.budget import Ledger
from evo.llm.meter import Metered
from evo.llm.prices import Spend
from evo.propose.answer import AnswerReader
from evo.propose.prompt.builder import PromptBuilder
from evo.records import Arm, Completion, Direction, Finish
from evo.rng import stream
from evo.search.analyst import Analyst
from evo.search.attempt import Attempts
from evo.search.edges import Edges
from evo.search.gates import Gates
from evo.stats.insight_effect import Tried, asked, gains, rates, tried
from evo.store.reading.view import open_run
from evo.store.store import Store
from tests.propose.shipped import SHIPPED
from tests.toy import CONTRACT, OLD_SESSIONS, Model

NOTE = {"kind": "parameters", "tag": "rigid", "severity": "high"}


@dataclass
class Analysing(Model):
    """The toy's model, which also analyses; how long an analysis takes is its own."""

    analysed: list = field(default_factory=list)
    spoilt: float = 0.0
    gone: bool = False

    async def complete(self, request):
        if request.purpose != "insight":
            answer = await super().complete(request)
            return replace(answer, prompt_tokens=100, completion_tokens=20)
        self.analysed.append(request.subject)
        if self.gone:
            raise LLMError("nobody there")
        random = stream(request.seed, "analysis", request.subject)
        if self.latency:
            await asyncio.sleep(random.random() * self.latency * 2)
        text = json.dumps({"insights": [{**NOTE, "text": f"seen {request.subject[:6]}"}]})
        bad = random.random() < self.spoilt
        return Completion(text="no idea" if bad else text, prompt_tokens=50, completion_tokens=10)


@pytest.fixture
def analysed(world):
    def make(share=0.5, **options):
        budget = options.pop("budget", BudgetSpec(tickets=80))
        here = world(model=Analysing(**options.pop("model", {})), budget=budget, **options)
        plain = here.search

        def search(store):
            made = plain(store)
            issuer = made._issuer
            edges = Edges(issuer.library)
            prompts = PromptBuilder(CONTRACT, emitters=SHIPPED)
            analyst = Analyst(seed=here.seed, share=share, llm="fast", prompts=prompts, edges=edges)
            made._issuer = replace(issuer, analyst=analyst)
            usd, tokens = store.charged()
            ledger = Ledger(
                tokens=budget.tokens,
                spent=Spend(usd=usd, tokens=tokens),
                ordered=here.ordered,
                paid=store.learned_shared(),
            )
            here.ledger = ledger
            made._attempts = Attempts(
                llms={"fast": Recorded(Metered(here.model, ledger), store, ledger)},
                evaluator=here.judge,
                store=store,
                state=made.state,
                gates=Gates(here.slots, here.workers),
                reader=AnswerReader(editable="whole"),
                ledger=ledger,
            )
            return made

        here.search = search
        return here

    return make


def stored(here, purpose="insight"):
    with open_run(here.folder) as view:
        return view.answers(purpose)


def last(here):
    return here.run()[1][-1].hash


def test_workers_slots_and_latencies_leave_no_trace(analysed):
    want = last(analysed())
    for slots, workers in ((1, 1), (1, 2), (4, 1), (8, 4)):
        here = analysed(slots=slots, workers=workers, model={"latency": 0.004})
        here.judge.latency = 0.003
        assert last(here) == want


def test_a_stopped_run_equals_the_uninterrupted_one(analysed):
    whole = analysed()
    _, commits = whole.run()
    here = analysed(slots=2, model={"latency": 0.002})
    for stop_after in (4, 11, 3, 20):
        here.run(stop_after=stop_after)
    here.run(drain_after=5)
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in commits]
    assert here.log()[-1].proposal == commits[-1].proposal
    assert len(stored(here)) == len(whole.model.analysed) == len(set(whole.model.analysed))
    assert len(here.model.analysed) <= len(stored(here)) + 5 * here.slots, "only what was in flight is asked again"


def test_arrival_is_whole_as_well(analysed):
    here = analysed(ordered=False, window=16, slots=8, model={"latency": 0.004})
    here.run(stop_after=25)
    _, commits = here.run()
    log = here.log()
    assert len(log) == 80
    assert commits
    assert len(stored(here)) == len(set(here.model.analysed))
    learned = [request for commit in log for request in commit.learned]
    assert len(learned) == len(set(learned))


def test_both_arms_are_recorded_and_only_one_is_shown(analysed):
    here = analysed()
    prompts = {}
    ask = here.model.complete

    async def listen(request):
        prompts[request.purpose, request.subject] = request.prompt.user
        return await ask(request)

    here.model.complete = listen
    here.run()
    log = here.log()
    arms = [commit.proposal.arm for commit in log]
    assert arms.count(Arm.SHOWN) > 20
    assert arms.count(Arm.WITHHELD) > 20
    assert arms[:2] == [None, None], "seeds ask nobody"
    known = set()
    for commit in log:
        proposal = commit.proposal
        user = prompts.get(("propose", str(commit.ticket)), "")
        noted = [parent for parent in proposal.parents if f"seen {parent[:6]}" in user]
        assert bool(noted) == (proposal.arm is Arm.SHOWN)
        assert len(proposal.requests) == len(proposal.answers) == (0 if proposal.operator == "seed" else 1 + len(noted))
        assert set(commit.learned) == set(proposal.requests) - known
        known |= set(commit.learned)
    assert len(here.model.analysed) == len(set(here.model.analysed)), "one answer a program"
    for (purpose, _), user in prompts.items():
        if purpose == "insight":
            assert user.startswith("Operator: insight\n")


def test_the_share_counts(analysed):
    logs = {share: analysed(share) for share in (0.0, 0.5, 1.0)}
    assert len({last(here) for here in logs.values()}) == 3
    assert logs[0.0].model.analysed == []
    assert {c.proposal.arm for c in logs[0.0].log()} == {None, Arm.WITHHELD}
    assert {c.proposal.arm for c in logs[1.0].log()} == {None, Arm.SHOWN}


def test_nobody_is_asked_about_what_no_archive_keeps(analysed):
    here = analysed(1.0)
    search, _ = here.run()
    placed = {c.proposal.program.id for c in here.log() if c.placements and c.proposal.program}
    assert here.model.analysed
    assert set(here.model.analysed) <= placed
    assert search.state.held(search.state.best.program)
    assert not search.state.held("0" * 32)


def test_bad_answers_are_counted_and_never_fatal(analysed):
    here = analysed(1.0, model={"spoilt": 0.5})
    search, _ = here.run()
    assert search.run_state == "finished"
    found = asked(stored(here))
    assert found.answers == len(here.model.analysed)
    assert found.bad == {"the answer is no JSON": found.answers - found.notes}
    assert 0 < found.notes < found.answers
    assert found.tokens == 60 * found.answers


def test_an_analyst_who_is_gone_pauses_the_run(analysed):
    here = analysed(1.0, model={"gone": True})
    search, _ = here.run()
    assert (search.run_state, search.stop_reason) == ("paused", "nobody there")
    here.model.gone = False
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in analysed(1.0).run()[1]]


@pytest.mark.parametrize("slots", [1, 4, 16])
def test_a_budget_ends_a_run_at_the_same_ticket_whatever_the_slots(analysed, slots):
    budget = BudgetSpec(tickets=150, tokens=19_000)
    want = analysed(budget=budget, window=8).run()[1]
    here = analysed(budget=budget, window=8, slots=slots, model={"latency": 0.003})
    here.run(stop_after=7)
    search, _ = here.run()
    assert (search.run_state, search.stop_reason) == ("finished", "tokens")
    assert [c.hash for c in here.log()] == [c.hash for c in want]
    answers = [*stored(here), *stored(here, "propose")]
    assert sum(each.prompt_tokens + each.completion_tokens for each in answers) <= 19_000
    store = Store.open(here.folder)
    paid = sum(60 if request in store.learned_shared() else 120 for c in want for request in c.learned)
    assert store.charged()[1] == paid <= here.ledger.spent.tokens <= 19_000
    store.close()


def test_an_answer_that_never_came_is_asked_again(analysed):
    here = analysed(1.0, model={"finish": Finish.STOP})
    here.model.latency = 0.05

    async def cut():
        store = here.store()
        async with here.search(store) as search:
            async for commit in search:
                if commit.seq == 1:
                    break
        store.close()

    asyncio.run(cut())
    here.model.latency = 0.0
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in analysed(1.0).run()[1]]


def test_the_difference_is_told_with_its_uncertainty():
    shown = [Tried(arm=Arm.SHOWN, improved=k < 56, placed=k < 70, gain=1.0 + k / 100) for k in range(70)]
    withheld = [Tried(arm=Arm.WITHHELD, improved=k < 48, placed=k < 80, gain=k / 100) for k in range(80)]
    found = rates([*shown, *withheld], "improved")
    # Newcombe 1998, table II, contrast (a), method 10: 56/70 - 48/80.
    assert (found.shown, found.withheld, found.counted) == (0.8, 0.6, (70, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert rates([*shown, *withheld], "placed").difference == 0.0
    gain = gains([*shown, *withheld])
    assert gain.low < gain.difference < gain.high
    assert gain.difference == pytest.approx(0.95)
    assert gains([*shown, *withheld]) == gain, "the same every time"
    for few in ([], shown, withheld[:1]):
        assert rates(few, "improved").low is None
        assert gains(few).low is None


def test_tickets_are_counted_by_arm_and_parent(analysed):
    here = analysed()
    here.run()
    log = here.log()
    found = tried(log, Direction.MAXIMIZE)
    armed = [commit for commit in log if commit.proposal.arm]
    assert len(found) == len(armed)
    scores = {c.evaluation.program: c.evaluation.objective for c in log if c.evaluation}
    for each, commit in zip(found, armed, strict=True):
        now = commit.evaluation.objective if commit.evaluation else None
        better = now is not None and now > scores[commit.proposal.parents[0]]
        assert (each.arm, each.improved) == (commit.proposal.arm, better)


def test_a_run_of_an_older_version_has_no_arms_and_goes_on(world):
    here = world()
    here.run(stop_after=20)
    with sqlite3.connect(here.folder / "run.db") as connection:
        connection.executescript(f"DROP TABLE arms; {OLD_SESSIONS}")
        connection.execute("PRAGMA user_version = 1")
    here.run()
    assert [c.hash for c in here.log()] == [c.hash for c in world().run()[1]]

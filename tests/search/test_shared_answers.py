"""Insights, tactics and notes in one run: what tickets share is asked once and paid for once, by the first of them."""

from dataclasses import replace

import pytest

from evo.edits import Refusal
from evo.llm.answer_log import Recorded
from evo.llm.budget import Ledger
from evo.llm.meter import Metered
from evo.llm.prices import Spend
from evo.propose.advice import Digest
from evo.propose.answer import AnswerReader
from evo.propose.emitters.tactic import Tactic
from evo.propose.prompt.builder import PromptBuilder, size
from evo.propose.prompt.context import PromptContext, Shown, Step
from evo.records import SHARED, Arm, Program, Purpose, Ticket
from evo.search.analyst import Analyst
from evo.search.attempt import Attempts
from evo.search.edges import Edges
from evo.search.gates import Gates
from evo.store.store import Store
from tests.e2e.test_insight_search import Analysing
from tests.e2e.test_search_options import declared  # noqa: F401 - a fixture
from tests.toy import CONTRACT

ALL = ("tactics={patience: 10, tickets: 6}", "notes.every=9")
TOKENS = 8000


@pytest.fixture
def sharing(declared):  # noqa: F811
    """Return a function to a toy run that asks for all there is, under a hard budget."""

    def make(**options):
        here = declared(*ALL, model=Analysing(**options.pop("model", {})), **options)
        plain = here.search

        def search(store):
            made = plain(store)
            issuer = made._issuer
            analyst = Analyst(seed=0, share=0.5, llm="fast", prompts=issuer.prompts, edges=Edges(issuer.library))
            made._issuer = replace(issuer, analyst=analyst)
            usd, tokens = store.charged()
            spent = Spend(usd=usd, tokens=tokens)
            ledger = Ledger(tokens=TOKENS, spent=spent, ordered=True, paid=store.learned_shared())
            made._attempts = Attempts(
                llms={"fast": Recorded(Metered(Exact(here.model), ledger), store, ledger)},
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


class Exact:
    """Answers for as many tokens as it said at most."""

    def __init__(self, model):
        self._model = model

    def worst(self, request):
        return Spend(tokens=60 if request.purpose == Purpose.INSIGHT else 120)

    async def complete(self, request):
        return await self._model.complete(request)

    async def close(self):
        pass


def hashes(commits):
    return [commit.hash for commit in commits]


def purposes(here):
    store = Store.open(here.folder)
    try:
        rows = store._reader.exec_driver_sql("SELECT request, purpose FROM answers")
        return dict(rows.fetchall()), store.charged()[1]
    finally:
        store.close()


def test_all_that_is_shared_is_used_by_many_and_paid_for_once(sharing):
    here = sharing()
    search, commits = here.run()
    assert (search.run_state, search.stop_reason) == ("finished", "tokens")
    asked, charged = purposes(here)
    used = [request for commit in commits for request in commit.proposal.requests]
    learned = [request for commit in commits for request in commit.learned]
    assert {asked[request] for request in learned} == {Purpose.PROPOSE, *SHARED}
    assert len(learned) == len(set(learned)) < len(used)
    assert sum(60 if asked[request] == Purpose.INSIGHT else 120 for request in learned) <= charged <= TOKENS
    orders = [[asked[request] for request in commit.proposal.requests] for commit in commits]
    rank = {Purpose.NOTE: 0, Purpose.TACTIC: 1, Purpose.INSIGHT: 2, Purpose.PROPOSE: 3}
    assert all(order == sorted(order, key=rank.__getitem__) for order in orders)
    assert any({Purpose.NOTE, Purpose.TACTIC, Purpose.INSIGHT} <= {*order} for order in orders)
    shown = [commit for commit, order in zip(commits, orders, strict=True) if Purpose.INSIGHT in order]
    assert all(commit.proposal.arm is Arm.SHOWN for commit in shown)


@pytest.mark.parametrize("slots", [1, 7])
def test_neither_slots_nor_stops_leave_a_trace(sharing, slots):
    want = hashes(sharing().run()[1])
    here = sharing(slots=slots, model={"latency": 0.002})
    for stop_after in (7, 11):
        here.run(stop_after=stop_after)
    here.run()
    assert hashes(here.log()) == want


def test_advice_keeps_to_the_room_of_its_model_and_notes_are_left_out_in_words():
    builder = PromptBuilder(CONTRACT, emitters=(Tactic,))
    best = Shown(program=Program.of("x = 1\n"), evaluation=None, ticket=0, operator="seed")
    step = Step(program="a", parent="b", operator="diff", summary="long " * 30, status=None)
    digest = Digest(purpose=Purpose.NOTE, epoch=0, seq=9, llm="fast", count=8, best=best.program.id, failed=(step,) * 6)
    whole = size(builder.advice(digest, best, None))
    short = builder.advice(digest, best, whole - 1)
    assert size(short) < whole - 100
    assert "long" not in short.user
    assert isinstance(builder.advice(digest, best, 10), Refusal)
    ticket = Ticket(number=5, after_seq=1, island=0, operator="tactic")
    context = PromptContext(parents=(best,), notes=("one finding",) * 8, tactic="the approach")
    full = builder.build(ticket, context)
    fitted = builder.fitted(ticket, context, size(full) - 1)
    assert "Left out for want of room: " in fitted.user
    assert fitted.user.count("one finding") < 8
    assert "the approach" in fitted.user

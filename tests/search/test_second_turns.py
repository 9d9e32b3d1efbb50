"""An answer that cannot be used is asked for once more, within the budget and the model's room."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest

from evo.llm.budget import BudgetSpent, Foreseen, Ledger
from evo.llm.openai.messages import chat_messages
from evo.llm.prices import Spend
from evo.propose.answer import AnswerReader
from evo.propose.second_turn import follow_up, longest_follow_up
from evo.records import FOLLOW_UP, Completion, Outcome, Program, Prompt, Request, Ticket
from evo.search.second_turns import SecondTurns
from evo.store import rows

PARENT = Program.of("a = 1\nb = 2\n")
TICKET = Ticket(number=7, after_seq=5, island=2, operator="diff", parents=(PARENT.id,))
ASKED = Request(purpose="propose", subject="7", prompt=Prompt(system="s", user="u"), seed=1, llm="fast")
WRONG = "<think>draft</think>\n<<<<<<< SEARCH\na = 3\n=======\na = 4\n>>>>>>> REPLACE\n"


def refused(text):
    completion = Completion(text=text)
    return completion, AnswerReader(editable="whole").read(TICKET, ASKED, completion, [PARENT])


def test_the_reason_and_what_is_there_are_told_in_the_same_conversation():
    completion, proposal = refused("<<<<<<< SEARCH\na = 3\n=======\na = 4\n>>>>>>> REPLACE\n")
    assert proposal.outcome is Outcome.NOT_APPLICABLE
    asked = follow_up(ASKED, completion, proposal)
    assert (asked.prompt.system, asked.prompt.user, asked.attempt) == ("s", "u", FOLLOW_UP)
    said, reply = asked.prompt.turns
    assert said == completion.text.strip()
    assert "a = 3" in reply
    assert "NOT_APPLICABLE" in reply
    assert [role for role, _ in asked.prompt.messages] == ["system", "user", "assistant", "user"]
    assert asked.hash != replace(asked, prompt=ASKED.prompt).hash
    assert follow_up(ASKED, completion, proposal) == asked


def test_thoughts_are_not_handed_back():
    asked = follow_up(ASKED, *refused(WRONG))
    assert "draft" not in asked.prompt.turns[0]


def test_no_follow_up_is_larger_than_the_longest():
    completion, proposal = refused("é" * 100_000)
    asked, most = follow_up(ASKED, completion, proposal), longest_follow_up(ASKED)
    sizes = [sum(len(turn.encode()) for turn in each.prompt.turns) for each in (asked, most)]
    assert sizes[0] <= sizes[1]


def test_a_conversation_is_kept_and_sent_whole_beside_its_pictures():
    shown = replace(ASKED, prompt=replace(ASKED.prompt, pictures=("ab",)))
    plain, asked = (follow_up(request, *refused(WRONG)) for request in (ASKED, shown))
    assert len({each.hash for each in (ASKED, shown, plain, asked)}) == 4
    for request in (ASKED, shown, plain, asked):
        _, values = rows.answer_row(request, Completion(text=""), 0.0)
        assert rows.prompt(SimpleNamespace(prompt=values[5].packed())) == request.prompt
        sent = chat_messages(request.prompt, picture=lambda _: b"")
        assert [message["role"] for message in sent] == [role for role, _ in request.prompt.messages]
    assert isinstance(sent[1]["content"], list)
    assert sent[2]["content"] == asked.prompt.turns[0]


def ledger_with(usd):
    ledger = Ledger(usd=usd, ordered=True)
    known = Foreseen(worst=Spend(usd=1.0), further={FOLLOW_UP: Spend(usd=2.0)})
    ledger.foresee = lambda request: None if request.prompt.turns else known
    return ledger


@pytest.mark.parametrize(("usd", "may"), [(3.0, True), (2.9, False)])
def test_room_for_a_follow_up_is_set_aside_with_the_first_request(usd, may):
    async def asked():
        ledger = ledger_with(usd)
        ledger.expect(7)
        await ledger.reserve(ASKED, Spend(usd=1.0))
        further = follow_up(ASKED, *refused(WRONG))
        turns = SecondTurns(frozenset({"fast"}), {}, ledger)
        assert turns.may(further) is may
        await ledger.settle(ASKED, Completion(text="", cost_usd=0.5))
        if may:
            await ledger.reserve(further, Spend(usd=2.0))
            await ledger.settle(further, Completion(text="", cost_usd=1.5))
        await ledger.forgo(ASKED, FOLLOW_UP)
        await ledger.done(7)
        return ledger.spent.usd

    assert asyncio.run(asked()) == (2.0 if may else 0.5)


def test_a_later_ticket_waits_until_it_is_known_whether_an_earlier_one_asks_again():
    async def asked():
        ledger = ledger_with(4.0)
        ledger.expect(7)
        ledger.expect(8)
        await ledger.reserve(ASKED, Spend(usd=1.0))
        later = replace(ASKED, subject="8")
        waiting = asyncio.create_task(ledger.reserve(later, Spend(usd=1.0)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done(), "with both follow-ups set aside there is no room"
        await ledger.settle(ASKED, Completion(text="", cost_usd=0.5))
        await ledger.forgo(ASKED, FOLLOW_UP)
        await ledger.done(7)
        await waiting
        assert ledger.follows(follow_up(later, *refused(WRONG)))

    asyncio.run(asked())


def test_a_model_that_needs_more_since_keeps_within_what_was_set_aside():
    async def asked():
        ledger = ledger_with(3.0)
        ledger.expect(7)
        await ledger.reserve(ASKED, Spend(usd=1.0))
        further = follow_up(ASKED, *refused(WRONG))
        cap = await ledger.reserve(further, Spend(usd=9.0), lambda left: (300, Spend(usd=left.usd)))
        return cap, ledger.bound(further, Spend(usd=9.0)).usd

    assert asyncio.run(asked()) == (300, 2.0)


def test_a_spent_budget_ends_with_the_first_request():
    async def asked():
        ledger = ledger_with(0.5)
        ledger.expect(7)
        with pytest.raises(BudgetSpent):
            await ledger.reserve(ASKED, Spend(usd=1.0))

    asyncio.run(asked())


def test_roles_and_room_decide():
    further = follow_up(ASKED, *refused(WRONG))
    assert SecondTurns(frozenset({"fast"}), {}, Ledger()).may(further)
    assert not SecondTurns(frozenset({"strong"}), {}, Ledger()).may(further)
    assert not SecondTurns(frozenset({"fast"}), {"fast": 10}, Ledger()).may(further)

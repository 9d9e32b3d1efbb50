"""What a ticket heeded is told from events, seed and number, and is what its prompt was made of."""

import asyncio
from dataclasses import replace

from evo.propose.emitters.diff import Diff
from evo.records import EventKind
from evo.store.reading.wishes import IssuedTicket, WishBook
from evo.testing.model import ScriptedModel
from evo.testing.small_search import SmallSearch
from evo.wheel.helm import Helm

SOWN = "x = 0.29\n"


def steered():
    """A run that people have steered; its store and the prompts by ticket."""
    given = SmallSearch(tickets=40, model=ScriptedModel(), emitters=(Diff(),))
    store = given.store()

    async def whole():
        async with given.search(store) as search:
            helm, asked = Helm(search), []
            async for commit in search:
                wishes = {
                    3: [{"do": "hint", "words": "go left", "share": 0.5}, {"do": "ban", "words": "nines"}],
                    6: [{"do": "seed", "files": {"program.py": SOWN}, "words": "mine"}],
                    9: [{"do": "pin", "words": commit.proposal.parents[0] if commit.proposal.parents else ""}],
                    12: [{"do": "hint", "words": "go right"}, {"do": "weight", "operator": "diff", "weight": 2}],
                }
                asked += [asyncio.create_task(helm.steer(wish, by="ann")) for wish in wishes.get(commit.seq, ())]
            await asyncio.gather(*asked)
            return search.state.steering

    steering = asyncio.run(whole())
    prompts = {int(each.subject): each.prompt.user for each in given.model.requests if each.purpose == "propose"}
    return given, store, prompts, steering


def book_of(given, store):
    told = [(e.number, e.author, e.after_seq, e.data) for e in store.events() if e.kind is EventKind.STEER]
    return WishBook(given.seed, told)


def test_it_is_what_the_prompts_were_made_of():
    given, store, prompts, steering = steered()
    book = book_of(given, store)
    seen = set()
    for commit in store.commits():
        heeded = {(each.do, each.words) for each in book.of(commit)}
        seen |= heeded
        for hint in ("go left", "go right"):
            assert (("hint", hint) in heeded) == (f"suggests: {hint}" in prompts.get(commit.ticket, "")), commit.ticket
        assert (("ban", "nines") in heeded) == ("rules out: nines" in prompts.get(commit.ticket, "")), commit.ticket
        sown = commit.proposal.operator == "seed" and commit.proposal.program.text == SOWN
        assert (("seed", "mine") in heeded) == sown
        pinned = steering.pinned(given.seed, commit.ticket) if commit.after_seq > steering.pins[0].after_seq else ""
        assert ("pin" in {do for do, _ in heeded}) == (bool(pinned) and pinned == commit.proposal.parents[0])
    assert {do for do, _ in seen} == {"hint", "ban", "seed", "pin"}
    assert {
        each.author for each in book.heeded(IssuedTicket(number=30, after_seq=29, operator="diff", llm="fast"))
    } == {"ann"}


def test_a_run_that_nobody_steered_has_none():
    assert not WishBook(1, [])
    commit = replace(next(iter(SmallSearch(tickets=6).run().commits)), after_seq=5)
    assert WishBook(1, []).of(commit) == ()


def test_what_somebody_else_wrote_into_the_events_does_no_harm():
    strange = [(0, "a\x1b[31m", 3, {"do": "hint", "words": ["x"], "share": "much"}), (1, "b", 3, {"do": 7})]
    (wish,) = WishBook(1, strange).heeded(IssuedTicket(number=9, after_seq=8, operator="diff", llm="fast"))
    assert "\x1b" not in wish.author
    assert wish.says.startswith("hint of a")

import asyncio
import math

import pytest

from evo.errors import ConflictError, NotFoundError
from evo.llm.desk import Desk, errand_name
from evo.records import Completion, Finish, Prompt, Request


def request(ticket, purpose="propose"):
    return Request(purpose=purpose, subject=str(ticket), prompt=Prompt(system="s", user="u"), seed=0, llm="outside")


def on(desk, work):
    async def whole():
        waiting = {n: asyncio.create_task(desk.answered(request(n), lease)) for n, lease in work["laid"].items()}
        await asyncio.sleep(0)
        try:
            return await work["then"](waiting)
        finally:
            for task in waiting.values():
                task.cancel()
            await asyncio.gather(*waiting.values(), return_exceptions=True)

    return asyncio.run(whole())


def test_whoever_takes_has_it_alone_and_the_first_answer_counts():
    desk = Desk()

    async def then(waiting):
        first, second = desk.take(1, by="a"), desk.take(9, by="b")
        assert [[each.name for each in some] for some in (first, second)] == [["3"], ["4"]]
        assert desk.take(9) == []
        desk.tell("3", Completion(text="x"), by="a")
        with pytest.raises(ConflictError, match="told already by a"):
            desk.tell("3", Completion(text="y"), by="b")
        return await waiting[3]

    assert on(desk, {"laid": {3: None, 4: None}, "then": then}).text == "x"


def test_what_was_never_there_is_not_found():
    with pytest.raises(NotFoundError, match="no ticket 5"):
        Desk().tell("5", Completion(text="x"))


def test_a_lease_ends_and_says_who_had_it():
    now = [1000.0]
    desk = Desk(clock=lambda: now[0])

    async def then(waiting):
        desk.take(1, by="somebody")
        now[0] += 100
        answer = await waiting[3]
        with pytest.raises(ConflictError, match="lapsed"):
            desk.tell("3", Completion(text="late"))
        return answer

    answer = on(desk, {"laid": {3: 0.01}, "then": then})
    assert answer.finish is Finish.LAPSED
    assert "taken by somebody and not told" in answer.detail


def test_taking_begins_the_lease_anew():
    now = [0.0]
    desk = Desk(clock=lambda: now[0])

    async def then(waiting):
        now[0] = 50.0
        (errand,) = desk.take()
        return errand.until

    assert on(desk, {"laid": {3: 60.0}, "then": then}) == 110.0


def test_leases_of_an_earlier_session_are_kept_until_they_lapse():
    now = [0.0]
    desk = Desk({"3": 40.0, "4": math.inf}, clock=lambda: now[0])

    async def then(waiting):
        assert desk.take(9) == []
        assert desk.find("3").until == 40.0
        desk.tell("4", Completion(text="x"))
        await waiting[4]
        return dict(desk.leases)

    assert on(desk, {"laid": {3: 60.0, 4: None}, "then": then}) == {"3": 40.0}
    assert desk.leases == {"3": 40.0}, "what was taken and not told is there for the next session"


def test_what_is_no_tickets_has_a_name_of_its_own():
    assert errand_name(request("abc", "insight")) == "insight:abc"

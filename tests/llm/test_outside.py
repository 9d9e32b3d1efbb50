import asyncio
import math

import pytest

from evo.errors import EvoError
from evo.llm.desk import Desk
from evo.llm.model import LLMContext
from evo.llm.outside import Manual, Outside
from evo.llm.waits import Waits
from evo.records import Completion, Prompt, Request

ASKED = Request(purpose="propose", subject="7", prompt=Prompt(system="s", user="u"), seed=0, llm="me")


def told(model):
    """Return what the screen says while a model waits, after it was answered, and the answer."""

    async def whole():
        desk, waits = Desk(), Waits()
        client = model.connect(LLMContext(role="me", ideas=None, seed=0, desk=desk, waits=waits))
        asking = asyncio.create_task(client.complete(ASKED))
        await asyncio.sleep(0)
        said, idle = waits.words, waits.is_idle(7)
        desk.tell("7", Completion(text="pasted"))
        answer = await asking
        return said, idle, waits.words, answer.text

    return asyncio.run(whole())


def test_a_person_is_told_what_is_asked_until_it_is_answered():
    said, idle, after, answer = told(Manual())
    assert "me is asked ticket 7" in said
    assert (idle, after, answer) == (True, "", "pasted")


def test_nobody_is_called_for_the_outside():
    assert told(Outside())[0] == ""


@pytest.mark.parametrize("lease", [0, -1.0, math.inf, math.nan])
@pytest.mark.parametrize("kind", [Outside, Manual])
def test_a_lease_that_is_none_is_refused(kind, lease):
    with pytest.raises(EvoError, match="lease"):
        kind(lease=lease)


def test_there_are_two_degrees_of_trust():
    assert not Outside().facts.trusted
    assert Outside(trust="told").facts.trusted
    with pytest.raises(EvoError, match="trust"):
        Outside(trust="blindly")

from __future__ import annotations

import pytest

from evo.canonical import fingerprint
from evo.propose.answer import read
from evo.records import Completion, Finish, Outcome, Program, Prompt, Request, Ticket

PARENT = Program.of("a = 1\nb = 2\n")
TICKET = Ticket(number=7, after_seq=5, island=2, operator="diff", parents=(PARENT.id,), inspirations=("i",))
REQUEST = Request(purpose="propose", subject="7", prompt=Prompt(system="s", user="u"), seed=1, llm="fast")
DIFF = "Make a larger.\n\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize(
    ("completion", "outcome", "detail"),
    [
        (Completion(text="", finish=Finish.ERROR, detail="429 for ever"), Outcome.LLM_ERROR, "429"),
        (Completion(text="", finish=Finish.ERROR), Outcome.LLM_ERROR, "no reason"),
        (Completion(text="I will not.", finish=Finish.REFUSAL), Outcome.REFUSED, "I will not."),
        (Completion(text="", finish=Finish.REFUSAL), Outcome.REFUSED, "without words"),
        (Completion(text=DIFF, finish=Finish.LENGTH, completion_tokens=9), Outcome.TRUNCATED, "after 9 tokens"),
        (Completion(text=""), Outcome.UNPARSABLE, "empty"),
        (Completion(text="Use tau."), Outcome.UNPARSABLE, "prose alone"),
        (Completion(text=DIFF.replace("a = 1", "a = 3")), Outcome.NOT_APPLICABLE, "a = 3"),
        (Completion(text=DIFF + "z" * 9000), Outcome.PROPOSED, ""),
        (Completion(text="\x1b[1m" + DIFF.replace("\n", "\r\n")), Outcome.PROPOSED, ""),
        (Completion(text="```python\na = 2\nb = 2\n```"), Outcome.PROPOSED, ""),
        (Completion(text="```python\na = 1\nb = 2\n```"), Outcome.PROPOSED, ""),
    ],
)
def test_every_way_of_ending(completion, outcome, detail):
    proposal = read(TICKET, REQUEST, completion, [PARENT], editable="whole")
    assert proposal.outcome is outcome
    assert detail in proposal.detail
    assert bool(detail) == bool(proposal.detail)
    assert (proposal.ticket, proposal.island, proposal.operator, proposal.llm) == (7, 2, "diff", "fast")
    assert (proposal.parents, proposal.inspirations) == ((PARENT.id,), ("i",))
    assert (proposal.requests, proposal.answers) == ((REQUEST.hash,), (fingerprint(completion.text),))


def test_the_program_and_its_summary():
    proposal = read(TICKET, REQUEST, Completion(text=DIFF), [PARENT], editable="whole")
    assert proposal.program == Program.of("a = 2\nb = 2\n")
    assert proposal.summary == "Make a larger."


def test_frozen_text_stays():
    proposal = read(TICKET, REQUEST, Completion(text=DIFF), [PARENT], editable="markers")
    assert proposal.outcome is Outcome.FORBIDDEN_EDIT
    assert proposal.summary == "Make a larger.", "what was tried is shown although it failed"


def test_details_are_bounded():
    text = DIFF.replace("a = 1", "a = 3\n" * 5000)
    proposal = read(TICKET, REQUEST, Completion(text=text), [PARENT], editable="whole")
    assert len(proposal.detail.encode()) <= 2048

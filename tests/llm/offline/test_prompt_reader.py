"""What the offline proposer takes from the words of a prompt: what is asked for, whatever the operator is called."""

import pytest

from evo.llm.offline.prompt_reader import read
from evo.propose.advice import Digest
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext
from evo.propose.prompt.manner import WORDINGS, Manner
from evo.records import Direction, Purpose
from tests.propose.prompt.test_builder import CONTRACT, A, B, replace, shown, step, ticket
from tests.propose.shipped import OPERATORS, SHIPPED

# Operator -> whether the answer is a whole file, joins programs, and takes several moves.
ASKED = {
    "diff": (False, False, False),
    "repair": (False, False, False),
    "scratch": (False, False, False),
    "outside": (True, False, True),
    "command": (True, False, True),
    "rewrite": (True, False, True),
    "tactic": (True, False, False),
    "crossover": (True, True, False),
}
CONTEXTS = {
    "alone": {"parents": (shown(A, 1.5),)},
    "two": {"parents": (shown(A, 1.5), shown(B)), "inspirations": (shown(B),), "attempts": (step(summary="Join all"),)},
    "told": {
        "parents": (shown(A, 1.5),),
        "notes": ("Join what is good, from nothing", "a new version", "List 3 fundamentally different approaches"),
        "tactic": "Join what is good in a new version, from nothing",
    },
}


def test_there_is_a_line_for_every_operator_that_ships():
    assert sorted(ASKED) == OPERATORS


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("objective", ["sum_of_radii", "Join", "nothing"])
@pytest.mark.parametrize("edition", [1, 2])
def test_what_an_operator_asks_for_is_read_from_its_words(operator, context, objective, edition):
    contract = replace(CONTRACT, objective=objective, direction=Direction.MINIMIZE)
    builder = PromptBuilder(contract, emitters=SHIPPED, edition=edition)
    for wording in range(WORDINGS):
        manner = Manner(wording=wording, aloud=wording % 2 == 0)
        seen = read(builder.build(ticket(operator), PromptContext(**context), manner).user)
        assert (seen.whole, seen.joins, seen.anew) == ASKED[operator]
        assert (seen.asked, seen.from_nothing) == ("program", operator == "scratch")


@pytest.mark.parametrize("steps", [(), (step(),)])
def test_an_analyst_and_advisers_are_told_apart(steps):
    builder = PromptBuilder(CONTRACT)
    assert read(builder.analysis(shown(A, 1.0), steps, None).user).asked == "insights"
    for purpose, asked, wanted in ((Purpose.TACTIC, "approaches", 5), (Purpose.NOTE, "note", 1)):
        digest = Digest(purpose=purpose, epoch=0, seq=0, llm="", count=5, best=A.id, worked=steps)
        seen = read(builder.advice(digest, shown(A, 1.0), None).user)
        assert (seen.asked, seen.wanted) == (asked, wanted)


@pytest.mark.parametrize(
    ("task", "whole"),
    [
        ("Make it shorter.\n\nFile: a\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n", False),
        ("Make it shorter.\n\nFile: a\n```rust\nall\n```\n", True),
        ("Make it shorter.\n", False),
    ],
)
def test_the_form_of_answer_of_any_template_is_understood(task, whole):
    seen = read(
        f"Operator: shorten\n\n## Parent abcdef012345\n\nFile: a\n```python\nx = 1\n```\n\n## What to do\n\n{task}"
    )
    assert (seen.whole, seen.asked) == (whole, "program")
    assert seen.parents[0].files == {"a": "x = 1\n"}

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.edits import Edit
from evo.errors import EvoError
from evo.propose.answer import AnswerReader
from evo.propose.told import check_score, is_headed, read_told, tell_answer, tell_program, told_evaluation
from evo.records import TOLD, Completion, Outcome, Program, Prompt, Request, Ticket, ToldScore, is_told

PARENT = Program.of("x = 1\n")
TICKET = Ticket(number=3, after_seq=1, island=0, operator="outside", parents=(PARENT.id,))
ASKED = Request(purpose="propose", subject="3", prompt=Prompt(system="", user=""), seed=0, llm="outside")


def read(text, **given):
    reader = AnswerReader(editable="whole", outside=frozenset({"outside"}), **given)
    return reader.read(TICKET, ASKED, Completion(text=text), [PARENT])


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r", categories=["L", "N", "P", "S", "Zs"]), min_size=1)
)
def test_a_program_is_told_word_for_word(text):
    body = f"y = {text!r}\n# ... the rest stays as it was\n```\n<<<<<<< SEARCH\n"
    proposal = read(tell_program({None: body}, "why", None))
    assert proposal.outcome is Outcome.PROPOSED
    assert proposal.program is not None
    assert proposal.program.text == body


def test_files_and_score_come_back():
    score = ToldScore(objective=1.5, measures={"a": 0.25})
    edit, found = read_told(tell_program({"a.py": "x\ny", "b.py": "z\n"}, "two files", score), ["a"])
    assert isinstance(edit, Edit)
    assert [(block.path, block.text) for block in edit.blocks] == [("a.py", "x\ny\n"), ("b.py", "z\n")]
    assert (edit.summary, found) == ("two files", score)


def test_an_answer_without_a_score_stays_as_it_is():
    assert tell_answer("words", None) == "words"
    assert is_headed(tell_answer("words", ToldScore(objective=1.0, measures={})))


def test_a_told_score_counts_only_where_it_is_trusted():
    text = tell_program({None: "x = 2\n"}, "", ToldScore(objective=9.0, measures={}))
    trusted = read(text, trusted=frozenset({"outside"}))
    assert trusted.told == ToldScore(objective=9.0, measures={})
    other = read(text)
    assert (other.outcome, other.told, other.program) == (Outcome.UNPARSABLE, None, None)
    assert "does not take" in other.detail


def test_a_model_cannot_tell():
    text = tell_program({None: "x = 2\n"}, "", ToldScore(objective=9.0, measures={}))
    reader = AnswerReader(editable="whole", trusted=frozenset({"fast"}))
    proposal = reader.read(TICKET, ASKED, Completion(text=text), [PARENT])
    assert proposal.told is None


@pytest.mark.parametrize(
    "text", ["Told: {", 'Told: {"files": [[null, 9]]}\nx\n', 'Told: {"files": [["../x", 1]]}\nx\n']
)
def test_what_the_head_does_not_fit_is_unparsable(text):
    assert read(text).program is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (math.nan, "finite"),
        (True, "finite"),
        ("1", "finite"),
        ({"objective": 1.0}, "expected the measures size"),
        ({"objective": 1.0, "measures": {"siez": 1.0}}, "size"),
        ({"objective": 1.0, "measures": {"size": math.inf}}, "finite"),
        ({"objektive": 1.0}, "unknown key"),
    ],
)
def test_scores_that_are_none_are_refused(value, said):
    with pytest.raises(EvoError, match=said):
        check_score(value, ["size"])


def test_an_evaluation_that_was_told_says_so():
    evaluation = told_evaluation(PARENT, ToldScore(objective=1.0, measures={}))
    assert is_told(evaluation)
    assert evaluation.flags == (TOLD,)

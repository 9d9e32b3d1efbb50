"""The grammar over a corpus of answers: each gives the child that a person expects, or the refusal."""

import pytest

from evo.edits import Edit, Refusal, apply, parse
from evo.records import Program
from tests.edits.corpus import BASE, ROWS

PARENT = Program.of(BASE)


def child_of(answer):
    edit = parse(answer, base=PARENT, entry="pack")
    return apply(PARENT, edit, editable="whole") if isinstance(edit, Edit) else edit


@pytest.mark.parametrize(("answer", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_answer_gives_what_a_person_expects(answer, expected):
    child = child_of(answer)
    if isinstance(expected, tuple):
        outcome, words = expected
        assert isinstance(child, Refusal), child.text
        assert child.outcome is outcome, child.detail
        assert words in child.detail
    else:
        assert isinstance(child, Program), child.detail
        assert child.text == Program.of(expected).text


def test_the_corpus_is_wide_enough():
    assert len(ROWS) >= 150
    assert len({name for name, _, _ in ROWS}) == len(ROWS)

"""The judge's end of a question: broken off until it is answered, and answered in its order."""

import pytest

from evo.judging import ModelQuestion, ModelReply, ask, ask_all
from evo.judging.questions import Unanswered, open_answers


@pytest.fixture(autouse=True)
def _closed():
    yield
    open_answers(None)


def test_outside_of_a_judge_nobody_is_asked():
    with pytest.raises(RuntimeError, match="no model can be asked here"):
        ask("hello")


def test_what_is_not_answered_yet_breaks_the_work_off_with_all_that_is_missing():
    open_answers([])
    with pytest.raises(Unanswered) as found:
        ask_all(["one", ModelQuestion(prompt="two", system="s", sample=1), "one"])
    assert found.value.asks == [
        {"prompt": "one", "system": "", "said": []},
        {"prompt": "two", "system": "s", "said": [], "sample": 1},
    ]
    assert not isinstance(found.value, Exception)
    one, two = found.value.asks
    open_answers([[one, "first", "stop"], [two, "second", "length"]])
    again = ask_all(["one", ModelQuestion(prompt="two", system="s", sample=1), "one"])
    assert again == ["first", "second", "first"]
    assert [reply.finish for reply in again] == ["stop", "length", "stop"]
    with pytest.raises(Unanswered) as found:
        ask_all(["one", "three"])
    assert [each["prompt"] for each in found.value.asks] == ["three"]


def test_a_reply_is_a_text_and_can_be_said_again():
    open_answers([[ModelQuestion(prompt="x", said=("a", "b")).plain(), "y", "stop"]])
    assert ask("x", said=[ModelReply.of("a", "stop"), "b"]) == "y"

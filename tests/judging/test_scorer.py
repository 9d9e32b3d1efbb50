"""A plain function as a judge."""

import pytest

from evo.judging.scorer import ScoreError, answer_of, judged, judged_text, wanted


class Doubles:
    """A live program that doubles."""

    def __init__(self, **files):
        self.files = files or {"program.py": "def f(x): ...\n"}
        self.usage = "none"
        self.restarts = 0

    def call(self, name, *args):
        return name, [2 * each for each in args]

    def map(self, name, args_list):
        return [self.call(name, *args) for args in args_list]

    def restart(self):
        self.restarts += 1


def test_what_a_function_wants_is_said_by_its_parameters():
    assert wanted(lambda output: 0) == ("output",)
    assert wanted(lambda prompt: 0) == ("text",)
    assert wanted(lambda f: 0) == ("program",)
    assert wanted(lambda f: 0, "text") == ("text",)
    assert wanted(lambda program, text, rounds=3: 0) == ("program", "text")
    assert wanted(len) == ("program",)
    with pytest.raises(ScoreError, match="takes no argument"):
        wanted(lambda: 0)
    with pytest.raises(ScoreError, match="parameter 'other'"):
        wanted(lambda program, other: 0)


def test_a_program_is_called_where_it_is_wanted():
    live = Doubles()
    assert judged(lambda f: f(1, 2)[1][1], live, entry="f") == {"objective": 4.0}
    assert judged(lambda output: len(output[0]), live, entry="main", arguments=[3]) == {"objective": 4.0}
    assert judged(lambda text: 1 + len(text), live, entry="f") == {"objective": 15.0}

    def score(program):
        program.restart()
        assert program.text == program.files["program.py"]
        assert program.usage == "none"
        return len(program.map([(1,), (2,)])) + program.call("g", 5)[1][0]

    assert judged(score, live, entry="f") == {"objective": 12.0}
    assert live.restarts == 1
    two = Doubles(**{"a.py": "x\n", "b.py": "y\n"})
    assert judged(lambda text: text.count("#"), two, entry="f") == {"objective": 2.0}


def test_a_text_is_its_own_output():
    assert judged_text(lambda text: 1 + len(text), "four") == {"objective": 5.0}
    assert judged_text(lambda output, source: len(output + source), {"a.txt": "four"}) == {"objective": 8.0}
    with pytest.raises(ScoreError, match="can be called"):
        judged_text(lambda program: 0, "four")


def test_what_a_score_may_be():
    assert answer_of(True) == {"objective": 1.0}
    assert answer_of((2, "well")) == {"objective": 2.0, "feedback": "well"}
    given = {"score": 1, "feedback": "so", "measures": {"a": 1}, "metrics": {"b": 2}, "error": 0.5, "c": 3}
    assert answer_of(given) == {
        "objective": 1.0,
        "feedback": "so",
        "measures": {"a": 1.0},
        "metrics": {"b": 2.0, "c": 3.0},
        "error": 0.5,
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "score returned nan; expected a finite number"),
        (float("inf"), "expected a finite number"),
        (None, "score returned None"),
        ("7", "score returned '7'"),
        ([1], "expected a finite number"),
        ({}, "an empty mapping; expected a key score"),
        ({"value": 1}, "score returned value; expected a key score"),
        ({"score": 1, "time": "long"}, "time = 'long'"),
        ({"score": 1, "measures": 3}, "measures as int"),
        ({"score": 10**400}, "expected a finite number"),
        ((1, 2, 3), "score returned 3 values"),
    ],
)
def test_what_is_no_score(value, words):
    with pytest.raises(ScoreError, match="score returned") as caught:
        answer_of(value)
    assert words in str(caught.value)

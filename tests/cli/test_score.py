"""One program, or one raw output, before the judge."""

import json

import pytest

RING = "circle_packing/26"


def scored_beside(evo, here, record, judge=None):
    """Score ten points of a grid, 0.25 apart, in a problem whose best known value is given."""
    evo("new", "mine")
    folder = here / "problems" / "mine"
    text = (folder / "problem.yaml").read_text()
    known = f"  best_known: {{value: {record}, source: a table, date: '2026-10-01'}}\n"
    (folder / "problem.yaml").write_text(text.replace("  unit: side lengths\n", "  unit: side lengths\n" + known))
    if judge:
        (folder / "evaluate.py").write_text(judge)
    (here / "four.json").write_text(json.dumps([[i % 5 / 4, i // 5 / 4] for i in range(10)]))
    return evo("score", "mine", "four.json"), json.loads(evo("score", "mine", "four.json", "--json").out)["best_known"]


UNSTEADY = """\
import os

def evaluate(output, params):
    return {"objective": 1.0 + os.getpid(), "measures": {"border_share": 0.5, "evenness": 0.5}}
"""


def test_score_a_raw_output(evo, here):
    evo("new", "mine")
    (here / "four.json").write_text(json.dumps([[i % 5 / 4, i // 5 / 4] for i in range(10)]))
    result = evo("score", "mine", "four.json", "--json")
    assert (result.code, result.err) == (0, "")
    data = json.loads(result.out)
    assert set(data) == {"status", "objective", "measures", "metrics", "detail", "best_known"}
    assert data["best_known"] is None
    assert (data["status"], data["objective"]) == ("VALID", 0.25)


def test_a_score_short_of_the_record_says_how_far(evo, here):
    result, known = scored_beside(evo, here, 0.5)
    assert "Best known value 0.5: 50 % of it, 0.25 to go." in result.out
    assert known == {"value": 0.5, "source": "a table", "date": "2026-10-01", "gain": -0.25, "confirmed": None}


def test_the_record_itself_is_no_shout(evo, here):
    result, known = scored_beside(evo, here, 0.25)
    assert "Best known value 0.25 reached (exactly)." in result.out
    assert (known["gain"], known["confirmed"]) == (0.0, None)


def test_a_score_above_the_record_is_checked_again_and_said_in_capitals(evo, here):
    result, known = scored_beside(evo, here, 0.2)
    assert "BEATS THE BEST KNOWN VALUE 0.2 BY 0.05. SCORED TWICE" in " ".join(result.out.split())
    assert known["confirmed"] is True
    assert known["gain"] == pytest.approx(0.05)


def test_a_record_that_does_not_repeat_is_not_believed(evo, here):
    result, known = scored_beside(evo, here, 0.2, judge=UNSTEADY)
    assert "BUT A SECOND SCORE WAS NOT THE SAME" in " ".join(result.out.split())
    assert known["confirmed"] is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[NaN, 0, 0]]", "NaN"),
        ("[[Infinity, 0, 0]]", "Infinity"),
        ("[[0.5, 0.5, 0.5]]", "expected a list of"),
        ('{"circles": []}', "got an object"),
        ("nonsense", "not JSON"),
        ("[" * 100_000, "nested deeper"),
        ("[" + "0," * 5_000_000 + "0]", "expected 8000000 at most"),
    ],
    ids=["nan", "infinity", "count", "object", "text", "nested", "ten megabytes"],
)
def test_a_raw_output_is_refused_with_a_reason(evo, here, text, said):
    (here / "x.json").write_text(text)
    result = evo("score", RING, "x.json", "--json")
    assert result.code == 1
    data = json.loads(result.out)
    assert (data["status"], data["objective"]) == ("INVALID", None)
    assert said in data["detail"]


def test_score_a_program_or_a_folder(evo, here):
    evo("new", "mine")
    seed = here / "problems" / "mine" / "seeds" / "push.py"
    single = json.loads(evo("score", "mine", seed, "--json").out)
    assert single["measures"].keys() == {"border_share", "evenness", "code_length", "complexity"}
    folder = here / "several"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__pycache__" / "program.pyc").write_bytes(b"\xff")
    (folder / "program.py").write_text("from part import spread\n\n\ndef entry():\n    return spread\n")
    (folder / "part.py").write_text(seed.read_text())
    assert evo("score", "mine", folder).code in {0, 1}
    (folder / "program.py").write_text(seed.read_text())
    assert json.loads(evo("score", "mine", folder, "--json").out)["objective"] == single["objective"]


def test_a_failing_program_says_why(evo, here):
    (here / "p.py").write_text("def pack(n, seed, work):\n    raise ValueError('no idea')\n")
    result = evo("score", RING, "p.py")
    assert result.code == 1
    assert "FAILED" in result.out
    assert "no idea" in result.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((RING, "here.jsn"), 4, "did you mean here.json?"),
        (("circle_pakcing", "here.json"), 4, "did you mean circle_packing?"),
        (("circle_packing/27", "here.json"), 4, "there are 26, 32"),
        ((RING, "here.txt"), 2, "expected a program"),
        ((RING, "folder"), 4, "no program.py"),
    ],
)
def test_score_of_something_else(evo, here, words, code, said):
    (here / "here.json").write_text("[]")
    (here / "here.txt").write_text("")
    (here / "folder").mkdir()
    result = evo("score", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err

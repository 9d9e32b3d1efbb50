"""What would be made of an answer."""

import json

PROGRAM = "import math\n\nSTEPS = 10\n\n\ndef solve(n):\n    return math.sqrt(n) * STEPS\n"
BLOCK = "<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 20\n>>>>>>> REPLACE\n"


def written(here, answer):
    (here / "p.py").write_text(PROGRAM)
    (here / "a.txt").write_text(answer)
    return "p.py", "a.txt"


def test_the_diff_is_data_and_the_rest_is_said_beside_it(evo, here):
    result = evo("edit", *written(here, f"<think>\nHm.\n</think>\nIdea: more steps\n{BLOCK}"))
    assert result.code == 0
    assert "-STEPS = 10\n+STEPS = 20\n" in result.out
    assert "thoughts: lines 1 to 3" in result.err
    assert "entry: solve (guessed)" in result.err
    assert "summary: more steps" in result.err
    assert "block 1: line 5 of the answer, 1 lines become 1" in result.err


def test_a_refusal_names_its_line_and_is_a_failure(evo, here):
    result = evo("edit", *written(here, BLOCK.replace(">>>>>>> REPLACE\n", "")))
    assert (result.code, result.out) == (1, "")
    assert "UNPARSABLE: line 1 of the answer" in result.err


def test_data(evo, here):
    data = json.loads(evo("edit", *written(here, BLOCK), "--json").out)
    assert (data["outcome"], data["detail"], data["entry"]) == ("PROPOSED", "", "solve")
    assert data["blocks"] == [
        {"kind": "search", "path": None, "line": 1, "search": "STEPS = 10\n", "replace": "STEPS = 20\n"}
    ]
    assert data["diff"]
    assert len(data["program"]) == 32
    refused = evo("edit", *written(here, "No idea."), "--json")
    assert refused.code == 1
    assert json.loads(refused.out)["outcome"] == "UNPARSABLE"


def test_the_problem_says_what_is_called_and_what_may_change(evo, here):
    evo("new", "mine")
    seed = next((here / "problems/mine/seeds").iterdir())
    (here / "a.txt").write_text("```python\nX = 1\n```\n")
    result = evo("edit", str(seed), "a.txt")
    assert result.code == 1
    assert "mine" in result.err
    assert "leaves code out" in result.err


def test_what_is_not_there(evo, here):
    program, _ = written(here, BLOCK)
    result = evo("edit", program, "b.txt")
    assert result.code == 4
    assert "b.txt: no such file" in result.err


def test_an_answer_that_changes_nothing(evo, here):
    result = evo("edit", *written(here, f"```python\n{PROGRAM}```"))
    assert (result.code, result.out) == (0, "")
    assert "as it is" in result.err


def test_a_file_that_is_not_there_is_said(evo, here):
    (here / "answer.txt").write_text("An answer.\n")
    result = evo("edit", "nope.py", "answer.txt")
    assert result.code == 4
    assert "nope.py: no such file; expected a program" in result.err

"""What a file of the user's becomes."""

import pytest

from evo.errors import NotFoundError, SpecError
from evo.scaffold.draft import files_of
from evo.scaffold.function import draft_of

SOLVE = "def solve(n, seed):\n    return [n] * n\n\n\n"


def asked(folder, text, address="", **given):
    path = folder / "mine.py"
    path.write_text(text)
    return draft_of(address, path, "mine", **given)


def test_a_function_with_a_score(tmp_path):
    (tmp_path / "beside.py").write_text("import further\n")
    (tmp_path / "further.py").write_text("X = 1\n")
    text = f"goal = 'more'\nunit = 'points'\ninputs = {{'n': 3}}\nimport beside\n{SOLVE}def score(output):\n"
    draft = asked(tmp_path, text + "    return len(output) + beside.X\n")
    assert draft.seeds == {"mine": {"program.py": SOLVE.rstrip("\n") + "\n"}}
    assert draft.entry == "solve"
    assert "arguments=[params['n'], 0]" in draft.judge["evaluate.py"]
    assert set(draft.judge) == {"evaluate.py", "score.py", "beside.py", "further.py"}
    files = files_of(draft)
    assert next(iter(files)) == "problem.yaml"
    assert 'unit: "points"' in files["problem.yaml"]
    assert "more" in files["brief.md"]


def test_a_function_without_a_score_is_measured_against_itself(tmp_path):
    draft = asked(tmp_path, "def solve(n: int, items: list, most=3):\n    return n\n")
    assert "CALLS = [(8, [3, 1, 2],)]" in draft.judge["evaluate.py"]
    assert "beyond_noise" in files_of(draft)["run.yaml"]
    assert draft.judge["reference.py"] == draft.seeds["mine"]["program.py"]
    with pytest.raises(NotFoundError, match="no function score"):
        asked(tmp_path, SOLVE, needs_score=True)


def test_a_text_as_a_seed(tmp_path):
    draft = asked(tmp_path, "seed = 'be brief'\ndef score(text):\n    return -len(text)\n")
    assert files_of(draft)["seeds/seed.txt"] == "be brief\n"
    assert "language: text" in files_of(draft)["problem.yaml"]
    (tmp_path / "prompt.md").write_text("be brief\n")
    draft = asked(tmp_path, "seed = 'prompt.md'\ndef score(prompt):\n    return -len(prompt)\n")
    assert files_of(draft)["seeds/seed.md"] == "be brief\n"
    with pytest.raises(SpecError, match="the seed is a text"):
        asked(tmp_path, "seed = 'be brief'\ndef score(program):\n    return 1\n")


def test_a_seed_beside_the_file(tmp_path):
    score = "def score(program):\n    return program(1)\n"
    with pytest.raises(NotFoundError, match=r"no seed; expected a function"):
        asked(tmp_path, score)
    (tmp_path / "seed.py").write_text("def first(): ...\n\n\ndef last(n): return n\n")
    assert asked(tmp_path, score).entry == "last"
    (tmp_path / "seed.py").write_text("x = 1\n")
    with pytest.raises(NotFoundError, match="no function at the top level"):
        asked(tmp_path, score)


def test_which_function_is_meant(tmp_path):
    helped = "def solve(n):\n    return part(n)\ndef part(n):\n    return n\n"
    scored = "def score(program):\n    return twice(program(1))\ndef twice(n):\n    return 2 * n\n"
    assert asked(tmp_path, helped + scored).entry == "solve"
    with pytest.raises(NotFoundError, match=r"which function\? write .*mine\.py:solve; there are solve, third"):
        asked(tmp_path, helped + scored + "def third(): ...\n")
    assert asked(tmp_path, helped + scored + "def third(): ...\n", "third").entry == "third"
    assert asked(tmp_path, "seed = 'solve'\n" + helped + scored + "def third(): ...\n").entry == "solve"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"direction = 'up'\n{SOLVE}", "expected maximize or minimize"),
        (f"goal = 3\n{SOLVE}", "expected a text"),
        (f"inputs = 3\n{SOLVE}", "expected a mapping"),
        (f"seed = 3\n{SOLVE}", "expected a text, or the name of a function or a file"),
        (f"{SOLVE}def score(output):\n    return 1\n", "expected inputs = {'n': ...}"),
        (f"inputs = {{'m': 1}}\n{SOLVE}def score(output):\n    return 1\n", "no parameter 'm'"),
        (f"{SOLVE}def score(a, b):\n    return 1\n", r"mine.py:5:1.*parameter 'a'"),
        (f"{SOLVE}def score():\n    return 1\n", "takes no argument"),
        ("def solve(:\n", "mine.py:1:11"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, words):
    with pytest.raises(SpecError) as caught:
        asked(tmp_path, text)
    import re

    assert words in str(caught.value) or re.search(words, str(caught.value))

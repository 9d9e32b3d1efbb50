"""docs/answers.md is true: every answer on the page gives the diff, or the refusal, that follows it."""

import re
from difflib import ndiff
from pathlib import Path

import pytest

from evo.edits import Edit, Refusal, apply, parse
from evo.records import Program

PAGE = (Path(__file__).parents[2] / "docs/answers.md").read_text()
BASE = Program.of(re.search(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1])
EXAMPLES = re.findall(r"^````text\n(.*?)^````$\n\n(?:```diff\n(.*?)^```$|> ([^\n]*))", PAGE, re.MULTILINE | re.DOTALL)


def test_every_answer_has_what_comes_of_it():
    assert len(EXAMPLES) == PAGE.count("````text") >= 12


@pytest.mark.parametrize(("answer", "diff", "refusal"), EXAMPLES)
def test_what_the_page_says_comes_of_it(answer, diff, refusal):
    edit = parse(answer, base=BASE, entry="solve")
    made = apply(BASE, edit, editable="whole") if isinstance(edit, Edit) else edit
    if refusal:
        assert isinstance(made, Refusal)
        assert f"{made.outcome}: {made.detail}".startswith(refusal)
    else:
        lines = ndiff(BASE.text.split("\n"), made.text.split("\n"))
        came = [f"{line[0]}{line[2:]}" for line in lines if line[0] in "+-" and line[2:].strip()]
        assert sorted(came) == sorted(line for line in diff.splitlines() if line[:1] in "+-")

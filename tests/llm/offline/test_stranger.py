"""Prompts that are not ours: what is answered, and in which form."""

import ast
import re

import pytest

from evo.edits import apply
from evo.edits.answer_grammar import parse
from evo.llm.offline.ideas import load_ideas
from evo.llm.offline.reply import Knowledge, propose
from evo.records import Program

KNOWLEDGE = Knowledge(weights={"ideas": 0, "numbers": 1, "statements": 0, "general": 0}, ideas=load_ideas(None))
PROGRAM = "def solve(n):\n    step = 0.25\n    return [step * i for i in range(n)]\n"
WHOLE = f"""# Earlier
```python
def old():
    return 1
```
# Current program
```python
{PROGRAM}```
Answer like this:
```python
# your program here
```
"""
BLOCKS = f"""Improve it.
```python
{PROGRAM}```
Use this form:
```
<<<<<<< SEARCH
old
=======
new
>>>>>>> REPLACE
```
"""


def test_a_whole_program_is_answered_with_the_last_one_changed():
    answer = propose(WHOLE, 3, KNOWLEDGE)
    (text,) = re.findall(r"```python\n(.*?)```", answer, re.DOTALL)
    ast.parse(text)
    assert "def solve" in text
    assert "def old" not in text
    assert text != PROGRAM


def test_blocks_are_answered_with_blocks_that_fit():
    answer = propose(BLOCKS, 3, KNOWLEDGE)
    assert "<<<<<<< SEARCH" in answer
    changed = apply(Program.of({"program.py": PROGRAM}), parse(answer), editable="whole")
    assert isinstance(changed, Program)


def test_each_seed_is_a_stream_of_its_own():
    assert len({propose(WHOLE, seed, KNOWLEDGE) for seed in range(8)}) > 4
    assert propose(WHOLE, 5, KNOWLEDGE) == propose(WHOLE, 5, KNOWLEDGE)


@pytest.mark.parametrize("prompt", ["", "Write a poem.", "```\nno program (\n```", "```python\n# nothing\n```"])
def test_where_no_program_is_shown_the_answer_says_so(prompt):
    assert "no program to change" in propose(prompt, 1, KNOWLEDGE)

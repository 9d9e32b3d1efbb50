"""Answers as models really shape them, each with the outcome that it is counted under and what became of the parent."""

from collections import Counter
from dataclasses import replace

import pytest

from evo.propose.answer import read
from evo.records import Completion, Finish, Outcome, Program, Prompt, Request, Ticket
from evo.text import sanitise

CODE = """\
import math


def pack(n, seed):
    radius = 0.1
    centers = []
    for i in range(n):
        angle = 2 * math.pi * i / n
        centers.append((0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)))
    return [(x, y, radius) for x, y in centers]
"""
BETTER = CODE.replace("radius = 0.1", "radius = 0.12")
ONE = Program.of(CODE)
FROZEN = Program.of(f"LIMIT = 1\n# EVOLVE-BLOCK-START\n{CODE}# EVOLVE-BLOCK-END\nprint(LIMIT)\n")
TWO = Program.of({"program.py": CODE, "lib/moves.py": "STEP = 0.1\n"})
PROSE = "The ring wastes the middle of the square, so I raise the radius until neighbours touch."


def block(search, replace, head="<<<<<<< SEARCH", tail=">>>>>>> REPLACE"):
    return f"{head}\n{search}\n=======\n{replace}\n{tail}"


GOOD = block("    radius = 0.1", "    radius = 0.12")
FENCED = f"```python\n{BETTER}```"

PATCH = "--- a/program.py\n+++ b/program.py\n@@ -5 +5 @@\n-    radius = 0.1\n+    radius = 0.12\n"

BETTER_DIFFS = {
    "one line of reason, one block": f"{PROSE}\n\n{GOOD}",
    "chatty before and after": f"Certainly! {PROSE}\n\n{GOOD}\n\nThis should raise the sum. Let me know how it goes!",
    "headings and bold": f"## Idea\n\n**{PROSE}**\n\n## Change\n\n{GOOD}\n",
    "numbered steps": f"1. Look at the radius.\n2. Raise it.\n\n{GOOD}",
    "fenced as diff": f"{PROSE}\n\n```diff\n{GOOD}\n```",
    "fenced as python": f"{PROSE}\n\n```python\n{GOOD}\n```",
    "fenced without a tag": f"```\n{GOOD}\n```\n",
    "file in bold above": f"**program.py**\n{GOOD}",
    "file as a line": f"File: program.py\n{GOOD}",
    "file with a leading dot": f"File: ./program.py\n{GOOD}",
    "an invented file": f"File: circle_packing.py\n{GOOD}",
    "thought aloud first": f"<think>\nMaybe 0.11? Or\n{block('x', 'y')}\n</think>\n\n{PROSE}\n{GOOD}",
    "thought in capitals and blank lines": f"\n\n<think>Hm.</think>\n\n\n{GOOD}",
    "Windows line ends": f"{PROSE}\n\n{GOOD}\n".replace("\n", "\r\n"),
    "byte order mark": f"\ufeff{GOOD}",
    "terminal colours": f"\x1b[1m{PROSE}\x1b[0m\n{GOOD}",
    "zero bytes between letters": "\x00".join(PROSE[:20]) + f"\n{GOOD}",
    "half a character": f"{PROSE} \ud83d\n{GOOD}",
    "wrong number of markers": block("    radius = 0.1", "    radius = 0.12", "<<<<<<<<< SEARCH", ">>>>>>>>> REPLACE"),
    "blanks behind markers and search": GOOD.replace("\n", "   \n").replace("0.12   ", "0.12"),
    "search not indented": block("radius = 0.1", "radius = 0.12"),
    "search indented too far": block("            radius = 0.1", "            radius = 0.12"),
    "more context than needed": block(
        "def pack(n, seed):\n    radius = 0.1\n    centers = []",
        "def pack(n, seed):\n    radius = 0.12\n    centers = []",
    ),
    "a unified diff": f"```diff\n{PATCH}```",
    "a patch without a fence": PATCH,
    "several blocks that undo each other": "\n\n".join(
        (block("    radius = 0.1", "    radius = 0.2"), block("    radius = 0.2", "    radius = 0.12"))
    ),
}
BETTER_REWRITES = {
    "the whole file": FENCED,
    "prose and the whole file": f"{PROSE}\n\n{FENCED}\n",
    "the whole file and an explanation": f"{FENCED}\n\n### Why\n\n- {PROSE}\n- It is simple.\n",
    "tag in capitals": FENCED.replace("python", "Python", 1),
    "tag py": FENCED.replace("python", "py", 1),
    "tag with a title": FENCED.replace("python", 'python title="program.py"', 1),
    "no tag": FENCED.replace("python", "", 1),
    "tildes": f"~~~python\n{BETTER}~~~",
    "four backticks": f"````python\n{BETTER}````",
    "the old line first": f"This\n```python\nradius = 0.1\n```\nis\n```python\nradius = 0.12\n```\nIn all:\n{FENCED}",
    "how to run it after": f"{FENCED}\n\nRun it with\n```bash\npython program.py\n```",
    "what it printed after": f"{FENCED}\n\n```\nsum of radii: 3.12\n```",
    "scores as JSON after": f'{FENCED}\n\n```json\n{{"objective": 3.12}}\n```',
    "thought with code": f"<think>\n```python\nradius = 9\n```\n</think>\n{FENCED}",
    "indented under a bullet": "- Here:\n\n  ```python\n"
    + "".join(f"  {line}\n" if line else "\n" for line in BETTER.splitlines())
    + "  ```\n",
    "no line end before the fence": f"```python\n{BETTER.rstrip()}\n```",
    "many blank lines at the end": f"```python\n{BETTER}\n\n\n\n```",
    "Windows line ends in code": FENCED.replace("\n", "\r\n"),
}
UNREADABLE = {
    "nothing": "",
    "blank lines": "\n \n\t\n",
    "an idea without code": PROSE,
    "a promise": "I will now write the improved program.",
    "code without a fence": BETTER,
    "a fence that never closes": f"{PROSE}\n\n```python\n{BETTER}",
    "a block cut off in the middle": f"{GOOD[:40]}",
    "a block without an end": GOOD.replace(">>>>>>> REPLACE", ""),
    "a block without a middle": GOOD.replace("=======\n", ""),
    "a second block cut off": f"{GOOD}\n\n<<<<<<< SEARCH\n    centers = []",
    "JSON alone": '```json\n{"radius": 0.12}\n```',
    "a shell command alone": "```bash\nsed -i s/0.1/0.12/ program.py\n```",
    "an empty fence": "```python\n```",
}
MISPLACED = {
    "a line that is not there": block("    radius = 0.3", "    radius = 0.12"),
    "a line as the model remembers it": block("    radius = 0.10  # start", "    radius = 0.12"),
    "a line elided with dots": block("def pack(n, seed):\n    ...\n    centers = []", "def pack(n, seed):\n    pass"),
    "part of a line": block("radius = 0.", "radius = 0.12"),
    "nothing to search for": block("", "import numpy"),
    "a good block and a wrong one": f"{GOOD}\n\n{block('    radius = 7', '    radius = 8')}",
    "a program that is too large": f"```python\n{'x = 1  # ' + 'y' * 300_000}\n```",
}


def rows():
    for shapes, outcome, text in (
        (BETTER_DIFFS, Outcome.PROPOSED, BETTER),
        (BETTER_REWRITES, Outcome.PROPOSED, BETTER),
        (UNREADABLE, Outcome.UNPARSABLE, None),
        (MISPLACED, Outcome.NOT_APPLICABLE, None),
    ):
        for name, answer in shapes.items():
            yield name, Completion(text=answer), ONE, "whole", outcome, text and {"program.py": text}
    yield "an ambiguous place", Completion(text=block("import math", "pass")), _twice(), "whole", "NOT_APPLICABLE", None
    good = Completion(text=GOOD)
    inside = {"program.py": FROZEN.text.replace("0.1\n", "0.12\n")}
    yield "inside the markers", good, FROZEN, "markers", Outcome.PROPOSED, inside
    outside = Completion(text=block("LIMIT = 1", "LIMIT = 2"))
    yield "outside the markers", outside, FROZEN, "markers", Outcome.FORBIDDEN_EDIT, None
    yield "all anew despite markers", Completion(text=FENCED), FROZEN, "markers", Outcome.FORBIDDEN_EDIT, None
    both = f"File: program.py\n{GOOD}\n\nFile: lib/moves.py\n{block('STEP = 0.1', 'STEP = 0.2')}"
    changed = {"program.py": BETTER, "lib/moves.py": "STEP = 0.2\n"}
    yield "two files by blocks", Completion(text=both), TWO, "whole", Outcome.PROPOSED, changed
    fences = f"`program.py`\n{FENCED}\n\n`lib/moves.py`\n```python\nSTEP = 0.2\n```"
    yield "two files whole", Completion(text=fences), TWO, "whole", Outcome.PROPOSED, changed
    new = "File: lib/new.py\n```python\nx = 1\n```"
    yield "a new file", Completion(text=new), TWO, "whole", Outcome.PROPOSED, {**TWO.files, "lib/new.py": "x = 1\n"}
    yield "whole, but which file", Completion(text=FENCED), TWO, "whole", Outcome.NOT_APPLICABLE, None
    escape = "File: ../evaluate.py\n```python\nx = 1\n```"
    yield "a file outside", Completion(text=escape), TWO, "whole", Outcome.NOT_APPLICABLE, None
    for name, text, finish, outcome in (
        ("cut off, though it looks whole", FENCED, Finish.LENGTH, Outcome.TRUNCATED),
        ("cut off within a block", GOOD[:50], Finish.LENGTH, Outcome.TRUNCATED),
        ("cut off before a word", "", Finish.LENGTH, Outcome.TRUNCATED),
        ("only thinking", "<think>\nThe radius could be larger.", Finish.STOP, Outcome.TRUNCATED),
        ("refused with words", "I'm sorry, but I can't help with that.", Finish.REFUSAL, Outcome.REFUSED),
        ("refused by a filter, with code", FENCED, Finish.REFUSAL, Outcome.REFUSED),
        ("refused without words", "", Finish.REFUSAL, Outcome.REFUSED),
        ("no answer after all retries", "", Finish.ERROR, Outcome.LLM_ERROR),
    ):
        yield name, Completion(text=text, finish=finish), ONE, "whole", outcome, None


def _twice():
    return Program.of({"a.py": "import math\n", "b.py": "import math\n"})


ROWS = list(rows())


@pytest.mark.parametrize(
    ("completion", "parent", "editable", "outcome", "files"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_every_shape_has_its_outcome(completion, parent, editable, outcome, files):
    ticket = Ticket(number=9, after_seq=3, island=0, operator="diff", parents=(parent.id,))
    request = Request(purpose="propose", subject="9", prompt=Prompt(system="", user="u"), seed=1, llm="fast")
    # As it is stored: sanitised.
    completion = replace(completion, text=sanitise(completion.text))
    proposal = read(ticket, request, completion, [parent], editable=editable)
    assert proposal.outcome == outcome, proposal.detail
    if files is None:
        assert proposal.program is None
        assert proposal.detail
        assert "\x1b" not in proposal.detail
    else:
        assert dict(proposal.program.files) == dict(Program.of(files).files)
        assert not proposal.detail


def test_the_table_is_wide_enough():
    counts = Counter(str(row[4]) for row in ROWS)
    assert len(ROWS) >= 60
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert set(counts) == {str(each) for each in Outcome} - {Outcome.DUPLICATE, Outcome.ABANDONED}

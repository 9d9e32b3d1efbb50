from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.edits import Edit, Refusal, ReplaceEdit, RewriteEdit, apply, frozen, parse, render
from evo.errors import EvoError
from evo.records import Outcome, Program

BASE = """\
import math

STEPS = 10


def area(r):
    if r > 0:
        return math.pi * r * r
    return 0.0


def perimeter(r):
    return 2 * math.pi * r
"""
MARKED = """\
import math
# EVOLVE-BLOCK-START
def area(r):
    return 3 * r * r
# EVOLVE-BLOCK-END
print(area(1))
# EVOLVE-BLOCK-START
X = 1
# EVOLVE-BLOCK-END
"""


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE"


MORE = BASE.replace("STEPS = 10", "STEPS = 20")
DIFF = block("STEPS = 10", "STEPS = 20")
FENCED = f"```python\n{MORE}```"

# name, answer, what becomes of BASE: its new text or an outcome
ANSWERS: list[tuple[str, str, str | Outcome]] = [
    ("one block", f"Use more steps.\n\n{DIFF}\n", MORE),
    ("block without prose", DIFF, MORE),
    ("block and prose after", f"{DIFF}\n\nThis should help.", MORE),
    ("block in a diff fence", f"Idea\n```diff\n{DIFF}\n```\n", MORE),
    ("block in a python fence", f"Idea\n```python\n{DIFF}\n```\n", MORE),
    ("block in a bare fence", f"```\n{DIFF}\n```", MORE),
    ("block in a tilde fence", f"~~~\n{DIFF}\n~~~", MORE),
    ("block in a fence never closed", f"```diff\n{DIFF}", MORE),
    ("file line", f"File: program.py\n{DIFF}", MORE),
    ("path alone", f"program.py\n{DIFF}", MORE),
    ("path in backticks above a fence", f"**`program.py`**\n\n```diff\n{DIFF}\n```", MORE),
    ("path as a heading", f"### program.py:\n{DIFF}", MORE),
    ("invented path of the only file", f"File: src/main.py\n{DIFF}", MORE),
    ("longer markers", DIFF.replace("<<<<<<<", "<<<<<<<<").replace(">>>>>>>", ">>>>>"), MORE),
    ("blanks after markers", DIFF.replace("SEARCH", "SEARCH  ").replace("=======", "=======\t"), MORE),
    ("CRLF", f"Idea\r\n{DIFF}\r\n".replace("\n", "\r\n"), MORE),
    ("BOM", "\ufeff" + DIFF, MORE),
    ("thinking first", f"<think>\n{block('no', 'such')}\n```\n</think>\nIdea\n{DIFF}", MORE),
    ("thinking without an end", f"<think>\n{DIFF}", Outcome.TRUNCATED),
    ("blanks at line ends", block("STEPS = 10   ", "STEPS = 20"), MORE),
    (
        "other indentation",
        block("if r > 0:\n    return math.pi * r * r", "if r >= 0:\n    return math.pi * r**2"),
        BASE.replace("if r > 0:\n        return math.pi * r * r", "if r >= 0:\n        return math.pi * r**2"),
    ),
    (
        "replacement indented less than a wrongly indented search",
        block("            return 2 * math.pi * r", "pass"),
        Outcome.NOT_APPLICABLE,
    ),
    (
        "two blocks",
        f"{DIFF}\n\n{block('    return 2 * math.pi * r', '    return math.tau * r')}",
        MORE.replace("2 * math.pi", "math.tau"),
    ),
    ("second block needs the first", f"{DIFF}\n{block('STEPS = 20', 'STEPS = 30')}", BASE.replace("= 10", "= 30")),
    ("deletion", "<<<<<<< SEARCH\n    return 0.0\n=======\n>>>>>>> REPLACE", BASE.replace("    return 0.0\n", "")),
    (
        "rule of equals signs in the replacement",
        block("STEPS = 10", 'N = """\n=======\n"""'),
        BASE.replace("STEPS = 10", 'N = """\n=======\n"""'),
    ),
    ("escaped marker", block("STEPS = 10", "\\>>>>>>> REPLACE"), BASE.replace("STEPS = 10", ">>>>>>> REPLACE")),
    ("search text missing", block("STEPS = 11", "STEPS = 20"), Outcome.NOT_APPLICABLE),
    ("search text twice", block("math.pi", "3").replace("math.pi", "    return"), Outcome.NOT_APPLICABLE),
    ("part of a line", block("TEPS = 10", "TEPS = 20"), Outcome.NOT_APPLICABLE),
    ("blank search", block("", "x = 1"), Outcome.NOT_APPLICABLE),
    ("no closing marker", DIFF.replace(">>>>>>> REPLACE", ""), Outcome.UNPARSABLE),
    ("no middle marker", DIFF.replace("=======\n", ""), Outcome.UNPARSABLE),
    ("second block cut off", f"{DIFF}\n<<<<<<< SEARCH\nSTEPS", Outcome.UNPARSABLE),
    ("block in a block", f"<<<<<<< SEARCH\n{DIFF}", Outcome.UNPARSABLE),
    ("no block but an end", "STEPS = 20\n>>>>>>> REPLACE", Outcome.UNPARSABLE),
    ("rewrite", f"A new version.\n\n{FENCED}\n", MORE),
    ("rewrite without a tag", f"```\n{MORE}```", MORE),
    ("rewrite with a wrong tag", f"```javascript\n{MORE}```", MORE),
    ("rewrite in capitals", f"```Python\n{MORE}```", MORE),
    ("rewrite with a path in the tag", f"```python:program.py\n{MORE}```", MORE),
    ("rewrite in tildes", f"~~~python\n{MORE}~~~", MORE),
    ("rewrite under a path", f"`program.py`\n{FENCED}", MORE),
    (
        "rewrite indented in a list",
        "1. so:\n   ```python\n" + "".join(f"   {x}\n" for x in MORE.split("\n")) + "   ```",
        MORE,
    ),
    ("rewrite with CRLF", FENCED.replace("\n", "\r\n"), MORE),
    ("fragment first", f"The line\n```python\nSTEPS = 20\n```\nso in all\n{FENCED}", MORE),
    ("usage after", f"{FENCED}\nRun it:\n```bash\npython program.py --with many --more options\n```", MORE),
    ("output after", f"{FENCED}\n```text\n{'a long line of output ' * 60}\n```", MORE),
    ("nested fence", f"````python\n{MORE}````", MORE),
    ("text with a fence in it", '```python\nD = """\n```sh\nls\n```\n"""\n```', 'D = """\n```sh\nls\n```\n"""\n'),
    ("stray fence at the end", f"{FENCED}\n```", MORE),
    ("rewrite never closed", f"```python\n{MORE}", Outcome.UNPARSABLE),
    ("unified diff", "```diff\n--- a/program.py\n+++ b/program.py\n@@ -1 +1 @@\n-x\n+y\n```", Outcome.NOT_APPLICABLE),
    ("bare unified diff", "--- a/program.py\n+++ b/program.py\n@@ -1 +1 @@\n-x\n+y\n", Outcome.NOT_APPLICABLE),
    ("unified diff without a tag", "```\n--- a/p.py\n+++ b/p.py\n@@ -1 +1 @@\n-x\n+y\n```", Outcome.NOT_APPLICABLE),
    ("empty block", "```python\n\n```", Outcome.UNPARSABLE),
    ("json alone", '```json\n{"a": 1}\n```', Outcome.UNPARSABLE),
    ("prose alone", "I would use more steps.", Outcome.UNPARSABLE),
    ("code without a fence", MORE, Outcome.UNPARSABLE),
    ("empty", "", Outcome.UNPARSABLE),
    ("blank", " \n\t\n", Outcome.UNPARSABLE),
    ("blocks and a fence: blocks win", f"Before:\n```python\n{BASE}```\nAfter:\n{DIFF}", MORE),
    ("too large", f"```python\n{'x = 1  # ' + 'y' * 300_000}\n```", Outcome.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("answer", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_answers(answer, expected):
    base = Program.of(BASE)
    edit = parse(answer)
    result = apply(base, edit, editable="whole") if isinstance(edit, Edit) else edit
    if isinstance(expected, Outcome):
        assert isinstance(result, Refusal)
        assert result.outcome is expected
        assert result.detail
    else:
        assert isinstance(result, Program), result
        assert result == Program.of({"program.py": expected})


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        (f"Use tau.\n\nIt is twice pi.\n{DIFF}", "Use tau."),
        (f"## Use tau\n{DIFF}", "Use tau"),
        (f"**Reason:** use tau\n{DIFF}", "use tau"),
        (f"idea: radii by LP\n{FENCED}", "idea: radii by LP"),
        (f"- Summary: use   tau\n{FENCED}", "use tau"),
        (f"program.py\n{FENCED}\nUse tau.", "Use tau."),
        (f"{FENCED}", ""),
        ("x" * 500 + f"\n{DIFF}", "x" * 200),
    ],
)
def test_the_first_line_of_prose_is_the_summary(answer, summary):
    assert parse(answer).summary == summary


def test_what_was_looked_for_is_told():
    refusal = apply(Program.of(BASE), parse(block("STEPS = 11", "x")), editable="whole")
    assert "STEPS = 11" in refusal.detail
    assert "program.py" in refusal.detail


TWO = Program.of({"a.py": "x = 1\ny = 1\n", "b/c.py": "x = 2\ny = 1\n"})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (block("x = 2", "x = 3"), {"a.py": "x = 1\ny = 1\n", "b/c.py": "x = 3\ny = 1\n"}),
        (block("y = 1", "y = 3"), None),
        ("File: a.py\n" + block("y = 1", "y = 3"), {"a.py": "x = 1\ny = 3\n", "b/c.py": "x = 2\ny = 1\n"}),
        ("File: z.py\n" + block("y = 1", "y = 3"), None),
        ("File: z.py\n<<<<<<< SEARCH\n=======\nz = 1\n>>>>>>> REPLACE", {**TWO.files, "z.py": "z = 1\n"}),
        (
            "File: z.py\n```python\nz = 1\n```\nFile: a.py\n```\nx = 5\n```",
            {**TWO.files, "a.py": "x = 5\n", "z.py": "z = 1\n"},
        ),
        ("```python\nx = 5\n```", None),
        ("File: ../z.py\n```python\nx = 5\n```", None),
        (
            "Path: b/c.py\n```python\nx = 5\n```\n```python\nlonger = 'but not under a path'\n```",
            {**TWO.files, "b/c.py": "x = 5\n"},
        ),
    ],
)
def test_several_files(answer, expected):
    result = apply(TWO, parse(answer), editable="whole")
    if expected is None:
        assert result.outcome is Outcome.NOT_APPLICABLE
    else:
        assert result == Program.of(expected)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (block("    return 3 * r * r", "    return 3.14 * r * r"), None),
        (block("X = 1", "X = 2\nY = 3"), None),
        (block("import math", "import os"), Outcome.FORBIDDEN_EDIT),
        (block("# EVOLVE-BLOCK-END\nprint(area(1))", "# EVOLVE-BLOCK-END\nprint(area(2))"), Outcome.FORBIDDEN_EDIT),
        (block("X = 1\n# EVOLVE-BLOCK-END", "X = 2"), Outcome.FORBIDDEN_EDIT),
        (block("X = 1", "X = 1\n# EVOLVE-BLOCK-END\nY = 2\n# EVOLVE-BLOCK-START"), Outcome.FORBIDDEN_EDIT),
        (f"```python\n{MARKED.replace('X = 1', 'X = 7')}```", None),
        (f"```python\n{MARKED.replace('print', 'repr')}```", Outcome.FORBIDDEN_EDIT),
        ("```python\nX = 7\n```", Outcome.FORBIDDEN_EDIT),
        (f"File: program.py\n```python\n{MARKED}```\nFile: more.py\n```\nx = 1\n```", Outcome.FORBIDDEN_EDIT),
    ],
)
def test_only_text_between_markers_may_change(answer, outcome):
    base = Program.of(MARKED)
    result = apply(base, parse(answer), editable="markers")
    if outcome is None:
        assert isinstance(result, Program)
        assert frozen(result.text) == frozen(base.text)
    else:
        assert result.outcome is outcome


def test_without_markers_everything_is_frozen():
    assert apply(Program.of(BASE), parse(DIFF), editable="markers").outcome is Outcome.FORBIDDEN_EDIT


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<<<<<<< SEARCH",
                "=======",
                ">>>>>>> REPLACE",
                "\\=======",
                "```",
                "```python",
                "~~~~",
                "",
                "    x = 1",
                "File: a.py",
            ]
        ),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    ),
    max_size=8,
).map(lambda lines: "".join(f"{line}\n" for line in lines))
PATHS = st.none() | st.sampled_from(["program.py", "a/b_c.py", "Makefile", "x-1.txt"])
SUMMARIES = st.one_of(
    st.sampled_from(
        [
            "",
            "idea: radii by LP",
            "File: x.py",
            "a.py",
            "```",
            "<<<<<<< SEARCH",
            "<think>",
            "# Reason: **x**",
            "=======",
        ]
    ),
    st.text(max_size=250),
)


def is_program(text: str) -> bool:
    try:
        RewriteEdit(text=text)
    except EvoError:
        return False
    return True


REPLACES = st.lists(st.builds(ReplaceEdit, path=PATHS, search=LINES, replace=LINES), min_size=1, max_size=3).map(tuple)
PROGRAMS = LINES.filter(is_program)
REWRITES = st.one_of(
    st.builds(RewriteEdit, path=PATHS, text=PROGRAMS).map(lambda one: (one,)),
    st.dictionaries(PATHS.filter(bool), PROGRAMS, min_size=2, max_size=3).map(
        lambda files: tuple(RewriteEdit(path=path, text=text) for path, text in files.items())
    ),
)


@settings(max_examples=300, deadline=None)
@given(SUMMARIES, st.one_of(REPLACES, REWRITES))
def test_parse_gives_back_what_render_said(summary, blocks):
    edit = Edit(summary=summary, blocks=blocks)
    assert parse(render(edit)) == edit


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | LINES)
def test_parse_is_total(answer):
    assert isinstance(parse(answer), Edit | Refusal)


CODE = st.lists(
    st.sampled_from(["a = 1", "b = 2", "# EVOLVE-BLOCK-START", "# EVOLVE-BLOCK-END", "  c = 3"]), min_size=1, max_size=9
)


@settings(max_examples=300, deadline=None)
@given(CODE, st.lists(st.tuples(CODE, CODE), min_size=1, max_size=2), CODE)
def test_apply_never_touches_a_frozen_region(lines, replaces, whole):
    base = Program.of("\n".join(lines))
    edits = [
        Edit(blocks=tuple(ReplaceEdit(search="\n".join(a[:2]), replace="\n".join(b)) for a, b in replaces)),
        Edit(blocks=(RewriteEdit(text="\n".join(whole)),)),
    ]
    for edit in edits:
        result = apply(base, edit, editable="markers")
        assert isinstance(result, Refusal) or frozen(result.text) == frozen(base.text)


@pytest.mark.parametrize(
    "wrong",
    [(), (ReplaceEdit(search="a", replace="b"), RewriteEdit(text="c")), (RewriteEdit(text="a"), RewriteEdit(text="b"))],
)
def test_edits_that_no_answer_can_say_are_refused(wrong):
    with pytest.raises(EvoError, match="expected"):
        Edit(blocks=wrong)


@pytest.mark.parametrize(
    "answer", ["```a\n```b\n```\n" * 40_000, "<<<<<<< SEARCH\n" * 100_000, "```\n" * 200_001, "`" * 2_000_000]
)
def test_hostile_answers_take_linear_time(answer):
    before = time.process_time()
    parse(answer)
    assert time.process_time() - before < 5

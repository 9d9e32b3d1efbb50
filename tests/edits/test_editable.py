"""Globs of what may change, and edits that go beyond them."""

import pytest

from evo.edits import EditableGlobs, Refusal, apply, parse
from evo.edits.editable import matches
from evo.records import Outcome, Program, Trunk

TRUNK = Trunk(digest="d", texts={"src/a.py": "a = 1\n", "src/b.py": "b = 1\n"})
BASE = Program.of(TRUNK.texts, trunk=TRUNK)
MAY = EditableGlobs(globs=("src/*.py",), fixed=frozenset({"setup.py", "src/link.py"}), folders=frozenset({"src"}))


@pytest.mark.parametrize(
    ("glob", "path", "meant"),
    [
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/deep/er/a.py", True),
        ("src/**", "src/deep/a.txt", True),
        ("src", "src/a.py", True),
        ("src/", "src/deep/a.py", True),
        ("src", "srcs/a.py", False),
        ("./a.?y", "a.py", True),
        ("a.py", "axpy", False),
        ("**/a.py", "a.py", True),
        ("[a].py", "a.py", False),
    ],
)
def test_what_a_glob_means(glob, path, meant):
    assert matches(path, (glob,)) is meant


def edited(answer):
    return apply(BASE, parse(answer, base=BASE), editable=MAY)


def block(path, search, replace):
    head = f"File: {path}\n" if path else ""
    return f"{head}<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def test_several_files_change_at_once_and_the_trunk_stays():
    found = edited(block("src/a.py", "a = 1", "a = 2") + block("src/b.py", "b = 1", "b = 2"))
    assert dict(found.changed) == {"src/a.py": "a = 2\n", "src/b.py": "b = 2\n"}
    assert found.trunk is TRUNK
    assert found.id != BASE.id
    assert edited(block(None, "b = 1", "b = 3")).changed == {"src/b.py": "b = 3\n"}


def test_new_files_may_be_made_where_files_may_change():
    found = edited("File: src/new.py\n```python\nn = 1\n```\n")
    assert found.changed == {"src/new.py": "n = 1\n"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (block("setup.py", "x", "y"), "setup.py may not change; what may change is src/*.py"),
        ("File: tests/test_a.py\n```python\npass\n```\n", "tests/test_a.py may not change"),
        ("File: src/link.py\n```python\npass\n```\n", "src/link.py may not change, since it is no text"),
        (block("src/a.py", "a = 1", "a = 2") + block("Makefile", "x", "y"), "block 2: Makefile may not change"),
    ],
)
def test_what_may_not_change_is_refused_by_name(answer, words):
    found = edited(answer)
    assert isinstance(found, Refusal)
    assert found.outcome is Outcome.FORBIDDEN_EDIT
    assert words in found.detail


def test_ids_of_programs_without_a_trunk_are_what_they_were():
    assert Program.of("x = 1\n").id == "8b7fb691dbbedba9ba32d2458da44587"
    assert Program.of({"a": "1"}).id != Program.of({"a": "1"}, trunk=TRUNK).id

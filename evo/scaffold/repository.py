"""A problem made from a repository: its own tests as a gate, and the size of what may change for a score."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from evo.errors import EvoError, UsageError
from evo.repository.snapshot import Repository, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.records import Tree

_TESTS: Final = (
    ("Cargo.toml", "rust", "[cargo, test, -q, --offline]", "rust"),
    ("go.mod", "go", "[go, test, ./...]", "go"),
    ("package.json", "node", "[npm, test]", "javascript"),
)
"""What lies at the root, and what that says: the toolchain, how tests are run, the language."""
_UNITTEST, _PYTEST = "[python, -B, -m, unittest, discover, -q]", "[python, -B, -m, pytest, -q, -p, no:cacheprovider]"
_USES_PYTEST = re.compile(rb"^\s*(?:import|from) pytest\b|^def test_", re.MULTILINE)

_PROBLEM = """name: {name}
summary: Fewer bytes in {globs}, with all tests passing.   # change it with `measure` in repository.yaml
language: {language}
pipeline: repository
program:
  root: {root}
  editable: [{editable}]
  # shown: [path/of/what/prompts/show/in/full.py]
  # left_out: [what, neither, tests, nor, scores, need]
objective: {{name: size, direction: minimize, unit: bytes}}
limits: {{cpu_seconds: 60, memory_mb: 1024}}
"""
_PIPELINE = """name: repository
summary: the repository's own tests are a gate, then a command measures
stages:
  tests: {{use: command, toolchains: [{toolchain}], argv: {tests}}}
  # What it writes to stdout, as JSON, is what evaluate.py gets. Put your benchmark in its place: [python, -B, bench.py]
  measure:
    use: command
    upstream: [tests]
    toolchains: [python]
    argv:
      - python
      - -c
      - |
        import glob, json
        found = {{path for each in {patterns} for path in glob.glob(each, recursive=True)}}
        print(json.dumps(sum(len(open(path, "rb").read()) for path in found)))
  score: {{use: score, upstream: [measure]}}
"""
_JUDGE = '''"""The judge: from what `measure` wrote to the score."""

from evo.judging import number


def evaluate(output, params):
    return {"objective": float(number(output, "size"))}
'''
_BRIEF = """Make what may change shorter, and keep what it does: the tests of the repository are run first, and a
program that fails one of them scores nothing.
"""


def repository_files(name: str, root: Path, globs: Sequence[str]) -> Mapping[str, str]:
    """Return the files of a problem about a repository: path -> text.

    Args:
        name: of the problem.
        root: the folder of the repository.
        globs: what may change.

    Raises:
        UsageError: there is no such folder, or nothing in it that may change.
    """
    if not root.is_dir():
        raise UsageError(f"--from {root}: no such folder; --editable is for the folder of a repository")
    try:
        tree = take_snapshot(Repository(root=root.resolve(), editable=tuple(globs)))
    except EvoError as error:
        raise UsageError(f"--from {root}: {error}") from error
    toolchain, tests, language = _tests(tree)
    quoted = ", ".join(f'"{glob}"' for glob in globs)
    problem = _PROBLEM.format(
        name=name, globs=" ".join(globs), language=language, root=f'"{root.resolve()}"', editable=quoted
    )
    return {
        "problem.yaml": problem,
        "brief.md": _BRIEF,
        "evaluate.py": _JUDGE,
        "repository.yaml": _PIPELINE.format(toolchain=toolchain, tests=tests, patterns=f"[{quoted}]"),
    }


def _tests(tree: Tree) -> tuple[str, str, str]:
    """Return the toolchain, the command and the language that a tree's tests ask for."""
    for file, toolchain, command, language in _TESTS:
        if file in tree.entries:
            return toolchain, command, language
    tests = [entry.data for path, entry in tree.entries.items() if path.rpartition("/")[2].startswith("test")]
    return "python", _PYTEST if any(map(_USES_PYTEST.search, tests)) else _UNITTEST, "python"

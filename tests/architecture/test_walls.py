"""What runs behind the walls and in the judge is made of what it says: read from the files, annotations included."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = sorted((ROOT / "evo" / "execute" / "inside").rglob("*.py"))
JUDGE = sorted((ROOT / "evo" / "evaluate" / "judge").rglob("*.py"))
FOREIGN = sorted((ROOT / "evo" / "evaluate" / "foreign").rglob("*.py"))
LAZY = {("driver.py", "numpy"), ("calls.py", "numpy")}
"""Imported inside a function of a file: only programs that use it pay for it."""


def imported(path: Path) -> set[tuple[str, bool]]:
    """Return every module that a file names, and whether it does at the top of the file."""
    tree = ast.parse(path.read_text())
    top = set(tree.body)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, node in top) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            module = node.module or ""
            # `from evo.execute.inside import wire` names a module of that package.
            found |= {
                (f"{module}.{alias.name}" if module.startswith("evo.") else module, node in top) for alias in node.names
            }
    return found


def strange(path: Path, allowed: tuple[str, ...]) -> list[str]:
    return [
        module
        for module, top in imported(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not any(f"{module}.".startswith(f"{each}.") for each in allowed)
        and not (not top and (path.name, module) in LAZY)
    ]


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: path.name)
def test_behind_the_walls_there_is_the_standard_library_and_inside(path: Path):
    assert not strange(path, ("evo.execute.inside",))


@pytest.mark.parametrize("path", JUDGE, ids=lambda path: path.name)
def test_the_judge_stands_on_the_standard_library_judging_and_inside(path: Path):
    assert not strange(path, ("evo.judging", "evo.execute.inside", "evo.evaluate.judge"))


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.name)
def test_what_shares_a_process_with_a_foreign_evaluator_stands_on_the_standard_library(path: Path):
    assert not strange(path, ("evo.evaluate.foreign",))


def test_nobody_outside_execute_sees_a_process_or_a_descriptor():
    """The seam is plain: what is local to a site is imported in its room alone."""
    local = ("site", "launcher", "service", "judge_pool", "zygote_pool", "watch", "verdict", "usage", "scratch")
    rooms = {path: imported(path) for path in (ROOT / "evo").rglob("*.py") if "execute" not in path.parts}
    found = [
        f"{path.relative_to(ROOT)}: {module}"
        for path, modules in rooms.items()
        for module, _ in modules
        if any(f"{module}.".startswith(f"evo.execute.{name}.") for name in local)
    ]
    assert not found

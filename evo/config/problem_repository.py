"""A problem whose program is the tree of a repository: where it lies, and which of it may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.edits import EditableGlobs
from evo.errors import EvoError, SpecError
from evo.records import Program
from evo.repository.snapshot import Repository, editable_of

if TYPE_CHECKING:
    from pathlib import Path

    from evo.config.problem_spec import ProblemSpec
    from evo.edits import Editable
    from evo.records import Tree

_OWN_FILES = ("problem.yaml", "run.yaml", "brief.md", "evaluate.py", "cases.yaml", "picture.py", "baseline.py")
"""What of a problem at the top of its own repository is no part of the program, with its folders and pipelines."""
_OWN_FOLDERS = ("seeds", "ideas", "data", "cases", "runs")


def repository_of(folder: Path, spec: ProblemSpec) -> Repository | None:
    """Return where the tree of a problem's program lies; None for programs that are their files alone.

    Raises:
        SpecError: there is no such folder.
    """
    program, home = spec.program, folder.resolve()
    if not program.root or isinstance(program.editable, str):
        return None
    root = (home / program.root).resolve()
    if not root.is_dir():
        raise SpecError(f"root: no folder {program.root!r} in {folder}", path=str(folder / "problem.yaml"))
    own = [home]
    if root == home:
        own = [home / name for name in (*_OWN_FILES, *_OWN_FOLDERS, f"{spec.pipeline}", f"{spec.pipeline}.yaml")]
    return Repository(
        root=root, editable=program.editable, shown=program.shown, left_out=program.left_out, without=tuple(own)
    )


def tree_seed(tree: Tree, spec: ProblemSpec) -> tuple[tuple[str, Program], ...]:
    """Return what a run of a repository begins with: the tree as it is.

    Raises:
        SpecError: what may change is too much for a program.
    """
    try:
        return (("tree", Program.of(tree.trunk.texts, language=spec.language, trunk=tree.trunk)),)
    except EvoError as error:
        raise SpecError(f"editable: {error}; name fewer files") from error


def editable_in(tree: Tree | None, spec: ProblemSpec) -> Editable:
    """Return what of a problem's programs may change.

    Args:
        tree: of its repository, if that is its program.
        spec: the problem's.
    """
    declared = spec.program.editable
    if isinstance(declared, str):
        return declared
    return editable_of(tree, declared) if tree else EditableGlobs(globs=declared)

"""A program as a branch of a clone: made beside whatever is checked out there, with git's own plumbing.

Neither the working tree nor the index nor the branch that is checked out is touched: the commit is made from an index
of its own, and one new name points to it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import ConflictError, EvoError, NotFoundError, UsageError
from evo.repository.git import git, is_checkout
from evo.repository.patch import patch_of

if TYPE_CHECKING:
    from evo.records import Program, Tree


def make_branch(program: Program, tree: Tree, name: str, clone: Path, message: str) -> str:
    """Make a branch with one commit on top of the one that the run began with.

    Args:
        program: what the commit holds.
        tree: that the run began with.
        name: of the branch, which must not exist.
        clone: a folder in a clone of the repository.
        message: of the commit.

    Returns:
        The commit.

    Raises:
        NotFoundError: no clone, or one without the commit that the run began with.
        UsageError: a name that no branch can have.
        ConflictError: the branch exists, or the change does not fit what was committed.
    """
    _check_place(tree, name, clone)
    patch = patch_of(program, tree).encode()
    with tempfile.TemporaryDirectory() as folder:
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git(clone, "read-tree", tree.revision, variables=own)
        if patch:
            try:
                git(clone, "apply", "--cached", "--whitespace=nowarn", given=patch, variables=own)
            except EvoError as error:
                state = "with changes that were not committed" if tree.dirty else "with other line ends or filters"
                raise ConflictError(
                    f"{clone}: the change does not fit commit {tree.revision[:12]} ({error}); the run began {state}. "
                    "Take `evo best --patch` and apply it to the tree as it was then"
                ) from error
        written = git(clone, "write-tree", variables=own).strip()
    commit = git(
        clone, *_author(clone), "commit-tree", written, "-p", tree.revision, "-F", "-", given=message.encode()
    ).strip()
    try:
        git(clone, "update-ref", f"refs/heads/{name}", commit, "0" * len(commit))
    except EvoError as error:
        raise ConflictError(f"{clone}: branch {name} was not made: {error}") from error
    return commit


def _check_place(tree: Tree, name: str, clone: Path) -> None:
    if not clone.is_dir() or not is_checkout(clone.resolve()):
        raise NotFoundError(f"{clone}: no clone of a git repository; name one with --repo DIR")
    if not git(clone, "check-ref-format", "--branch", name, check=False):
        raise UsageError(f"branch {name!r}: git takes no such name; expected for example evo/best")
    if not tree.revision:
        raise NotFoundError("the run began with a folder that has no commit, so no branch can begin there; use --patch")
    if git(clone, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}", check=False):
        raise ConflictError(f"{clone}: branch {name} exists; name another one, or remove it with git branch -D {name}")
    if not git(clone, "cat-file", "-t", f"{tree.revision}^{{commit}}", check=False):
        raise NotFoundError(
            f"{clone}: no commit {tree.revision[:12]}, with which the run began; git fetch, or name another --repo"
        )


def _author(clone: Path) -> tuple[str, ...]:
    """Return the options that name an author where git knows none."""
    if git(clone, "config", "user.email", check=False) and git(clone, "config", "user.name", check=False):
        return ()
    return ("-c", "user.name=evo", "-c", "user.email=evo@localhost")

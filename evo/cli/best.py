"""`evo best`: the best program's text, or what it changes of its repository, as a patch or a branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir
from evo.errors import UsageError

if TYPE_CHECKING:
    from evo.records import Commit, Program, Tree
    from evo.store.reading.view import RunView


def best(
    run: Run = "@last",
    *,
    patch: Annotated[bool, typer.Option("--patch", help="What it changes of its repository, for git apply.")] = False,
    branch: Annotated[
        str, typer.Option(metavar="NAME", help="Make a branch with it; nothing that is checked out is touched.")
    ] = "",
    repo: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The clone in which --branch makes it; else where it came from.")
    ] = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Print the best program, or give it back to the repository that it changes."""
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, write
    from evo.store.reading.address import BEST, read_program

    if repo and not branch:
        raise UsageError("--repo DIR says where --branch NAME is made; give a branch too")
    with open_named(runs_dir, run) as view:
        program, commit = read_program(view, BEST)
        tree = _tree(view) if patch or branch else None
        said = _say(view, commit) if branch else ""
        root = repo or (_root(view) if branch else Path())
    objective = commit.evaluation.objective if commit.evaluation else None
    if branch and tree:
        _branch(program, tree, (branch, root, said), as_json=as_json)
    elif patch and tree:
        _patch(program, tree, as_json=as_json)
    elif as_json:
        emit({"program": program.id, "objective": objective, "ticket": commit.ticket, "files": dict(program.files)})
    else:
        write(program.text)


def _tree(view: RunView) -> Tree:
    tree = view.tree()
    if tree is None:
        raise UsageError(
            f"{view.header.id}: its programs are files alone, and no change of a repository (no program.root in "
            "problem.yaml); `evo best` prints the program, `evo diff @seed @best` what changed"
        )
    return tree


def _patch(program: Program, tree: Tree, *, as_json: bool) -> None:
    import sys

    from evo.cli.streams import emit
    from evo.repository.patch import patch_of

    text = patch_of(program, tree)
    if as_json:
        emit({"program": program.id, "revision": tree.revision, "patch": text})
    else:
        # Byte for byte: line ends belong to the files.
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
        sys.stdout.flush()


def _branch(program: Program, tree: Tree, asked: tuple[str, Path, str], *, as_json: bool) -> None:
    from evo.cli.streams import emit, write_lines
    from evo.repository.branch import make_branch

    name, clone, message = asked
    commit = make_branch(program, tree, name, clone, message)
    if as_json:
        emit({"branch": name, "commit": commit, "repo": str(clone), "program": program.id})
    else:
        write_lines([f"branch {name} in {clone}: {commit[:12]}, on top of {tree.revision[:12]}; git switch {name}"])


def _say(view: RunView, commit: Commit) -> str:
    """Return the message of the branch's commit."""
    header, score = view.header, commit.evaluation.objective if commit.evaluation else None
    change = commit.proposal.summary or commit.proposal.operator
    return (
        f"{header.problem}: {change}\n\nObjective {score!r} {header.unit} (run {header.id}, ticket {commit.ticket})\n"
    )


def _root(view: RunView) -> Path:
    """Return where the repository lies that the run began with."""
    from evo.config.problem import locate
    from evo.config.problem_repository import repository_of
    from evo.config.run import from_yaml

    place = locate(from_yaml(view.header.spec, "the recorded config").problem)
    repository = repository_of(place.folder, place.spec.at(place.instance))
    if repository is None:
        raise UsageError(f"{view.header.id}: its problem has no repository any more; name a clone with --repo DIR")
    return repository.root

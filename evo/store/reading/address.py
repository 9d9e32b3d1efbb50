"""How people and configs name what is in runs: `[RUN:]PROGRAM`.

RUN is a path, a prefix of a run's id or of its last four digits, or `@last` (the newest, and the default). PROGRAM is
a hash prefix, `@best`, `@seed` (the program of ticket 0) or `tN` (that of ticket N, as drawings have it). Where several
programs may stand, `@elites` means all that live in the run's archives.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import DamagedError, EvoError, NotFoundError, UsageError, nearest
from evo.store.reading import prefixes
from evo.store.reading.view import open_run
from evo.store.store import DATABASE
from evo.store.suite_folder import is_suite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evo.records import Commit, Program
    from evo.store.reading.view import RunView

LAST, BEST, SEED, ELITES = "@last", "@best", "@seed", "@elites"
_LISTED = 8
_WHOLE = 16
"""Digits of a program's id that are enough for ever within one run."""
_NEIGHBOURS = 500


@dataclass(frozen=True, slots=True)
class Address:
    """A program in a run, as named."""

    run: str = LAST
    program: str = BEST


def parse(address: str) -> Address:
    """Take `[RUN:]PROGRAM` apart; what is left out is `@last` and `@best`. A path may itself hold colons.

    Raises:
        UsageError: a run where a program belongs, or the other way round.
    """
    run, _, program = address.strip().rpartition(":")
    found = Address(run or LAST, program or BEST)
    if found.program == LAST:
        raise UsageError(f"{address!r}: {LAST} names a run; a program of it is, for example, {LAST}:{BEST}")
    if found.run in {BEST, SEED}:
        raise UsageError(
            f"{address!r}: {found.run} names a program; the run stands before it, as in {LAST}:{found.run}"
        )
    return found


def _silent(_: str) -> None:
    return None


def find_run(runs_dir: Path, name: str = LAST, *, note: Callable[[str], None] = _silent) -> Path:
    """Return the folder of the run that `name` means.

    Args:
        runs_dir: where runs lie.
        name: see the module.
        note: told about folders that `@last` passes over because they cannot be read.

    Raises:
        NotFoundError: no such run; names the nearest.
        UsageError: several runs begin like that; lists them.
    """
    if name == LAST:
        return _newest(runs_dir, note)
    path = type(runs_dir)(name).expanduser()
    if (path / DATABASE).is_file():
        return path
    if os.sep in name:
        raise NotFoundError(f"{name}: no run here; a run's folder holds {DATABASE}")
    ids = [folder.name for folder in run_folders(runs_dir)]
    if name in ids:
        return runs_dir / name
    found = [run_id for run_id in ids if run_id.startswith(name) or run_id.rpartition("-")[2].startswith(name)]
    if not found or not name:
        raise NotFoundError(f"run {name!r} not found in {runs_dir}{_near_run(name, ids)}")
    if len(found) > 1:
        raise UsageError(f"run {name!r} could be {_listed(found)}; write more of it")
    return runs_dir / found[0]


def find_program(view: RunView, name: str = BEST) -> str:
    """Return the full id of the program that `name` means in a run.

    Raises:
        NotFoundError: no such program; names the nearest.
        UsageError: several programs begin like that; lists them.
    """
    if name == BEST:
        return _best(view)
    if name == SEED:
        return _seed(view)
    if name[:1] == "t" and name[1:].isdecimal():
        return _brought(view, int(name[1:]))
    prefix = name.lower()
    digits = bool(prefix) and all(digit in "0123456789abcdef" for digit in prefix)
    found = list(view.beginning(prefix, _LISTED + 1)) if digits else []
    if not found:
        # Comparing with every id of a long run would take minutes: those that begin alike are enough.
        ids = view.beginning(prefix[0], _NEIGHBOURS) if digits else ()
        near = nearest(prefix, [*(known[: len(prefix)] for known in ids), BEST, SEED])
        elsewhere = _elsewhere(view, prefix) if digits else ""
        hint = elsewhere or near or f"; expected a hash prefix, {BEST}, {SEED} or a ticket such as t12"
        raise NotFoundError(f"program {name!r} not found in run {view.header.id}{hint}")
    if len(found) > 1:
        shown = [known[: max(12, len(prefix) + 4)] for known in found]
        raise UsageError(f"program {name!r} could be {_listed(shown)}; write more of it")
    return found[0]


def read_program(view: RunView, name: str) -> tuple[Program, Commit]:
    """Return the program that `name` means within a run, and the commit that brought it.

    Raises:
        NotFoundError: no such program.
        DamagedError: the log names it, but it is not in the database.
    """
    program_id = find_program(view, name)
    program, commit = view.program(program_id), view.commit_of(program_id)
    if program is None or commit is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return program, commit


def program(runs_dir: Path, address: str) -> Program:
    """Return the program at an address, for runs that start from another run's.

    Raises:
        NotFoundError: no such run or program.
        UsageError: the address is ambiguous.
        DamagedError: the run cannot be read.
    """
    place = parse(address)
    with open_run(find_run(runs_dir, place.run)) as view:
        program_id = find_program(view, place.program)
        found = view.program(program_id)
        if found is None:
            raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
        return found


def elites(runs_dir: Path, run: str) -> dict[str, Program]:
    """Return the elites of a run, best first, each once, by addresses that name run and program in full.

    Raises:
        NotFoundError: no such run, or it has no elite.
        DamagedError: the run cannot be read.
    """
    with open_run(find_run(runs_dir, run or LAST)) as view:
        ids = dict.fromkeys(each.elite.program for each in view.holdings())
        found = {f"{view.header.id}:{each[:_WHOLE]}": view.program(each) for each in ids}
        there = {name: each for name, each in found.items() if each is not None}
        if not there:
            raise NotFoundError(f"run {view.header.id} has no elite, so {ELITES} means nothing")
        return there


def _best(view: RunView) -> str:
    best = view.best()
    if best is not None:
        return best[0]
    run_id = view.header.id
    if not view.committed():
        raise NotFoundError(f"run {run_id} has committed nothing yet, so there is no {BEST}; see `evo status {run_id}`")
    raise NotFoundError(f"run {run_id} has no VALID program, so no {BEST}; `evo show {run_id}:{SEED}` says why")


def _seed(view: RunView) -> str:
    commit = view.commit(0)
    if commit is None or commit.proposal.program is None:
        raise NotFoundError(f"run {view.header.id} has not committed its first seed yet, so there is no {SEED}")
    return commit.proposal.program.id


def _brought(view: RunView, ticket: int) -> str:
    commit, run_id = view.commit(ticket), view.header.id
    if commit is None:
        raise NotFoundError(f"run {run_id} has no commit of ticket {ticket}; it has {view.committed()} commits")
    proposal = commit.proposal
    if proposal.program is None:
        why = f": {proposal.detail}" if proposal.detail else ""
        raise NotFoundError(f"ticket {ticket} of run {run_id} brought no program ({proposal.outcome}{why})")
    return proposal.program.id


def _elsewhere(view: RunView, prefix: str) -> str:
    """Say which other run has a program that begins like that, or is itself called so; "" if none."""
    runs_dir, mine = view.folder.parent, view.folder.name
    if named := [name for name in prefixes.run_names(runs_dir, prefix) if len(name) == len(prefix)]:
        return f"; {named[0]} is a run, and a program of it is, for example, {named[0]}:{BEST}"
    others = [run_id for run_id in prefixes.run_names(runs_dir, "") if run_id != mine]
    there = next((run_id for run_id in others if prefixes.program_ids(runs_dir, run_id, prefix)), None)
    return f"; it is one of another run: {there}:{prefix}" if there else ""


def _newest(runs_dir: Path, note: Callable[[str], None]) -> Path:
    created: dict[Path, float] = {}
    for folder in run_folders(runs_dir):
        try:
            with open_run(folder) as view:
                created[folder] = view.header.created
        except EvoError as error:
            note(f"{folder} is passed over: {error}")
    if not created:
        raise NotFoundError(f"no run in {runs_dir}; `evo run CONFIG` makes one; to begin: evo run circle_packing/26")
    return max(created, key=lambda folder: (created[folder], folder.name))


def run_folders(runs_dir: Path) -> list[Path]:
    """Return the folders that may be runs, by name: neither drafts, which are hidden, nor suites, which hold runs.

    None where there is no such directory yet.

    Raises:
        UsageError: something else than a folder stands there, or it may not be read.
    """
    try:
        there = sorted(path for path in runs_dir.iterdir() if path.is_dir() and not path.name.startswith("."))
        return [path for path in there if not is_suite(path)]
    except FileNotFoundError:
        if runs_dir.is_symlink():
            raise UsageError(f"{runs_dir}: a link that leads nowhere; name another with --runs-dir") from None
        return []
    except OSError as error:
        raise UsageError(
            f"{runs_dir}: no runs can be read there ({error.strerror}); name another with --runs-dir"
        ) from error


def _near_run(name: str, ids: list[str]) -> str:
    if not ids:
        return ", which holds none; `evo run CONFIG` makes one"
    # People type the digits at the end, the day, or the problem; the nearest id as a whole may be far from each.
    tails = {run_id.rpartition("-")[2]: run_id for run_id in ids}
    hint = nearest(name, ids) or nearest(name, tails)
    return hint or f"; there are {_listed(ids[::-1])}"


def _listed(names: list[str]) -> str:
    more = f", ... ({len(names) - _LISTED} more)" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more

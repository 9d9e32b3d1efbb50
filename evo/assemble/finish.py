"""What a session leaves behind: the best program, run again, with its output and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.errors import InfraError, JudgeError, LLMError, StoreError
from evo.llm.budget import BudgetSpent
from evo.records import TOLD
from evo.repository.checkout import written_files
from evo.repository.patch import patch_of
from evo.store.backup import BACKUP
from evo.store.folder import diagnose, replace_best
from evo.store.pictures import write_picture
from evo.store.reading.view import open_run
from evo.store.retests import NOISY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.evaluate.evaluator import Evaluator
    from evo.records import Program
    from evo.search.library import Library
    from evo.search.loop import Search
    from evo.store.store import Store

_AGAIN = 2


async def keep_best(search: Search, *, library: Library, evaluator: Evaluator, store: Store) -> Sequence[Path]:
    """Write `best/`: the program's files, its raw output and the problem's picture of it.

    The program is run twice more on the way; if it does not score the same each time it is flagged "noisy". Trouble
    with the picture is written to the run's diagnostics and is no reason to lose the program.

    Returns:
        The files written, the program first; empty when no program is VALID.
    """
    elite = search.state.best
    if elite is None:
        return ()
    program, evaluation = library.get(elite.program)
    files = _kept(program, search)
    try:
        again = [await evaluator.again(program) for _ in range(_AGAIN)]
    except (InfraError, LLMError, BudgetSpent) as error:
        # What a judge asked is stored with the run, so it rarely has to be asked once more.
        diagnose(search.folder, "best", str(error), secrets=search.secrets)
        return replace_best(search.folder, files)
    flags = evaluation.flags if evaluation else ()
    # With retests the elite's objective is a mean; the first score is what the constant seed gives again.
    first = evaluation.objective if evaluation else elite.objective
    steady = all(other.objective == first for other, _ in again)
    # What was told is somebody's word: that the judge says something else does not make it noise.
    if not steady and NOISY not in flags and TOLD not in flags:
        await store.flag(program.id, [*flags, NOISY])
    output = next((output for _, output in again if output is not None), None)
    if output is not None:
        files[_beside(files, "output.json")] = output
    for name, picture in (await _picture(program, output, search, evaluator)).items():
        files[_beside(files, name)] = picture
    return replace_best(search.folder, files)


def _beside(files: Mapping[str, object], name: str) -> str:
    """Return a name like `name` that neither a file nor a folder of the program has."""
    taken = {path.partition("/")[0].casefold() for path in files}
    while name in taken:
        name = f"_{name}"
    return name


def back_up(search: Search, store: Store, *, anew: bool) -> None:
    """Put a copy of the finished run beside it, if there is none or it has to be made `anew`.

    That there is no room for one is no reason to fail.
    """
    if not anew and (search.folder / BACKUP).exists():
        return
    try:
        store.back_up()
    except StoreError as error:
        diagnose(search.folder, "backup", str(error), secrets=search.secrets)


def write_program(search: Search, program: Program) -> Sequence[Path]:
    """Write `best/` in a hurry: the program's files alone."""
    return replace_best(search.folder, _kept(program, search))


def _kept(program: Program, search: Search) -> dict[str, str | bytes]:
    """Return the files of `best/`: the program's, or what it changes of its repository, and that as a patch."""
    if program.trunk is None:
        return dict(program.files)
    with open_run(search.folder) as view:
        tree = view.tree()
    changed = dict(written_files(program, tree)) if tree else {}
    return {"best.patch": patch_of(program, tree) if tree else "", **changed}


async def _picture(program: Program, output: bytes | None, search: Search, evaluator: Evaluator) -> dict[str, bytes]:
    path = search.folder / ".picture.png"
    try:
        drawn = await evaluator.draw(program, output, path)
        if not drawn:
            return {}
        write_picture(search.folder, program.id, path.read_bytes())
        return {"picture.png": path.read_bytes()}
    except (JudgeError, InfraError, StoreError) as error:
        diagnose(search.folder, "picture", str(error), secrets=search.secrets)
        return {}
    finally:
        path.unlink(missing_ok=True)

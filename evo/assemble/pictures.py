"""Pictures of a run's programs, drawn by its problem's `picture.py` in a judge's process, and kept in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.assemble.artist import draw_program
from evo.assemble.evaluator import evaluator_of
from evo.assemble.resume import setup_of
from evo.errors import DamagedError, NotFoundError
from evo.store.pictures import read_picture
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


async def draw_pictures(folder: Path, programs: Sequence[str], tell: Callable[[str], None]) -> None:
    """Draw those of some programs of a run that have no picture yet.

    Each runs once more in the sandbox. The log is not touched, so the run may be going on.

    Args:
        folder: of the run.
        programs: full ids of VALID ones.
        tell: is told each that is drawn.

    Raises:
        NotFoundError: the problem draws no pictures, or is gone.
        ConflictError: the problem or a part is not what it was when the run began.
        JudgeError: `picture.py` failed. InfraError: this machine did.
    """
    lacking = [each for each in programs if read_picture(folder, each) is None]
    if not lacking:
        return
    with open_run(folder) as view:
        setup = setup_of(view)
        if setup.problem.picture is None:
            raise NotFoundError(f"problem {setup.problem.label} draws no pictures: it has no picture.py")
        found = {each: view.program(each) for each in lacking}
    async with evaluator_of(setup) as evaluator:
        for program_id, program in found.items():
            if program is None:
                raise DamagedError(f"{folder}: program {program_id} is named by the log but is not in the database")
            if await draw_program(folder, program, evaluator):
                tell(program_id)

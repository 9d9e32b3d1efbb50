"""Who draws the programs that a living run shows to models that see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from evo.errors import InfraError, JudgeError, StoreError
from evo.store.pictures import read_picture, write_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evo.evaluate.evaluator import Evaluator
    from evo.records import Program
    from evo.search.library import Library


class Artist:
    """Draws the programs that a living run shows to models that see, each once.

    A picture is no part of the log: a program that cannot be drawn is told of, and its prompt goes without.

    Args:
        folder: of the run.
        library: knows the programs.
        evaluator: runs and draws them.
        tell: is told why one could not be drawn.
    """

    def __init__(self, folder: Path, library: Library, evaluator: Evaluator, tell: Callable[[str], object]) -> None:
        self._folder, self._library, self._evaluator, self._tell = folder, library, evaluator, tell
        self._turns: dict[str, asyncio.Lock] = {}
        self._settled: set[str] = set()

    def lacks(self, program_id: str) -> bool:
        """Tell whether a program has no picture yet, and may get one."""
        if program_id not in self._settled and read_picture(self._folder, program_id) is not None:
            self._settled.add(program_id)
        return program_id not in self._settled

    async def draw(self, program_id: str) -> None:
        """Draw a program, where that can be done; who comes while it is drawn waits for it."""
        async with self._turns.setdefault(program_id, asyncio.Lock()):
            if not self.lacks(program_id):
                return
            try:
                await draw_program(self._folder, self._library.get(program_id)[0], self._evaluator)
            except (JudgeError, InfraError, StoreError) as error:
                self._tell(f"program {program_id[:12]}: {error}")
            self._settled.add(program_id)  # However it ended, it is tried once a session.


async def draw_program(folder: Path, program: Program, evaluator: Evaluator) -> bool:
    """Run a program once more, draw it and put its picture into the folder of its run; False where nobody draws.

    Raises:
        JudgeError: `picture.py` failed. InfraError, StoreError: this machine did.
    """
    draft = folder / f".{program.id}.png"
    try:
        if not await evaluator.draw(program, await evaluator.output(program), draft):
            return False
        write_picture(folder, program.id, draft.read_bytes())
        return True
    finally:
        draft.unlink(missing_ok=True)

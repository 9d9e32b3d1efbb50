"""Programs and evaluations by id: the recent ones in memory, the others in the store."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

from evo.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evo.records import Evaluation, Program


class Shelves(Protocol):
    """Where programs and evaluations lie: the store of a run, or what stands for it in a replay."""

    def program(self, program_id: str) -> Program | None:
        """Return a program by its full id."""
        ...

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return the evaluation of a program by its full id."""
        ...


class Library:
    """A bounded cache in front of the store.

    What was put in last is found even before it is durable, as long as no more than `most` came after it.

    Args:
        store: where everything else is.
        seeds: programs that are always at hand, evaluated or not.
        most: entries kept in memory; more than can be in flight.
    """

    def __init__(self, store: Shelves, seeds: Iterable[Program], most: int) -> None:
        self._store, self._most = store, most
        self._seeds = {seed.id: seed for seed in seeds}
        self._recent: OrderedDict[str, tuple[Program, Evaluation | None]] = OrderedDict()

    def put(self, program: Program, evaluation: Evaluation | None) -> None:
        """Remember a program and its evaluation, if it has one."""
        self._recent[program.id] = (program, evaluation)
        self._recent.move_to_end(program.id)
        while len(self._recent) > self._most:
            self._recent.popitem(last=False)

    def get(self, program_id: str) -> tuple[Program, Evaluation | None]:
        """Return a program and its evaluation, None while it has none.

        Raises:
            DamagedError: neither memory nor store has it.
        """
        if program_id in self._recent:
            self._recent.move_to_end(program_id)
            return self._recent[program_id]
        program = self._store.program(program_id) or self._seeds.get(program_id)
        if program is None:
            raise DamagedError(f"program {program_id} is named by the log but is not in the database")
        self.put(program, self._store.evaluation(program_id))
        return self._recent[program_id]

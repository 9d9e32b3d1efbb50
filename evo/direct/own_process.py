"""The executor of this machine with this process as its judge: what `evo.optimize` runs programs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.errors import ConflictError
from evo.execute.local import Local, LocalExecutor

if TYPE_CHECKING:
    from evo.execute.home import HomeJudge


@dataclass(frozen=True, kw_only=True)
class OwnProcess(Local):
    """This machine, where a function of the calling process scores: what only `evo.optimize` can open."""

    trust: ClassVar[str] = "caller"

    def judged_by(self, judge: HomeJudge) -> OwnProcess:
        """Return the same with a judge; no option, since no file could hold it."""
        object.__setattr__(self, "_judge", judge)
        return self

    def open(self) -> LocalExecutor:
        """Return the executor.

        Raises:
            ConflictError: the function is not there, since another process began the run.
        """
        judge: HomeJudge | None = getattr(self, "_judge", None)
        if judge is None:
            raise ConflictError(
                "the programs of this run are scored by a function of the script that called evo.optimize, which is "
                "not here; run that script again, with the same folder, to go on"
            )
        return LocalExecutor(workers=self.workers, sandbox=self.sandbox, home=judge)

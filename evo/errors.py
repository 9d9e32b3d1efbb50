"""Everything that `evo` raises, under one root.

A candidate's failure is data (an outcome, a status); an exception means that a person has to do something, or that
the system is wrong. The tree, kept true by a test:

    EvoError                      exit code 1
    ├── UsageError                2  the command line was used wrongly
    ├── SpecError                 3  a declared file is wrong; carries file:line:column
    ├── NotFoundError             4  a run, program, problem or file that does not exist
    ├── ConflictError             1  the request contradicts what is already recorded
    ├── InfraError                1  this machine failed (disk, process, memory), not the candidate
    ├── JudgeError                1  the problem's own judge is broken
    ├── LLMError                  1  a model endpoint could not answer
    └── StoreError                1  the run's database cannot be used
        ├── LockedError           1  another process holds the run
        └── DamagedError          1  corrupt, truncated, or not a database of ours
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class EvoError(Exception):
    """Root of the tree. `str(error)` is the whole message: what was expected, what came, what to do."""

    exit_code: ClassVar[int] = 1


class EvoWarning(UserWarning):
    """Something to know that stops nothing, for example that a name has changed; the command line says it on stderr."""


class UsageError(EvoError):
    """The command line or a Python call was used wrongly."""

    exit_code = 2


class SpecError(EvoError):
    """A declared file (config, problem, pipeline, cases) is wrong.

    Attributes:
        path: the file as the user named it.
        line, column: 1-based position, or None when the whole file is meant.
        excerpt: the offending source line with a marker below it, or "".
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        line: int | None = None,
        column: int | None = None,
        excerpt: str = "",
    ) -> None:
        self.path, self.line, self.column, self.excerpt = path, line, column, excerpt
        place = ":".join(str(part) for part in (path or None, line, column) if part is not None)
        head = f"{place}: {message}" if place else message
        super().__init__(f"{head}\n{excerpt}" if excerpt else head)


class NotFoundError(EvoError):
    """What was asked for does not exist; the message names the nearest that does."""

    exit_code = 4


class ConflictError(EvoError):
    """The request contradicts what is already recorded, for example a resume that would change the log's meaning."""


class InfraError(EvoError):
    """This machine failed: disk full, no more processes, the zygote died. Never charged to a candidate."""


class JudgeError(EvoError):
    """The problem's judge crashed, hung, or answered out of contract. Never charged to a candidate."""


class LLMError(EvoError):
    """A model endpoint could not answer within its retries."""


class StoreError(EvoError):
    """The run's database cannot be used."""


class LockedError(StoreError):
    """Another process holds the run; the message names its pid and host."""


class DamagedError(StoreError):
    """The database is corrupt, truncated, from the future, or not one of ours."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the closest of `known`, or "" when nothing is close."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {matches[0]}?" if matches else ""

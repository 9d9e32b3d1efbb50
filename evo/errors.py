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

import errno
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


_ADVICE = {
    errno.ENOSPC: "the disk is full, or has no room for another file; free some space",
    errno.EDQUOT: "your share of the disk is used up; free some space",
    errno.EROFS: "the disk cannot be written; name a place on another one",
    errno.EIO: "the disk has failed; keep a copy of what is on it",
    errno.ENOENT: "there is nothing of that name; name another place",
    errno.EACCES: "you may not do that here; name another place, or ask whoever owns it",
    errno.EPERM: "you may not do that here; name another place, or ask whoever owns it",
    errno.ENOTDIR: "expected a folder; name another place",
    errno.EISDIR: "expected a file; name another place",
    errno.EEXIST: "something else is there already; name another place",
    errno.ELOOP: "links lead in a circle; mend them",
    errno.EMFILE: "too many files are open; raise `ulimit -n`",
    errno.ENFILE: "too many files are open on this machine; close some programs",
    errno.ENOMEM: "this machine has no memory left; close some programs",
    errno.EAGAIN: "this machine has no room for another process; close some programs",
    errno.ENOLCK: "the file system does not lock files; name a place on another one",
}


def explain(error: OSError) -> str:
    """Say what the system refused: where, what and what to do."""
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    place = f"{' and '.join(names)}: " if names else ""
    said = error.strerror or str(error) or type(error).__name__
    advice = _ADVICE.get(error.errno or 0, "")
    return f"{place}{said}" + (f"; {advice}" if advice else "")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the closest of `known`, or "" when nothing is close."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {matches[0]}?" if matches else ""

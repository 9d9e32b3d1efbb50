"""What the main process, the zygote and the candidate's process say to one another, byte by byte.

Commands and reports have a fixed size each, so a stream socket delivers them whole. A candidate's frame is
FRAME(kind, length) and `length` bytes; nobody outside parses those bytes except a judge.
"""

from __future__ import annotations

import struct
from typing import Final

COMMAND: Final = struct.Struct("!BQ")
"""Main to zygote: kind, number of the run. FORK carries the descriptors task, result, stdout, stderr."""
FORK: Final = 1
KILL: Final = 2
FORK_FDS: Final = 4

REPORT: Final = struct.Struct("!BQqqq")
"""Zygote to main: kind, number of the run, and three numbers that depend on the kind."""
READY: Final = 1
"""All imports done. 0, 0, 0."""
STARTED: Final = 2
"""Forked: pid, 0, 0; carries a pidfd where the system has them."""
EXITED: Final = 3
"""Reaped: wait status, CPU microseconds, peak resident kB."""
NOT_STARTED: Final = 4
"""No fork: errno, 0, 0."""

FRAME: Final = struct.Struct("!BQ")
RESULT: Final = 1
"""The JSON text of what the entry returned."""
RAISED: Final = 2
"""The text of an uncaught exception."""
NO_MEMORY: Final = 3
"""A MemoryError; no text."""
NOT_PLAIN: Final = 4
"""Why the value is not plain data."""
EXIT: Final = 5
"""What SystemExit carried."""
OVER_TIME: Final = 9
"""Which step of a command used up its CPU time."""
DIED: Final = 10
"""Which step of a command was killed, and how."""
NO_WALLS: Final = 6
"""Why the walls could not be put up; believed only while the task file is not empty."""

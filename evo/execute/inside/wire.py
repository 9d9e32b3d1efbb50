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
SERVE: Final = 3
"""As FORK, for a candidate that answers questions: carries the pipe of the questions as well."""
SERVE_FDS: Final = 5

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
RAN: Final = 11
"""RUN_USAGE of a command's run step, and what it wrote to stdout."""
RUN_USAGE: Final = struct.Struct("!dd")
"""CPU seconds of it and of all that it started, and the most memory, in MB, that they were seen to hold together."""
OVER_MEMORY: Final = 12
"""Which step of a command held too much memory, all of its processes together."""
OVER_FILES: Final = 13
"""Which step of a command held too many files without a name."""
ASKED: Final = 15
"""What a program at work wants to have scored, or has spent, as JSON; see `attendant`."""
DESK: Final = ".evo"
"""The folder beside what a program works on that such asking goes through."""
NO_WALLS: Final = 6
"""Why the walls could not be put up; believed only while the task file is not empty."""
CLOSED: Final = 0
"""No frame at all. This and the next three are not sent by candidates: the judge reports them of one that it called."""
BROKEN: Final = 7
"""How it broke the rules of the conversation."""
TOO_LARGE: Final = 8
"""An answer over the limit."""
IDLE: Final = 14
"""No answer within the time that it may take for all of them together."""

QUESTION: Final = struct.Struct("!8sBII")
"""Judge to candidate: token, CALL, MAP, OPEN or SEND, and the lengths of a JSON text and of the arrays behind it."""
CALL: Final = 1
"""The text is [name, arguments]."""
MAP: Final = 2
"""The text is [name, [arguments, ...]]; the answer is the list of all results."""
OPEN: Final = 3
"""The text is [name, arguments] of a generator function; the answer is [False, what it yields] or [True, result]."""
SEND: Final = 4
"""The text is ["", [reply]] to what was yielded last; answered as OPEN."""
ANSWER: Final = struct.Struct("!8sBII")
"""Candidate to judge: the question's token, a kind as in a frame, and the two lengths."""
ARRAY: Final = "$array"
"""{ARRAY: [dtype, shape]} in a text stands for the next array behind it."""
DTYPES: Final = ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8")

"""What the main process and a judge say to one another over the judge's socket, byte by byte."""

from __future__ import annotations

import struct
from typing import Final

REQUEST: Final = struct.Struct("!IQd")
"""Main to judge: length of the JSON header, length of the body behind it, CPU seconds. The pipes of a candidate that
may be called, if any, come with the first byte."""
PIDS: Final = "pids"
"""In the header of such a request: the processes behind the pipes, in their order, as the kernel calls them here."""
REPLY: Final = struct.Struct("!I")
"""Judge to main: length of the JSON behind it."""
RENEWED: Final = struct.Struct("!q")
"""What comes with the pipes of a fresh candidate: its pid; or without them when there is none."""
PIPES: Final = 2
"""Descriptors of a candidate: to write questions to, and to read answers from."""
LIVES: Final = 2
"""Most programs that are alive for one judgement: a candidate, and what it is measured against."""

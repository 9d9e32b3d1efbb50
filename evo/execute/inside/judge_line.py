"""What the main process and a judge say to one another over the judge's socket, byte by byte."""

from __future__ import annotations

import struct
from typing import Final

REQUEST: Final = struct.Struct("!IQd")
"""Main to judge: length of the JSON header, length of the body behind it, CPU seconds. The pipes of a candidate that
may be called, if any, come with the first byte."""
REPLY: Final = struct.Struct("!I")
"""Judge to main: length of the JSON behind it."""
RENEWED: Final = b"\1"
"""What comes with the pipes of a fresh candidate, or without them when there is none."""
PIPES: Final = 2
"""Descriptors of a candidate: to write questions to, and to read answers from."""

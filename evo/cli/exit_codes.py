"""What `evo` tells its caller with a number; every error of `evo.errors` carries its own."""

from __future__ import annotations

OK = 0
FAILED = 1
"""The run or the check failed; a score that is not VALID."""

USAGE = 2
INVALID_FILE = 3
NOT_FOUND = 4
INTERRUPTED = 130

"""On which systems evo runs, and what is said on one where it does not.

Candidates and judges are processes with limits, which are forked and spoken to through descriptors: that takes POSIX.
This module is asked before any other is loaded, so it imports nothing that a system may lack.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from evo.errors import EvoError

RUNS_ON = "evo runs on Linux (all tiers of its sandbox), on macOS (tier basic) and on Windows within WSL"
_NEEDED = ("fcntl", "resource")
_NAMES = {"win32": "Windows", "cygwin": "Cygwin", "emscripten": "a browser", "wasi": "WASI"}
_ADVICE = {"win32": "; install WSL (wsl --install) and use evo there, where it is Linux"}


def system_flaw() -> str:
    """Return in one line why evo cannot run on this system and what to do, "" where it can."""
    lacking = [name for name in _NEEDED if find_spec(name) is None]
    if sys.platform not in _NAMES and not lacking:
        return ""
    here = _NAMES.get(sys.platform, f"{sys.platform}, which lacks {' and '.join(lacking)}")
    return f"{RUNS_ON}; this is {here}{_ADVICE.get(sys.platform, '')}. See docs/install.md"


def refuse_other_systems() -> None:
    """Refuse to go on where evo cannot run.

    Raises:
        EvoError: with what `system_flaw` says.
    """
    if flaw := system_flaw():
        raise EvoError(flaw)

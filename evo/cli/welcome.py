"""What to type next, for a person who typed `evo` alone."""

from __future__ import annotations

import os
from pathlib import Path

from evo.cli.options import ENVIRONMENT, RUNS
from evo.store.reading import prefixes

_FIRST = (
    ("evo run circle_packing/26", "a search that needs no model and no network"),
    ("evo problems", "what else there is to solve"),
    ("evo new my_problem", "bring your own"),
    ("evo doctor", "what this machine offers"),
)
_NEXT = (
    ("evo status", "how it stands"),
    ("evo lineage @best --why", "how its best program came to be"),
    ("evo resume", "go on with it"),
    ("evo runs", "all runs"),
)


def welcome() -> str:
    """Return the commands that come next: about the newest run, or for a first one."""
    newest = prefixes.run_names(Path(os.environ.get(ENVIRONMENT) or RUNS), "")[:1]
    head = f"The newest run is {newest[0]}:" if newest else "There is no run here yet. To begin:"
    commands = _NEXT if newest else _FIRST
    width = max(len(command) for command, _ in commands)
    return "".join(f"{line}\n" for line in [head, *(f"  {each:<{width}}   {does}" for each, does in commands)])

"""A suite's folder: its plan beside its runs, each of which is a run like any other.

The plan is written before anything begins and never again; which of its runs have begun is read off the runs.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from evo.errors import DamagedError, NotFoundError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "suite.json"
REPORT = "report.html"
_MOST = 1000
_Plan = dict[str, Any]


def is_suite(folder: Path) -> bool:
    """Tell whether a folder is that of a suite."""
    return (folder / PLAN).is_file()


def make_suite(runs_dir: Path, name: str, runs: list[_Plan]) -> Path:
    """Make the folder of a new suite, whole or not at all, and return it: suite-NAME, or suite-NAME-2 and so on.

    Args:
        runs_dir: where runs lie.
        name: of the suite.
        runs: the plan, a mapping of plain data for each run.

    Raises:
        UsageError: a thousand of that name are there.
        OSError: it cannot be written.
    """
    runs_dir.mkdir(parents=True, exist_ok=True)
    draft = runs_dir / f".suite-{name}.{os.getpid()}.draft"
    draft.mkdir(exist_ok=True)
    (draft / PLAN).write_text(json.dumps({"suite": name, "runs": runs}, indent=1) + "\n", encoding="utf-8")
    for number in range(1, _MOST):
        folder = runs_dir / f"suite-{name}{'' if number == 1 else f'-{number}'}"
        if folder.exists():
            continue
        draft.rename(folder)
        return folder
    raise UsageError(f"{runs_dir}: {_MOST} suites of the name {name} lie there; name another with --runs-dir")


def read_suite(folder: Path) -> tuple[str, list[_Plan]]:
    """Return the name and the plan of a suite.

    Raises:
        NotFoundError: no suite lies there.
        DamagedError: its plan cannot be read.
    """
    path = folder / PLAN
    if not path.is_file():
        raise NotFoundError(f"{folder}: no suite here; a suite's folder holds {PLAN}, `evo suite run NAME` makes one")
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
        return str(plan["suite"]), [dict(each) for each in plan["runs"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path}: not the plan of a suite ({error}); take its runs one by one") from error

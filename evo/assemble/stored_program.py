"""A program of a run that is there, scored on another split of its problem; the log is told what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from evo.assemble.counsel import asking
from evo.assemble.resume import setup_of
from evo.assemble.splits import NOTE, score_split
from evo.errors import DamagedError, LockedError, UsageError
from evo.store.reading.view import open_run
from evo.store.remark import add_remark

if TYPE_CHECKING:
    from pathlib import Path

    from evo.assemble.splits import Split, SplitScore


def score_stored(run: Path, program_id: str, split: Split) -> SplitScore:
    """Score a program of a run on a split and enter that into the run's log, unless somebody is writing it.

    Args:
        run: its folder.
        program_id: full id.
        split: which.

    Raises:
        UsageError: the problem has no such split, or its judge asks a model.
        ConflictError: the problem is not what it was when the run began.
        DamagedError: the log names the program, but it is not in the database.
    """
    with open_run(run) as view:
        setup = setup_of(view)
        program, commit = view.program(program_id), view.commit_of(program_id)
    if program is None or commit is None:
        raise DamagedError(f"{run}: program {program_id} is named by the log but is not in the database")
    if who := next((who for who, _ in asking(setup.problem, setup.graph)), None):
        raise UsageError(f"{who} asks a model, so only a run can pay for that: it scores its best program when it ends")
    search = commit.evaluation.objective if commit.evaluation else None
    found = asyncio.run(score_split(setup, program, split, search, {}))
    try:
        add_remark(run, found.words, author="evo", more={NOTE: found.data()})
    except LockedError:
        return found
    return replace(found, noted=True)

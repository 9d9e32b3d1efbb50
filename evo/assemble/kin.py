"""Runs that ask the same: who asks once more goes on with what is there, instead of beginning anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evo.config.run import amend, amendable, differences, from_yaml
from evo.errors import EvoError
from evo.store.reading.address import run_folders
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from evo.config.run import RunSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A run that asks what another run spec asks.

    Attributes:
        folder: where it lies. created: when it began.
        settings: what it is to do differently, "dotted.key=value" each: what does not change what its log means.
        finished: whether it has come to its end.
    """

    folder: Path
    created: float
    settings: tuple[str, ...]
    finished: bool


def find_kin(spec: RunSpec, runs_dir: Path) -> Kin | None:
    """Return the newest run in a folder that asks what `spec` asks, None where there is none.

    Args:
        spec: as declared; its problem is a folder.
        runs_dir: where runs lie.
    """
    found = [kin for folder in run_folders(runs_dir) if (kin := _kin_of(spec, folder)) is not None]
    return max(found, key=lambda kin: kin.created, default=None)


def _kin_of(spec: RunSpec, folder: Path) -> Kin | None:
    try:
        with open_run(folder) as view:
            header, amendments = view.header, view.amendments()
        old = amend(from_yaml(header.spec, str(folder)), amendments)
    except EvoError:  # no run, or one that cannot be read: `evo runs` says so
        return None
    if Path(old.problem) != Path(spec.problem).resolve():
        return None
    # What was filled in when the run began is no difference.
    same = replace(spec, problem=old.problem, pipeline=old.pipeline, prompts=old.prompts, answers=old.answers)
    if spec.schedule.window is None:
        filled = replace(spec.schedule, window=old.schedule.window, edition=old.schedule.edition)
        same = replace(same, schedule=filled)
    changed = differences(old, same)
    if not all(amendable(key) for key, *_ in changed):
        return None
    settings = tuple(f"{key}={json.dumps(new)}" for key, _, new in changed)
    return Kin(folder=folder, created=header.created, settings=settings, finished=header.state == "finished")

"""What the verbs across runs, programs and cells do: open, gather, draw or emit."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from evo.cli import fronts
from evo.cli.streams import emit, note, write
from evo.errors import DamagedError, EvoError, NotFoundError, SpecError
from evo.render import changes, heat, tables
from evo.render.console import show as draw
from evo.spec.run import from_yaml
from evo.store import address as addresses
from evo.store.view import open_run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from evo.spec.run import RunSpec
    from evo.store.view import RunView

# Plain data, as `--json` has it.
_Data = Any
_COUNTED = ("stop_reason", "best", "direction", "unit", "committed", "tickets_issued", "evaluations", "seconds")


@contextmanager
def opened(runs_dir: Path, name: str) -> Generator[RunView]:
    """Open the run that `name` means; what `@last` passes over is named on stderr."""
    with open_run(addresses.find_run(runs_dir, name, note=note)) as view:
        yield view


def spec_of(view: RunView) -> RunSpec | None:
    """Return the run's config, None where this version cannot read it."""
    try:
        return from_yaml(view.header.spec, str(view.folder))
    except SpecError:
        return None


def runs(runs_dir: Path, *, as_json: bool) -> None:
    """`evo runs`."""
    rows: list[_Data] = []
    for folder in addresses.run_folders(runs_dir):
        try:
            with open_run(folder) as view:
                rows.append(_row(view))
        except EvoError as error:
            note(f"{folder} is passed over: {error}")
    rows.sort(key=lambda row: (row["created"], row["run"]), reverse=True)
    if as_json:
        emit(rows)
    elif rows:
        draw(tables.runs(rows))
    else:
        note(f"No run in {runs_dir}; `evo run CONFIG` makes one, --runs-dir looks elsewhere.")


def _row(view: RunView) -> _Data:
    data, spec = view.status(), spec_of(view)
    return {
        "run": data["run"],
        "problem": data["problem"],
        "instance": data["instance"],
        "strategy": spec.strategy.use if spec else None,
        "created": view.header.created,
        "state": data["state"],
        **{name: data[name] for name in _COUNTED},
        "cost_usd": data["cost_usd"],
    }


def diff(runs_dir: Path, first: str, second: str, *, context: int, as_json: bool) -> None:
    """`evo diff`; without a second program, from the first one's parent to it."""
    if second:
        old, new = _side(runs_dir, first), _side(runs_dir, second)
    else:
        new = _side(runs_dir, first)
        old = _parent(new)
    text = changes.unified(old, new, context)
    if as_json:
        emit({"from": old.data(), "to": new.data(), "delta": changes.gain(old, new), "diff": text})
    elif not text:
        note("The programs are equal.")
    elif sys.stdout.isatty():
        draw(changes.coloured(text))
    else:
        write(text)


def _side(runs_dir: Path, address: str) -> changes.Side:
    place = addresses.parse(address)
    with opened(runs_dir, place.run) as view:
        return _of(view, addresses.find_program(view, place.program))


def _of(view: RunView, program_id: str) -> changes.Side:
    program, evaluation = view.program(program_id), view.evaluation(program_id)
    if program is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    header = view.header
    return changes.Side(
        run=header.id,
        folder=view.folder,
        program=program,
        objective=evaluation.objective if evaluation else None,
        direction=view.direction,
    )


def _parent(side: changes.Side) -> changes.Side:
    with open_run(side.folder) as view:
        parents = view.parents(side.program.id)
        if not parents:
            raise NotFoundError(
                f"program {side.program.id[:8]} was made from no other, so there is no step to show; "
                f"`evo diff A B` compares any two"
            )
        return _of(view, parents[0])


def archive_map(runs_dir: Path, run: str, island: int | None, *, by: str, as_json: bool) -> None:
    """`evo map`; `by` names one of several objectives, "" the first."""
    with opened(runs_dir, run) as view:
        header, held, aims = view.header, view.holdings(), fronts.aims(view)
    if island is not None and island >= header.islands:
        raise NotFoundError(f"run {header.id} has no island {island}; its islands are 0 to {header.islands - 1}")
    numbers = range(header.islands) if island is None else [island]
    data: _Data = {
        "run": header.id,
        "direction": header.direction,
        "unit": header.unit,
        "objectives": {name: str(way) for name, way in aims.items()},
        "axes": json.loads(header.axes),
        "islands": [
            {
                "island": number,
                "cells": [
                    {
                        "cell": list(each.elite.cell),
                        "program": each.elite.program,
                        "objective": each.elite.objective,
                        "measures": dict(each.elite.measures),
                    }
                    for each in held
                    if each.island == number
                ],
            }
            for number in numbers
        ],
    }
    shaded = fronts.shaded_by(data, by) if by else data
    if as_json:
        emit(data)
    elif held:
        draw(heat.Maps(data=shaded))
    else:
        note("No elite yet: no program is VALID.")

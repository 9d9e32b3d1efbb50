"""What the verbs across runs and programs do: open, gather, draw or emit."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.cli.filters import moment
from evo.cli.streams import emit, note, write
from evo.config.run import from_yaml
from evo.errors import DamagedError, EvoError, NotFoundError, SpecError, UsageError, nearest
from evo.render import changes, tables
from evo.render.console import show as draw
from evo.store.reading import address as addresses
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from evo.config.run import RunSpec
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any
STATES = ("running", "finished", "paused", "interrupted", "failed")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs are meant; "" asks for nothing.

    Attributes:
        problem: NAME or NAME/INSTANCE.
        state: see STATES.
        since: the earliest time of their beginning, as in `filters.moment`.
    """

    problem: str = ""
    state: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        """Refuse what no run can have.

        Raises:
            UsageError: a state or a time that is none.
        """
        if self.state and self.state not in STATES:
            hint = nearest(self.state, STATES) or f"; there are {', '.join(STATES)}"
            raise UsageError(f"--state {self.state}: no such state{hint}")
        moment(self.since)

    def takes(self, row: _Data, begins: float) -> bool:
        """Tell whether a run is meant; `begins` is the time that `since` means."""
        names = {row["problem"], tables.label(row["problem"], row["instance"])}
        return (
            (not self.problem or self.problem in names)
            and (not self.state or row["state"] == self.state)
            and row["created"] >= begins
        )


def runs(runs_dir: Path, wanted: Wanted, *, as_json: bool) -> None:
    """`evo runs`."""
    begins = moment(wanted.since)
    rows: list[_Data] = []
    for folder in addresses.run_folders(runs_dir):
        try:
            with open_run(folder) as view:
                rows.append(_row(view))
        except EvoError as error:
            note(f"{folder} is passed over: {error}")
    there, rows = rows, [row for row in rows if wanted.takes(row, begins)]
    rows.sort(key=lambda row: (row["created"], row["run"]), reverse=True)
    if as_json:
        emit(rows)
    elif rows:
        draw(tables.runs(rows))
    elif there:
        problems = {each["problem"] for each in there}
        hint = nearest(wanted.problem, problems) if wanted.problem and wanted.problem not in problems else ""
        note(f"No run like that among the {len(there)} in {runs_dir}{hint}")
    else:
        note(f"No run in {runs_dir}; `evo run circle_packing/26` makes one, `evo run CONFIG` yours.")


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
    text = changes.unified(old.program, new.program, context)
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

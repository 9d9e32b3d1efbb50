"""What `evo problems` tells: read from `problem.yaml` alone, nothing of a problem is run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from evo.cli.streams import emit, note
from evo.errors import EvoError, NotFoundError
from evo.render import tables
from evo.render.console import show as draw
from evo.spec.loading import read
from evo.spec.problem import load_problem
from evo.spec.resources import known, resolve, shipped
from evo.spec.statement import InstanceSpec, ProblemSpec
from evo.spec.validation import validate

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON
    from evo.spec.statement import BestKnown


def show(name: str, *, as_json: bool) -> None:
    """`evo problems`; a list of all, or one in full."""
    if name:
        row = _row(_folder(name))
        if as_json:
            emit(row)
        else:
            draw(tables.problem(row))
        return
    rows = list(filter(None, map(_readable, known("problems"))))
    if as_json:
        emit(rows)
    elif rows:
        draw(tables.problems(rows))
    else:
        note("There is no problem here; `evo new my_problem` makes one.")


def _folder(name: str) -> Path:
    """Return the folder of a problem, also when an instance is named."""
    try:
        return resolve("problems", name)
    except NotFoundError:
        return load_problem(name).folder


def _readable(name: str) -> dict[str, JSON] | None:
    """Return a problem's row; None, with a word about why, where its file is wrong: the others are still listed."""
    try:
        return _row(resolve("problems", name))
    except EvoError as error:
        note(str(error))
        return None


def _row(folder: Path) -> dict[str, JSON]:
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    aim = spec.objective
    instances = spec.instances or {"": InstanceSpec()}
    suffix = "." + spec.program.file.rpartition(".")[2]
    seeds = sorted(path.name for path in (folder / "seeds").glob("*") if path.suffix == suffix or path.is_dir())
    return {
        "name": spec.name,
        "summary": spec.summary,
        "source": spec.source,
        "folder": str(folder),
        "shipped": folder.resolve().is_relative_to(shipped("problems").resolve()),
        "objective": {"name": aim.name, "direction": str(aim.direction), "unit": aim.unit},
        "program": {"entry": spec.program.entry, "file": spec.program.file, "signature": spec.program.signature},
        "measures": {name: asdict(measure) for name, measure in spec.measures.items()},
        "seeds": [seed for seed in seeds if not seed.startswith(("_", "."))],
        "instances": [
            {
                "name": name,
                "params": {**spec.params, **instance.params},
                "best_known": _best_known(instance.best_known or aim.best_known),
            }
            for name, instance in instances.items()
        ],
    }


def _best_known(best: BestKnown | None) -> JSON:
    return {"value": best.value, "source": best.source, "date": best.date} if best else None

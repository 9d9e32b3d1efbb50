"""One problem of several as plain data: what `problem.yaml` says of it and of its instances."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evo.config.document import read
from evo.config.problem import seed_paths
from evo.config.problem_spec import InstanceSpec, ProblemSpec
from evo.config.resources import shipped
from evo.config.validation import validate

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.problem_spec import BestKnown, ObjectiveSpec


def read_row(folder: Path) -> dict[str, Any]:
    """Return what a problem's folder declares, as plain data; the keys of `evo problems --json`.

    Raises:
        SpecError: its file is wrong.
    """
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    instances = spec.instances or {"": InstanceSpec()}
    seeds = [path for instance in instances.values() for path in seed_paths(folder / "seeds", spec, instance)]
    return {
        "name": spec.name,
        "summary": spec.summary,
        "source": spec.source,
        "folder": str(folder),
        "shipped": folder.resolve().is_relative_to(shipped("problems").resolve()),
        "objective": _describe_objective(spec.objective),
        "program": {"entry": spec.program.entry, "file": spec.program.file, "signature": spec.program.signature},
        "measures": {name: asdict(measure) for name, measure in spec.measures.items()},
        "seeds": list(dict.fromkeys(path.relative_to(folder / "seeds").as_posix() for path in seeds)),
        "instances": [
            {
                "name": name,
                "params": {**spec.params, **instance.params},
                "best_known": _describe_record(spec.at(name).objective.best_known),
                "objective": _describe_objective(spec.at(name).objective),
                "formerly": [old for old, former in spec.formerly.items() if former.instance == name],
            }
            for name, instance in instances.items()
        ],
    }


def _describe_objective(aim: ObjectiveSpec) -> JSON:
    return {"name": aim.name, "direction": str(aim.direction), "unit": aim.unit}


def _describe_record(best: BestKnown | None) -> JSON:
    return {"value": best.value, "source": best.source, "date": best.date} if best else None

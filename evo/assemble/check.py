"""A declared run put together without being started, so that whatever is wrong in it is found now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.assemble.fold import fold_parts
from evo.assemble.models import declared_models
from evo.assemble.resolve import make_ways, resolve_files
from evo.config.document import read
from evo.config.pack_run import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from evo.config.run import RunSpec


def check_config(path: Path) -> str:
    """Return what a config declares, in a few words.

    Raises:
        NotFoundError: it names what does not exist.
        SpecError: anything wrong in it, at its position.
    """
    value = read(path).value
    if isinstance(value, dict) and not {"problem", "extends"} & value.keys():
        # Others extend it; what it leaves open is filled in, so that what it says can be judged.
        missing = [] if "budget" in value else ["budget.tickets=1"]
        spec = load_run(path, [f"problem={path.stem}", *missing])
        make_ways(spec, fold_parts(spec))
        declared_models(spec)
        return "a base for other configs"
    return check_run(load_run(path))


def check_run(spec: RunSpec) -> str:
    """Return what a run declares, in a few words.

    Raises:
        NotFoundError, SpecError: as `check_config`.
    """
    setup = resolve_files(spec)
    return f"{setup.problem.label}, pipeline {setup.graph.name}, seed {setup.seed}"

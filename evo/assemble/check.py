"""A declared run put together without being started, so that whatever is wrong in it is found now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo import parts
from evo.assemble.fold import fold_parts
from evo.assemble.models import check_facts, declared_models
from evo.assemble.remarks import remarks
from evo.assemble.resolve import make_ways, resolve_files
from evo.assemble.tellers import check_trackers
from evo.config.document import read
from evo.config.pack_run import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from evo.config.run import RunSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A declared run that holds together.

    Attributes:
        text: what it declares, in a few words.
        remarks: what its author may not have meant.
    """

    text: str
    remarks: tuple[str, ...] = ()


def check_config(path: Path) -> Checked:
    """Return what a config declares.

    Raises:
        NotFoundError: it names what does not exist.
        SpecError: anything wrong in it, at its position.
    """
    value = read(path).value
    if isinstance(value, dict) and not {"problem", "extends"} & value.keys():
        # Others extend it; what it leaves open is filled in, so that what it says can be judged.
        missing = [] if "budget" in value else ["budget.tickets=1"]
        check_parts(load_run(path, [f"problem={path.stem}", *missing]))
        return Checked(text="a base for other configs")
    return check_run(load_run(path))


def check_parts(spec: RunSpec) -> None:
    """Make every part of a run that can be made without its problem.

    Raises:
        SpecError: a part that does not exist, options that do not fit, or parts that do not hold together.
    """
    make_ways(spec, fold_parts(spec))
    declared_models(spec)
    parts.make("mix", spec.mix, "mix")
    parts.make("executor", spec.executor, "executor")


def check_run(spec: RunSpec) -> Checked:
    """Return what a run declares.

    Raises:
        NotFoundError, SpecError: as `check_config`.
    """
    setup = resolve_files(spec)
    check_facts(setup)
    check_trackers(setup)
    text = f"{setup.problem.label}, pipeline {setup.graph.name}, seed {setup.seed}"
    return Checked(text=text, remarks=tuple(remarks(setup)))

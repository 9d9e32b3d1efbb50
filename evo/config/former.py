"""Earlier addresses: a pack says in `formerly` what used to be called what, so that old names and old runs go on.

Two things hang on an entry. The old address resolves, and is told its new one. And where the entry vouches that the
instance still means what it meant (`recorded`, `equals`), runs that were recorded then can be resumed and executed
again: the fingerprint stays the one that they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

from evo.canonical import canonical, fingerprint
from evo.config.document import MAX_BYTES, read, read_text
from evo.config.dump import plain
from evo.config.problem_spec import FormerSpec, ProblemSpec
from evo.config.resources import shipped
from evo.config.validation import validate
from evo.errors import EvoError, NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.canonical import JSON

# What of `problem.yaml` a score, a prompt or a limit hangs on; the name is the address's own.
_MEANT = (
    "summary",
    "language",
    "program",
    "objective",
    "measures",
    "objectives",
    "arrays",
    "seed",
    "limits",
    "pipeline",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An earlier address, found again.

    Attributes:
        folder: of the pack that has it now.
        old: the address in full, "heilbronn_square/12".
        instance: what it is now.
    """

    folder: Path
    old: str
    instance: str

    @property
    def name(self) -> str:
        """The problem's earlier name."""
        return self.old.partition("/")[0]

    @property
    def old_instance(self) -> str:
        """The instance's earlier name; "" if it had none."""
        return self.old.partition("/")[2]


def find_former(address: str, beside: Path | None = None) -> Former | None:
    """Return what an earlier address means now, None where no pack knows it.

    Args:
        address: a name, name/instance, or a path that ends so; nothing of that name exists any more.
        beside: the folder of the file that names it.

    Raises:
        NotFoundError: the name is known, but not with that instance.
    """
    steps = address.rstrip("/").split("/")
    for length in (2, 1):
        if len(steps) < length:
            continue
        old, place = "/".join(steps[-length:]), "/".join(steps[:-length])
        for folder, spec in _packs(place, beside, steps[-length]):
            table = spec.formerly
            names = [each for each in table if each.partition("/")[0] == steps[-length]]
            if length == 1 and names:
                return Former(folder=folder, old=names[0], instance=table[names[0]].instance)
            if old in table:
                return Former(folder=folder, old=old, instance=table[old].instance)
            if names:
                hint = nearest(old, names) or f"; there were {', '.join(names)}"
                raise NotFoundError(f"problem {address!r}: {steps[-length]} is now part of {spec.name}{hint}")
    return None


def meant(spec: ProblemSpec, instance: str, params: Mapping[str, JSON], judge: Sequence[str]) -> str:
    """Return the fingerprint of what an instance means: what is declared for it, its parameters, its judge.

    Args:
        spec: the pack's.
        instance: whose.
        params: all that the judge gets.
        judge: the texts of `evaluate.py` and the modules beside it.
    """
    here = spec.at(instance)
    declared = {item.name: plain(getattr(here, item.name)) for item in fields(here) if item.name in _MEANT}
    program = cast("dict[str, JSON]", declared["program"])
    for later in ("reference", "root", "shown", "left_out"):
        # These keys came later than the first claims, and without them nothing is meant that they did not mean.
        if not program[later]:
            del program[later]
    return fingerprint(canonical([declared, dict(params), list(judge)]))


def vouched(spec: ProblemSpec, address: str, meaning: str) -> str:
    """Return the fingerprint that runs of an earlier address hold, "" where the pack does not vouch for it (any more).

    Args:
        spec: the pack's.
        address: "heilbronn_square/12".
        meaning: `meant` of the instance that it is now.
    """
    former = spec.formerly.get(address, FormerSpec(instance=""))
    return former.recorded if former.equals == meaning else ""


def _packs(place: str, beside: Path | None, name: str) -> Iterator[tuple[Path, ProblemSpec]]:
    """Yield the packs in the folders where an address resolves whose files speak of a name."""
    near = [beside / place] if beside else []
    for folder in [Path(place), *near, *([] if place else [Path("problems"), shipped("problems")])]:
        for path in sorted(folder.glob("*/problem.yaml")) if folder.is_dir() else ():
            try:
                if name in read_text(path, str(path), limit=MAX_BYTES):
                    yield path.parent, validate(read(path), ProblemSpec)
            except EvoError:  # what is wrong with another pack is said when that one is asked for
                continue

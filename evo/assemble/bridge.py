"""A folder of another framework becomes a problem: copied, declared, and its first program scored five times."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from evo.assemble.evaluator import evaluating
from evo.config.problem import load_problem
from evo.errors import EvoError
from evo.records import EvaluationStatus
from evo.scaffold.bridge import HOME, find_bridge
from evo.scaffold.bridge_files import bridge_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evo.records import Evaluation
    from evo.scaffold.bridge import Bridge

SEEDS = 4
"""With so many seeds the first program is scored, and with the first of them twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What came of a folder.

    Attributes:
        bridge: what was found in it.
        scored: the evaluations of its first program: two with one seed, the others with a seed each; one alone where
            that was not VALID; none where it could not be tried.
        unsteady: metrics and texts that differed between the first two.
        trouble: why it could not be tried, or has no score; "" where all is well.
    """

    bridge: Bridge
    scored: tuple[Evaluation, ...]
    unsteady: tuple[str, ...]
    trouble: str

    def words(self) -> Iterator[str]:
        """Yield what the five scores say of noise and time."""
        if self.trouble:
            return
        scores = [each.objective for each in self.scored if each.objective is not None]
        cpu = fmean(stage.cpu_seconds for each in self.scored for stage in each.stages[:1])
        wall = fmean(stage.seconds for each in self.scored for stage in each.stages[:1])
        yield f"its first program scores {scores[0]!r}; each evaluation takes {cpu:.2g} s of CPU, {wall:.2g} s in all"
        twice = "the same" if scores[0] == scores[1] else f"{scores[1]!r}, so times or the machine count in it"
        yield f"once more with the same seed: {twice}"
        if len(set(scores[1:])) > 1:
            yield f"with {SEEDS} seeds: {min(scores)!r} to {max(scores)!r}, deviation {pstdev(scores[1:]):.3g}: noisy"
        else:
            yield f"with {SEEDS} seeds: the same"
        if self.unsteady:
            yield f"another way each time, so kept apart from prompts: {', '.join(self.unsteady)}"


def carry_over(origin: Path, folder: Path) -> CarriedOver:
    """Make a problem of a folder of another framework.

    Args:
        origin: the folder.
        folder: of the problem, which does not exist yet; it is written even where the program has no score, since that
            may be mended there.

    Raises:
        SpecError: the folder has no layout that is known.
        EvoError: it cannot be copied.
    """
    bridge = find_bridge(origin)
    _copy(bridge, folder)
    _write(bridge, folder, axes={}, unsteady=(), notes=())
    scored, trouble = _scores(folder)
    axes = _axes(bridge, scored) if not trouble else {}
    # What spans the archive has to be there, however it varies.
    unsteady = tuple(each for each in _unsteady(scored) if each not in axes)
    found = CarriedOver(bridge=bridge, scored=scored, unsteady=unsteady, trouble=trouble)
    notes = [f"{each[:1].upper()}{each[1:]}." for each in found.words()]
    _write(bridge, folder, axes=axes, unsteady=unsteady, notes=notes)
    return found


def _copy(bridge: Bridge, folder: Path) -> None:
    home = folder / HOME / bridge.within
    try:
        for path in bridge.files:
            target = home / path.relative_to(bridge.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        raise EvoError(f"{bridge.folder} cannot be copied: {error}") from error


def _write(
    bridge: Bridge,
    folder: Path,
    *,
    axes: Mapping[str, tuple[float, float]],
    unsteady: tuple[str, ...],
    notes: list[str] | tuple[str, ...],
) -> None:
    texts = bridge_files(bridge, folder.name, axes=axes, unsteady=unsteady, notes=notes)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _scores(folder: Path) -> tuple[tuple[Evaluation, ...], str]:
    try:
        scored = asyncio.run(_evaluate(folder))
    except EvoError as error:
        return (), str(error)
    first = scored[0]
    return scored, "" if first.status is EvaluationStatus.VALID else f"{first.status}: {first.feedback}"


async def _evaluate(folder: Path) -> tuple[Evaluation, ...]:
    problem = load_problem(str(folder))
    (_, program), *_ = problem.seeds
    async with evaluating(problem) as evaluator:
        first = await evaluator.evaluate(program)
        if first.status is not EvaluationStatus.VALID:
            return (first,)
        again = await evaluator.evaluate(program)
        return (first, again, *[await evaluator.evaluate(program, number) for number in range(1, SEEDS)])


def _axes(bridge: Bridge, scored: tuple[Evaluation, ...]) -> dict[str, tuple[float, float]]:
    """Return the metrics that are to span the archive, with bounds that leave room beside what was seen."""
    found: dict[str, tuple[float, float]] = {}
    for name in bridge.config.features:
        values = [each.metrics[name] for each in scored if name in each.metrics]
        if len(values) == len(scored):
            low, high = min(values), max(values)
            inside = low >= 0 and high <= 1
            found[name] = (0.0, 1.0) if inside else (min(0.0, 2 * low), max(1.0, 2 * high))
    return found


def _unsteady(scored: tuple[Evaluation, ...]) -> tuple[str, ...]:
    """Return what differs between the first two evaluations, which had one seed."""
    if len(scored) < 2:  # noqa: PLR2004 - the first two
        return ()
    first, again = scored[:2]
    numbers = [name for name, value in first.metrics.items() if again.metrics.get(name) != value]
    said, other = (_parts(each.feedback) for each in (first, again))
    return tuple(dict.fromkeys([*numbers, *(name for name, text in said.items() if other.get(name) != text)]))


def _parts(feedback: str) -> dict[str, str]:
    """Return the texts of a feedback by name, as the evaluator's report has them."""
    found: dict[str, str] = {}
    name = ""
    for line in feedback.splitlines():
        head, colon, rest = line.partition(": ")
        if colon and head.replace("_", "").replace(" ", "").isalnum():
            name = head
            found[name] = rest
        else:
            found[name] = f"{found.get(name, '')}\n{line}"
    return {each: text for each, text in found.items() if each}

"""Proposals without a model: the numbers of a program as a vector, and a random step of it.

The text is scanned, not parsed: numbers inside strings, comments and names are left alone, and so is everything that
is not plainly a number (hexadecimal, imaginary, with underscores). Nothing here can be hurt by a hostile text.

With `method: cma` the step is one that CMA-ES would take from what is known: programs of the archives that differ from
the parent in numbers alone are its points, and all numbers move at once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

from evo.edits.edit import Refusal
from evo.edits.patch import REGION_END, REGION_START
from evo.errors import EvoError
from evo.propose.covariance import check_installed, next_point
from evo.propose.emitters.emitter import Choice, MakingEmitter, made, one_parent
from evo.records import Direction, Outcome, Program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from evo.edits import Editable
    from evo.propose.emitters.emitter import Scene
    from evo.records import Proposal, Ticket

_LANGUAGE = "python"
SMALLEST_INTEGER = 3
"""Integers below this are left alone: 0, 1 and 2 are more often an index, a flag or a dimension than a quantity."""
_RELATIVES = 32
"""Elites among which `cma` looks for programs that differ from the parent in numbers alone."""
_MOST_NUMBERS = 64
"""Numbers that `cma` moves at once: its work grows with their cube."""

_TOKEN = re.compile(
    r"""
    \#[^\n]*
    | [rRbBuUfF]{0,2} (?:
        \"\"\"(?:\\.|[^\\])*?\"\"\" | '''(?:\\.|[^\\])*?''' | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
      )
    | [^\W\d]\w*
    | (?P<number> (?: \d+\.\d* | \.\d+ | \d+ ) (?:[eE][+-]?\d+)? ) (?![\w.])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune(MakingEmitter):
    """Moves a few numbers of one parent, without a model; see `tuned`.

    Attributes:
        sigma: relative size of a step, over 0; for `cma` of the first ones.
        numbers: how many numbers move at once, at least 1; for `cma` it counts for nothing, since all of them move.
        method: `steps` draws every step alike; `cma` learns from the scores which steps pay (needs the extra `cma`).
    """

    operator: ClassVar[str] = "tune"
    sigma: float = 0.15
    numbers: int = 2
    method: Literal["steps", "cma"] = "steps"

    def __post_init__(self) -> None:
        """Check the options."""
        MakingEmitter.__post_init__(self)
        if not (math.isfinite(self.sigma) and self.sigma > 0) or self.numbers < 1:
            msg = f"emitter tune: sigma = {self.sigma}, numbers = {self.numbers}; expected sigma over 0, numbers from 1"
            raise EvoError(msg)
        if self.method not in {"steps", "cma"}:
            raise EvoError(f"emitter tune: method = {self.method!r}; expected steps or cma")
        if self.method == "cma":
            check_installed("emitter tune: method cma")

    def able(self, scene: Scene) -> bool:
        """Tell whether numbers can be found in programs of this language."""
        return scene.language in {"", _LANGUAGE}

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose one parent by the selector; for `cma` the best elites come along, as points."""
        parents = one_parent(scene, rng)
        if self.method == "steps" or not parents:
            return Choice(parents=parents)
        others = [program for program in _losses(scene) if program not in parents]
        return Choice(parents=(*parents, *others[:_RELATIVES]))

    def make(self, scene: Scene, ticket: Ticket, parents: Sequence[Program], rng: Random) -> Proposal:
        """Move numbers of the parent."""
        ticket = replace(ticket, parents=ticket.parents[:1])
        if self.method == "cma":
            found = learned(parents, _losses(scene), rng, editable=scene.editable, sigma=self.sigma)
        else:
            found = tuned(parents[0], rng, editable=scene.editable, sigma=self.sigma, numbers=self.numbers)
        return made(ticket, found, "numbers moved")


def _losses(scene: Scene) -> Mapping[str, float]:
    """Return the elites of all archives with what is to be made small, the best first."""
    found: dict[str, float] = {}
    for archive in scene.archives or (scene.archive,):
        sign = -1.0 if archive.direction is Direction.MAXIMIZE else 1.0
        found |= {elite.program: sign * elite.objective for elite in archive.elites()}
    return dict(sorted(found.items(), key=lambda each: (each[1], each[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLiteral:
    """A number in a file: where it stands and what it says."""

    path: str
    start: int
    text: str


def literals(program: Program, *, editable: Editable) -> list[NumberLiteral]:
    """Return the numbers of a Python program that a step may change, in the order of paths and places."""
    found: list[NumberLiteral] = []
    for path, text in sorted(program.files.items()):
        spans = _regions(text) if editable == "markers" else [(0, len(text))]
        for match in _TOKEN.finditer(text):
            number = match["number"]
            fixed = number is None or (number.isdigit() and int(number[:20]) < SMALLEST_INTEGER)
            if not fixed and any(start <= match.start() < end for start, end in spans):
                found.append(NumberLiteral(path=path, start=match.start("number"), text=match["number"]))
    return found


def tuned(program: Program, rng: Random, *, editable: Editable, sigma: float, numbers: int) -> Program | Refusal:
    """Return a program some of whose numbers took a step.

    A number is multiplied by e to the power of a normal draw with deviation `sigma`; a zero becomes the size of the
    draw, since a minus sign might bind otherwise than a number does. Integers stay integers, at least 1, and always
    move.

    Args:
        program: the parent.
        rng: the only source of chance.
        editable: what of the program may change.
        sigma: size of the step, over 0; 0.1 is about a tenth of the number.
        numbers: how many change, at least 1; fewer if the program has fewer.

    Returns:
        The program, or NOT_APPLICABLE: it is not written in Python, or has no number to change.
    """
    there = literals(program, editable=editable) if program.language == _LANGUAGE else []
    if not there:
        return _numberless(program)
    drawn = sorted(rng.sample(range(len(there)), min(numbers, len(there))))
    return _written(program, [(there[index], _step(there[index].text, rng.gauss(0.0, sigma))) for index in drawn])


def learned(
    programs: Sequence[Program], losses: Mapping[str, float], rng: Random, *, editable: Editable, sigma: float
) -> Program | Refusal:
    """Return a program whose numbers all took a step of CMA-ES, learned from programs that differ in numbers alone.

    Its space is the logarithm of each number over the parent's; zeros stay as they are, integers move as in `tuned`.

    Args:
        programs: the parent, then others that were scored.
        losses: program -> what is to be made small, of those that have a score.
        rng: the only source of chance.
        editable: what of the program may change.
        sigma: first size of the step, over 0.

    Returns:
        The program, or NOT_APPLICABLE: as `tuned`.
    """
    parent = programs[0]
    there = literals(parent, editable=editable) if parent.language == "python" else []
    moving = [index for index, each in enumerate(there) if float(each.text)][:_MOST_NUMBERS]
    if not moving:
        return _numberless(parent)
    form = _form(parent, there)
    points: list[list[float]] = []
    scores: list[float] = []
    for program in programs:
        numbers = literals(program, editable=editable)
        known = program.id in losses and len(numbers) == len(there) and _form(program, numbers) == form
        if known and all(float(numbers[index].text) for index in moving):
            points.append([_log_ratio(numbers[index].text, there[index].text) for index in moving])
            scores.append(losses[program.id])
    point = next_point(points or [[0.0] * len(moving)], scores or [0.0], sigma, rng)
    return _written(parent, [(there[i], _step(there[i].text, draw)) for i, draw in zip(moving, point, strict=True)])


def _form(program: Program, numbers: Sequence[NumberLiteral]) -> tuple[str, ...]:
    """Return what a program is without its numbers."""
    files = {path: list(text) for path, text in program.files.items()}
    for literal in numbers:
        files[literal.path][literal.start : literal.start + len(literal.text)] = [""] * len(literal.text)
    return tuple("".join(files[path]) for path in sorted(files))


def _log_ratio(value: str, base: str) -> float:
    return math.log(abs(float(value)) / abs(float(base)))


def _numberless(program: Program) -> Refusal:
    detail = f"no number to tune: the program, in {program.language}, has none that may change"
    return Refusal(outcome=Outcome.NOT_APPLICABLE, detail=detail)


def _written(program: Program, steps: Sequence[tuple[NumberLiteral, str]]) -> Program | Refusal:
    """Return the program with the numbers in their new texts; they stand in the order of paths and places."""
    files = dict(program.files)
    for literal, text in reversed(steps):
        before = files[literal.path]
        files[literal.path] = before[: literal.start] + text + before[literal.start + len(literal.text) :]
    try:
        return Program.of(files, language=program.language, trunk=program.trunk)
    except EvoError as error:
        return Refusal(outcome=Outcome.NOT_APPLICABLE, detail=str(error))


def _step(text: str, draw: float) -> str:
    factor = math.exp(max(min(draw, 30.0), -30.0))
    if text.isdigit():
        value = int(text[:20])
        moved = round(value * factor)
        return str(max(moved if moved != value else value + (1 if draw > 0 else -1), 1))
    value = float(text)
    moved = value * factor if value else abs(draw)
    if not math.isfinite(moved):
        return text
    said = format(moved, ".6g")
    return said if any(mark in said for mark in ".e") else f"{said}.0"


def _regions(text: str) -> list[tuple[int, int]]:
    """Return the stretches between marker lines, as offsets; see `edits.frozen`."""
    spans: list[tuple[int, int]] = []
    start, offset = -1, 0
    for line in text.split("\n"):
        end = offset + len(line) + 1
        if start >= 0 and REGION_END in line:
            spans.append((start, offset))
            start = -1
        elif start < 0 and REGION_START in line:
            start = end
        offset = end
    return [*spans, (start, offset)] if start >= 0 else spans

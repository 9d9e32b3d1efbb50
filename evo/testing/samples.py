"""Archives, programs and requests as a run would hand them to a part; each a function of its arguments."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.propose.emitters.emitter import Scene
from evo.propose.prompt.problem_contract import ProblemContract
from evo.qd.archive import Archive
from evo.qd.noise import Noise
from evo.qd.selectors import Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.records import (
    Commit,
    Direction,
    Elite,
    Evaluation,
    EvaluationStatus,
    Outcome,
    Program,
    Prompt,
    Proposal,
    Purpose,
    Request,
    Ticket,
)
from evo.rng import derive, stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.qd.replacements import Replacement
    from evo.qd.spaces import Space
    from evo.records import Cell

BROKEN = 10_000
"""Numbers from here on are programs that failed."""

CONTRACT = ProblemContract(
    label="sample",
    summary="find 0.3",
    brief="Find the number 0.3.",
    language="python",
    file="program.py",
    entry="x",
    signature="x = number",
    editable="whole",
    objective="closeness",
    direction=Direction.MAXIMIZE,
    params=MappingProxyType({}),
    measures=MappingProxyType({"x": "the number", "y": "another one"}),
)
"""A problem whose programs are one line, `x = 0.3`."""


def space(cells: int = 8) -> GridSpace:
    """Return a grid over the measures x and y, both in [0, 1]."""
    return GridSpace((Axis(name="x", low=0.0, high=1.0, cells=cells), Axis(name="y", low=0.0, high=1.0, cells=cells)))


def program(number: int) -> Program:
    """Return the program of a number; different ones differ."""
    return Program.of(f"x = {number / 64}\n")


def elites(count: int, *, seed: int = 0, into: Space | None = None) -> list[Elite]:
    """Return elites with the measures x and y, some of them with equal objectives, some of one cell."""
    where, found = into or space(), list[Elite]()
    for number in range(count):
        rng = stream(seed, "sample", number)
        measures = {"x": round(rng.random(), 3), "y": round(rng.random(), 3)}
        objective = float(rng.randrange(max(count // 2, 2)))
        cell: Cell = where.cell_of(measures)
        found.append(Elite(program=program(number).id, objective=objective, measures=measures, cell=cell))
    return found


def archive(
    count: int,
    *,
    direction: Direction = Direction.MAXIMIZE,
    island: int = 0,
    seed: int = 0,
    rule: Replacement | None = None,
    aims: Mapping[str, Direction] = MappingProxyType({}),
    per_cell: int = 1,
) -> Archive:
    """Return an archive to which `count` elites were offered, some with children that were committed."""
    noise = Noise(rule.z) if rule is not None and rule.z is not None else None
    held = Archive(space(), direction, island, per_cell=per_cell, aims=aims, rule=rule, noise=noise)
    for number, elite in enumerate(elites(count, seed=seed)):
        held.offer(elite)
        held.credit(elite.program, won=number % 3 == 0)
    return held


def islands(*counts: int) -> list[Archive]:
    """Return one archive for each count of elites."""
    return [archive(count, island=island, seed=island) for island, count in enumerate(counts)]


def scene(count: int, *, broken: int = 0) -> Scene:
    """Return what an emitter sees of a run with so many elites on an island, and so many programs that failed."""
    held = islands(count, max(count - 2, 0))
    failed = tuple(program(BROKEN + number).id for number in range(broken))
    return Scene(archive=held[0], selector=Uniform(), broken=failed, archives=tuple(held))


def programs_of(seen: Scene) -> Mapping[str, Program]:
    """Return every program that a sample scene knows, by id."""
    numbers = [*range(256), *range(BROKEN, BROKEN + len(seen.broken))]
    return {each.id: each for each in map(program, numbers)}


def ticket(operator: str, parents: Sequence[str] = (), inspirations: Sequence[str] = (), number: int = 7) -> Ticket:
    """Return the right to an attempt on the first island."""
    return Ticket(
        number=number,
        after_seq=3,
        island=0,
        operator=operator,
        parents=tuple(parents),
        inspirations=tuple(inspirations),
    )


def request(number: int = 7, *, llm: str = "fast", words: str = "") -> Request:
    """Return a request for a better program than `x = 0.5`.

    Args:
        number: of the ticket.
        llm: the role that is asked.
        words: put into the prompt as well.
    """
    asked = "## Parent\n\n```python\nx = 0.5\n```\n\n## What to do\n\nWrite a program whose closeness is larger.\n"
    return Request(
        purpose=Purpose.PROPOSE,
        subject=str(number),
        prompt=Prompt(system="You improve programs.", user=f"{words}{asked}"),
        seed=derive(0, Purpose.PROPOSE, number),
        llm=llm,
        max_tokens=512,
    )


def commit(seq: int) -> Commit:
    """Return a commit of a log: every third one VALID, the next FAILED, the next without a program."""
    at, kind = 1.7e9 + seq, seq % 3
    made = program(seq) if kind < 2 else None  # noqa: PLR2004 - the first two of the three
    outcome = Outcome.PROPOSED if made else Outcome.UNPARSABLE
    proposal = Proposal(ticket=seq, island=seq % 2, operator="diff", outcome=outcome, llm="fast", program=made)
    evaluation = None
    if made and kind == 0:
        measures = {"x": seq / 64, "y": 0.5}
        status, objective = EvaluationStatus.VALID, seq / 64
        evaluation = Evaluation(program=made.id, status=status, objective=objective, measures=measures)
    elif made:
        evaluation = Evaluation(program=made.id, status=EvaluationStatus.FAILED)
    return Commit(seq=seq, ticket=seq, after_seq=seq - 1, proposal=proposal, evaluation=evaluation, at=at)

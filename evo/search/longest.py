"""The longest prompt that a run can come to, and the first one: made by the run's own prompt builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.propose.context import Context, Shown, Step
from evo.qd.archive import Archive
from evo.qd.selection import Uniform
from evo.qd.space import Axis, GridSpace
from evo.records import PROGRAM_MAX_BYTES, Evaluation, Program, Ticket
from evo.rng import stream
from evo.verdicts import Direction, EvaluationStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evo.propose.emitters import Choice, Emitter
    from evo.propose.prompt import PromptBuilder
    from evo.records import Prompt

_ELITES = 32
_DRAWS = 16
_STEPS = 6
_METRICS = 32
_WORDS = "words without end " * 256


def longest_program() -> Program:
    """Return a program as large as one may be."""
    line = "x = 1  # as large as a program may be\n"
    return Program.of(line * (PROGRAM_MAX_BYTES // len(line)))


def longest_prompt(emitter: Emitter, prompts: PromptBuilder, measures: Iterable[str]) -> Prompt:
    """Return a prompt of an emitter in which every program, history and complaint is as long as it may be.

    Args:
        emitter: how many programs it shows is found by trying.
        prompts: the run's builder, with whatever it cuts.
        measures: of the archive.
    """
    choice = _most(emitter)
    shown = _large(measures)
    step = Step(
        program=shown.program.id,
        parent=shown.program.id,
        operator=emitter.operator,
        summary=_WORDS,
        status=EvaluationStatus.FAILED,
        objective=-1 / 3,
        delta=-1 / 3,
        detail=_WORDS,
    )
    context = Context(
        parents=(shown,) * max(1, len(choice.parents)),
        inspirations=(shown,) * len(choice.inspirations),
        ancestors=(step,) * _STEPS,
        attempts=(step,) * _STEPS,
        best=-1 / 3,
    )
    return prompts.build(_ticket(emitter), context)


def first_prompt(emitter: Emitter, prompts: PromptBuilder, seeds: Sequence[Program]) -> Prompt:
    """Return a prompt of an emitter with as many of the seeds in it, the largest first, and no history."""
    choice = _most(emitter)
    by_size = sorted(seeds, key=lambda seed: -sum(map(len, seed.files.values())))
    shown = [Shown(program=seed, evaluation=None, ticket=0, operator="seed") for seed in by_size]
    parents = max(1, len(choice.parents))
    context = Context(
        parents=tuple(shown[:parents]), inspirations=tuple(shown[parents : parents + len(choice.inspirations)])
    )
    return prompts.build(_ticket(emitter), context)


def _most(emitter: Emitter) -> Choice:
    """Return a choice of an emitter that shows as many programs as it ever does."""
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=_ELITES),))
    archive = Archive(space, Direction.MAXIMIZE, 0)
    for number in range(_ELITES):
        archive.add(archive.elite(f"{number:032x}", float(number), {"x": number / _ELITES}))
    draws = stream(0, "estimate", emitter.operator)
    choices = [emitter.choose(archive, Uniform(), draws) for _ in range(_DRAWS)]
    return max(choices, key=lambda choice: (len(choice.parents), len(choice.inspirations)))


def _large(measures: Iterable[str]) -> Shown:
    program = longest_program()
    evaluation = Evaluation(
        program=program.id,
        status=EvaluationStatus.VALID,
        objective=-1 / 3,
        measures=dict.fromkeys(measures, -1 / 3),
        metrics={f"a_metric_with_a_long_name_{number}": -1 / 3 for number in range(_METRICS)},
        feedback=_WORDS,
        flags=("near_limit", "noisy"),
    )
    return Shown(program=program, evaluation=evaluation, ticket=10**6, operator="crossover", summary=_WORDS)


def _ticket(emitter: Emitter) -> Ticket:
    return Ticket(number=0, after_seq=-1, island=0, operator=emitter.operator)

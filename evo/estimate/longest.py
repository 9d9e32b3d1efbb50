"""The longest prompts that a run can come to, and the first ones: made by the run's own prompt builder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.propose.advice import LINE_MAX_BYTES, NOTE_LINES
from evo.propose.emitters.emitter import Scene
from evo.propose.insights import INSIGHTS_MAX, TEXT_MAX_CHARS, Insight, InsightKind, Severity, Tag
from evo.propose.prompt.context import Edge, PromptContext, Shown, Step
from evo.propose.prompt.lineage import DIFF_MAX_BYTES
from evo.propose.prompt.manner import WORDINGS, Manner
from evo.propose.prompt.token_room import TOKEN_BYTES, tokens
from evo.qd.archive import Archive
from evo.qd.selectors import Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.records import PROGRAM_MAX_BYTES, Direction, Evaluation, EvaluationStatus, Program, Prompt, Ticket
from evo.rng import stream
from evo.search.guidance import ANCESTORS, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evo.config.sections import PromptsSpec
    from evo.propose.advice import Digest
    from evo.propose.emitters.emitter import Choice, Emitter
    from evo.propose.prompt.builder import PromptBuilder

_ELITES = 32
_DRAWS = 16
_METRICS = 32
_LESSONS = 3
_WORDS = "words without end " * 256
_ADVICE = "w" * LINE_MAX_BYTES


def longest_program() -> Program:
    """Return a program as large as one may be."""
    line = "x = 1  # as large as a program may be\n"
    return Program.of(line * (PROGRAM_MAX_BYTES // len(line)))


def longest_prompt(
    emitter: Emitter,
    prompts: PromptBuilder,
    measures: Iterable[str],
    *,
    shows: PromptsSpec,
    noted: bool = False,
    advised: bool = False,
    most: int | None = None,
) -> Prompt:
    """Return a prompt of an emitter in which every program, history and complaint is as long as it may be.

    Args:
        emitter: how many programs it shows is found by trying.
        prompts: the run's builder; with one that limits no part, none that the run makes is longer.
        measures: of the archive.
        shows: how much of the lineage.
        noted: whether parents come with insights.
        advised: whether there are notes, and an approach to follow.
        most: tokens that there is room for, None for no limit; a longer prompt ends there.
    """
    choice, measures = _most(emitter), list(measures)
    shown, other = _large(measures, noted=noted), _large(measures)
    step = _long_step(emitter.operator, measures, full=shows.lineage == "full")
    context = PromptContext(
        parents=(shown,) * max(1, len(choice.parents)),
        inspirations=(other,) * len(choice.inspirations),
        ancestors=(step,) * shows.ancestors,
        attempts=(step,) * shows.children,
        best=-1 / 3,
        notes=(_ADVICE,) * (NOTE_LINES if advised else 0),
        tactic=_ADVICE if advised else "",
    )
    ticket, wordings = _ticket(emitter), (Manner(wording=wording) for wording in range(WORDINGS))
    built = (prompts.build(ticket, context, wording) for wording in wordings)
    return _within(max(built, key=lambda prompt: len(prompt.user)), most)


def longest_analysis(prompts: PromptBuilder, measures: Iterable[str], most: int | None = None) -> Prompt:
    """Return the longest prompt that an analyst is asked with; see `longest_prompt`."""
    measures = list(measures)
    prompt = prompts.analysis(_large(measures), [_long_step("crossover", measures, full=True)], None)
    assert isinstance(prompt, Prompt)  # noqa: S101 - without a limit there is room
    return _within(prompt, most)


def longest_advice(digest: Digest, prompts: PromptBuilder, measures: Iterable[str], most: int | None = None) -> Prompt:
    """Return the longest prompt that asks for advice of the digest's kind; see `longest_prompt`."""
    measures = list(measures)
    step = _long_step("crossover", measures, full=False)
    digest = replace(digest, ancestors=(step,) * ANCESTORS, worked=(step,) * KEPT, failed=(step,) * KEPT)
    prompt = prompts.advice(digest, _large(measures), None)
    assert isinstance(prompt, Prompt)  # noqa: S101 - without a limit there is room
    return _within(prompt, most)


def _within(prompt: Prompt, most: int | None) -> Prompt:
    if most is None:
        return prompt
    left = max(0, most - tokens(prompt.system)) * TOKEN_BYTES
    user = prompt.user.encode("utf-8", "surrogatepass")[:left].decode("utf-8", "ignore")
    return Prompt(system=prompt.system, user=user)


def _long_step(operator: str, measures: Iterable[str], *, full: bool) -> Step:
    edge = Edge(
        diff="+" * DIFF_MAX_BYTES,
        added=10**6,
        removed=10**6,
        shift=dict.fromkeys(measures, -1 / 3),
        lessons=((InsightKind.GENERALISE, _WORDS),) * _LESSONS,
    )
    program = longest_program().id
    return Step(
        program=program,
        parent=program,
        operator=operator,
        summary=_WORDS,
        status=EvaluationStatus.FAILED,
        objective=-1 / 3,
        delta=-1 / 3,
        detail=_WORDS,
        edge=edge if full else None,
    )


def largest_first(seeds: Sequence[Program]) -> Sequence[Program]:
    """Return programs by the length of their files."""
    return sorted(seeds, key=lambda seed: -sum(map(len, seed.files.values())))


def first_prompt(
    emitter: Emitter, prompts: PromptBuilder, seeds: Sequence[Program], manner: Manner | None = None
) -> Prompt:
    """Return a prompt of an emitter with as many of the seeds in it, the largest first, and no history."""
    choice = _most(emitter)
    shown = [Shown(program=seed, evaluation=None, ticket=0, operator="seed") for seed in largest_first(seeds)]
    parents = max(1, len(choice.parents))
    context = PromptContext(
        parents=tuple(shown[:parents]), inspirations=tuple(shown[parents : parents + len(choice.inspirations)])
    )
    return prompts.build(_ticket(emitter), context, manner or Manner())


def _most(emitter: Emitter) -> Choice:
    """Return a choice of an emitter that shows as many programs as it ever does."""
    # Two islands: what inspires may come from another.
    archives = [_full(island) for island in range(2)]
    scene = Scene(archive=archives[0], selector=Uniform(), archives=archives)
    draws = stream(0, "estimate", emitter.operator)
    choices = [emitter.choose(scene, draws) for _ in range(_DRAWS)]
    return max(choices, key=lambda choice: (len(choice.parents), len(choice.inspirations)))


def _full(island: int) -> Archive:
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=_ELITES),))
    archive = Archive(space, Direction.MAXIMIZE, island)
    for number in range(_ELITES):
        archive.add(archive.elite(f"{island:08x}{number:024x}", float(number), {"x": number / _ELITES}))
    return archive


def _large(measures: Iterable[str], *, noted: bool = False) -> Shown:
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
    note = Insight(kind=InsightKind.PARAMETERS, tag=Tag.BENEFICIAL, severity=Severity.MEDIUM, text="w" * TEXT_MAX_CHARS)
    return Shown(
        program=program,
        evaluation=evaluation,
        ticket=10**6,
        operator="crossover",
        summary=_WORDS,
        insights=(note,) * (INSIGHTS_MAX if noted else 0),
    )


def _ticket(emitter: Emitter) -> Ticket:
    return Ticket(number=0, after_seq=-1, island=0, operator=emitter.operator)

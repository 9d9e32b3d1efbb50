"""What is found when a problem, a pipeline or a config is put to the test, for `evo check`.

A problem's judge is tested by the cases, its seeds run in the sandbox, its prompt is built and its picture drawn.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evo import parts
from evo.assemble.check import check_config, check_run
from evo.assemble.consultation import consulting
from evo.assemble.counsel import asking
from evo.assemble.evaluator import evaluating
from evo.assemble.fold import fold_parts
from evo.assemble.grounds import problem_files
from evo.assemble.resolve import graph_of
from evo.config.document import read, read_text
from evo.config.draws import guessable
from evo.config.pack_run import FILE, instances_of, load_pack_run
from evo.config.pipeline import read_pipeline
from evo.config.problem import lapsed, load_cases, load_problem
from evo.config.problem_spec import ProblemSpec
from evo.config.resources import resolve
from evo.config.validation import validate
from evo.errors import JudgeError, NotFoundError
from evo.evaluate import graph_picture
from evo.evaluate.graph import Graph
from evo.llm.offline.ideas import load_ideas
from evo.propose.emitters.tactic import Tactic
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext, Shown
from evo.propose.prompt.problem_contract import contract_of
from evo.records import PROGRAM_MAX_BYTES, Direction, EvaluationStatus, Program, Ticket, told_flags
from evo.render.banner import tell_tree
from evo.render.numbers import duration, exact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence

    from evo.config.problem import Case, Problem
    from evo.evaluate.evaluator import Evaluator
    from evo.records import Evaluation


_SCORED = 3
"""How often each seed is scored: as often as noise needs to show."""
_SEVERAL = 3
"""So many seeds have to differ in what they score."""
_REMEDY = {
    False: "Take random numbers from the seed and keep clocks out of scores; where chance belongs to the score, take "
    "the median of several (`repeats: {times: 3, take: median}` on the stage), or let run.yaml heed it: `archive: "
    "{replacement: beyond_noise}` with the emitter `retest`",
    True: "run.yaml heeds it (`beyond_noise`)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: a line of `evo check`."""

    name: str
    text: str
    ok: bool = True


async def try_problem(address: str) -> AsyncIterator[Finding]:
    """Check one problem: the instance that is named, else all of them.

    Raises:
        SpecError: a file of it is wrong.
        NotFoundError: no such problem or instance.
    """
    problems = _load_instances(address)
    first = problems[0]
    yield Finding(name=str(first.folder / "problem.yaml"), text=", ".join(problem.label for problem in problems))
    # What it stands on has to be there, and named where it is large.
    problem_files(first, first.folder.resolve())
    if first.tree:
        yield Finding(name="repository", text="; ".join(tell_tree(first.tree)))
    ideas = load_ideas(first.ideas)
    if ideas:
        yield Finding(name=str(first.ideas), text=f"{len(ideas)} ideas")
    for text in guessable(first.folder):
        yield Finding(name=str(first.folder / "evaluate.py"), text=text)
    for text in lapsed(first.folder):
        yield Finding(name=str(first.folder / "problem.yaml"), text=text, ok=False)
    async for finding in _try_cases(first):
        yield finding
    for problem in problems:
        async with _judging(problem) as evaluator:
            if evaluator is None:
                text = "its judge asks a model that is paid for or elsewhere, so nothing was asked; `evo score` does"
                yield Finding(name=problem.label, text=text)
                continue
            async for finding in _try_instance(problem, evaluator):
                yield finding


@asynccontextmanager
async def _judging(problem: Problem) -> AsyncGenerator[Evaluator | None]:
    """Open the evaluator of a problem; None where its judge asks a model that costs something or is elsewhere."""
    async with evaluating(problem) as evaluator:
        if not any(asking(problem, graph_of(problem, None))):
            yield evaluator
            return
        async with consulting(_address_of(problem), free=True) as retainer:
            evaluator.consult({}, retainer.counsel)
            yield evaluator if retainer.counsel else None


def _load_instances(address: str) -> list[Problem]:
    try:
        folder = resolve("problems", address)
    except NotFoundError:
        return [load_problem(address)]
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    return [load_problem(f"{folder}/{name}") for name in spec.instances] or [load_problem(str(folder))]


async def _try_cases(problem: Problem) -> AsyncIterator[Finding]:
    """Judge every case; those that mean the same instance and parameters share an evaluator."""
    cases = load_cases(problem)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(json.dumps([case.instance, dict(case.params)], sort_keys=True), []).append(case)
    for group in groups.values():
        name = group[0].instance or problem.spec.default_instance or problem.instance
        meant = f"/{name}" if name else ""
        asked = load_problem(f"{problem.folder}{meant}", params=group[0].params or None)
        async with _judging(asked) as evaluator:
            if evaluator is not None:
                for case in group:
                    yield _compare_case(case, await _judge_case(case, asked, evaluator))
    if not cases:
        yield Finding(name=str(problem.folder), text="no cases.yaml: nothing tests the judge itself")


async def _judge_case(case: Case, problem: Problem, evaluator: Evaluator) -> Evaluation:
    """Judge a case: a program goes through the whole pipeline, a raw output to the judge alone."""
    if case.program is None:
        return await evaluator.judge(json.dumps(case.output).encode())
    path = problem.folder / case.program
    text = read_text(path, str(path), limit=PROGRAM_MAX_BYTES)
    return await evaluator.evaluate(Program.of({problem.spec.program.file: text}, language=problem.spec.language))


def _compare_case(case: Case, evaluation: Evaluation) -> Finding:
    name, score = f"case {case.name!r}", evaluation.objective
    came = evaluation.feedback if score is None else exact(score)
    if case.refused is not None:
        refused = evaluation.status is EvaluationStatus.INVALID and case.refused in evaluation.feedback
        text = f"refused: {came}" if refused else f"expected a refusal with {case.refused!r}; got {came}"
        return Finding(name=name, text=text, ok=refused)
    wanted = case.objective or 0.0
    right = score is not None and abs(score - wanted) <= case.tolerance
    return Finding(name=name, text=came if right else f"expected {wanted!r}; got {came}", ok=right)


async def _try_instance(problem: Problem, evaluator: Evaluator) -> AsyncIterator[Finding]:
    best: tuple[Program, Evaluation] | None = None
    direction = Direction(problem.spec.objective.direction)
    seen: dict[str, Sequence[Evaluation]] = {}
    for name, program in problem.seeds:
        evaluation, *others = seen[name] = [await evaluator.evaluate(program) for _ in range(_SCORED)]
        if all(_same_score(evaluation, other) for other in others):
            yield _tell_score(f"{problem.label} seed {name}", problem, evaluation)
        score = evaluation.objective
        if score is not None and (
            best is None or best[1].objective is None or direction.better(score, best[1].objective)
        ):
            best = (program, evaluation)
    for finding in (*_tell_noise(problem, seen), *_tell_spread(problem, seen)):
        yield finding
    if best:
        yield _build_prompts(problem, *best)
        if problem.picture:
            yield await _draw_picture(problem, best[0], evaluator)


def _same_score(one: Evaluation, other: Evaluation) -> bool:
    return (one.status, one.objective, one.measures) == (other.status, other.objective, other.measures)


def _tell_noise(problem: Problem, seen: Mapping[str, Sequence[Evaluation]]) -> Iterator[Finding]:
    """Tell of every seed that scored otherwise another time, how much of the spread of scores that is.

    A run that heeds noise (its archive's replacement does) lives with it; any other takes luck for skill.
    """
    unsteady = {name: each for name, each in seen.items() if not all(_same_score(each[0], other) for other in each)}
    if not unsteady:
        return
    heeded = fold_parts(load_pack_run(_address_of(problem))).noise is not None
    means = [statistics.fmean(scores) for each in seen.values() if (scores := _scores(each))]
    between = max(means) - min(means) if means else 0.0
    for name, each in unsteady.items():
        scores = _scores(each)
        apart = max(scores) - min(scores) if scores else 0.0
        shown = ", ".join(exact(score) for score in scores) or "none"
        text = f"noise: {_SCORED} scores of one program, {shown}"
        if len(scores) < _SCORED:
            text += f"; {_SCORED - len(scores)} times no score at all"
        elif not apart:
            text += "; its measures differ"
        elif between:
            text += f": {apart:.3g} apart, {apart / between:.0%} of the {between:.3g} between the seeds"
        else:
            text += f": {apart:.3g} apart, {apart / abs(means[0] or 1.0):.0%} of the score"
        yield Finding(name=f"{problem.label} seed {name}", text=f"{text}. {_REMEDY[heeded]}", ok=heeded)


def _tell_spread(problem: Problem, seen: Mapping[str, Sequence[Evaluation]]) -> Iterator[Finding]:
    """Tell how far the seeds lie apart; a pack that cannot tell several of them apart has nothing to climb.

    Several seeds that score alike are a failure where the pack is meant itself, and a remark on its other instances.
    """
    means = [statistics.fmean(scores) for each in seen.values() if (scores := _scores(each))]
    if len(means) < _SEVERAL:
        return
    apart, name = max(means) - min(means), f"{problem.label} seeds"
    if apart > 0:
        count = len(set(means))
        levels = "all scores differ" if count == len(means) else f"{count} different scores"
        yield Finding(name=name, text=f"{exact(apart, problem.spec.objective.unit)} apart, {levels}")
        return
    usual = problem.spec.default_instance or next(iter(problem.spec.instances), "")
    text = f"all {len(means)} score {exact(means[0])}, so nothing tells a better program from a worse one"
    remedy = "Take harder parameters, a finer objective, or seeds of different worth"
    yield Finding(name=name, text=f"{text}. {remedy}", ok=problem.instance not in {"", usual})


def _scores(each: Sequence[Evaluation]) -> list[float]:
    return [evaluation.objective for evaluation in each if evaluation.objective is not None]


def _address_of(problem: Problem) -> str:
    return f"{problem.folder}/{problem.instance}" if problem.instance else str(problem.folder)


def _tell_score(name: str, problem: Problem, evaluation: Evaluation) -> Finding:
    if evaluation.objective is None:
        return Finding(name=name, text=f"{evaluation.status}: {evaluation.feedback}", ok=False)
    score = exact(evaluation.objective, problem.spec.objective.unit)
    outside = [
        f"measure {key} = {evaluation.measures[key]:g} is outside [{measure.low:g}, {measure.high:g}]"
        for key, measure in problem.spec.measures.items()
        if not measure.low <= evaluation.measures[key] <= measure.high
    ]
    if outside:
        return Finding(name=name, text=f"{score}; {'; '.join(outside)}: widen the bounds in problem.yaml", ok=False)
    spent = sum(stage.cpu_seconds for stage in evaluation.stages)
    told = told_flags(evaluation.flags)
    flags = f" {', '.join(told)}" if told else ""
    return Finding(name=name, text=f"VALID {score}, {duration(spent)} of CPU{flags}")


def _build_prompts(problem: Problem, program: Program, evaluation: Evaluation) -> Finding:
    """Build the prompt of every operator from a seed."""
    shipped = [found.cls for found in parts.shipped("emitter")]
    builder = PromptBuilder(contract_of(problem), emitters=(*shipped, Tactic))
    shown = Shown(program=program, evaluation=evaluation, ticket=0, operator="seed")
    context = PromptContext(parents=(shown,), best=evaluation.objective)
    sizes: dict[str, int] = {}
    for operator in sorted(builder.operators):
        ticket = Ticket(number=1, after_seq=0, island=0, operator=operator, parents=(program.id,))
        prompt = builder.build(ticket, context)
        sizes[operator] = len(prompt.system) + len(prompt.user)
    text = ", ".join(f"{operator} {size} characters" for operator, size in sizes.items())
    return Finding(name=f"{problem.label} prompt", text=text)


async def _draw_picture(problem: Problem, program: Program, evaluator: Evaluator) -> Finding:
    name = f"{problem.label} picture"
    raw = await evaluator.output(program)
    with tempfile.TemporaryDirectory(prefix="evo-check-") as folder:
        path = Path(folder) / "picture.png"
        try:
            drawn = await evaluator.draw(program, raw, path)
        except JudgeError as error:
            return Finding(name=name, text=str(error), ok=False)
        size = path.stat().st_size if drawn else 0
    return Finding(name=name, text=f"{size} bytes", ok=drawn)


def try_pipeline(path: Path) -> Finding:
    """Check the pipeline in a file.

    Raises:
        SpecError: its stages do not hold together.
    """
    graph = _read_graph(path)
    return Finding(name=str(path), text=f"{len(graph.nodes)} stages\n{graph_picture.text(graph).rstrip()}")


def draw_pipeline(path: Path) -> str:
    """Return the picture of the pipeline in a file, as SVG."""
    return graph_picture.svg(_read_graph(path))


def _read_graph(path: Path) -> Graph:
    return Graph.of(read_pipeline(read(path), path.stem))


def try_pack_run(address: str, folder: Path) -> Iterator[Finding]:
    """Check how a pack says that it is best run, for the instance that is named, else for all of them.

    Args:
        address: of the pack, or of an instance.
        folder: where it lies.

    Raises:
        SpecError: anything wrong in its `run.yaml`, at its position.
    """
    checked = [check_run(load_pack_run(each)) for each in instances_of(address)]
    first = checked[0].text
    what = first if len(checked) == 1 else f"{len(checked)} instances, {first.partition(', ')[2]}"
    there = "" if (folder / FILE).is_file() else "; there is none, so base.yaml says how"
    yield Finding(name=str(folder / FILE), text=f"{what}{there}")
    for remark in dict.fromkeys(remark for each in checked for remark in each.remarks):
        yield Finding(name=str(folder / FILE), text=remark)


def try_config(path: Path) -> Iterator[Finding]:
    """Check a config, then say what its author may not have meant.

    Raises:
        SpecError: anything wrong in it, at its position.
    """
    checked = check_config(path)
    for text in (checked.text, *checked.remarks):
        yield Finding(name=str(path), text=text)

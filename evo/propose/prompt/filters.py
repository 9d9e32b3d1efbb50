"""How values are said in prompts: the filters of the templates.

Texts that come from candidates or models (feedback, errors, summaries, diffs) are cut and fenced, or folded into one
line: nothing in them can end a block or start a heading.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evo.records import TRUST_SHARED, EvaluationStatus, StageStatus, told_flags
from evo.text import cut, fence, normalise_detail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.propose.insights import Insight
    from evo.propose.prompt.context import Edge, Shown, Step, TriedChange
    from evo.records import Direction, Evaluation

ID_DIGITS = 12
"""How many digits of a program's id a prompt shows."""

INSPIRATION_MAX_BYTES = 16 * 1024
_LINE_MAX_BYTES = 240
_QUIET = {StageStatus.SUCCESS, StageStatus.SKIPPED, StageStatus.UPSTREAM_FAILED}


def short(program: str) -> str:
    """Return the digits of a program's id that a prompt shows."""
    return program[:ID_DIGITS]


def number(value: float) -> str:
    """Return a figure with all the digits that matter."""
    return format(value, ".12g")


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Fold an untrusted text into one short line."""
    return cut(" ".join(normalise_detail(text).split()), _LINE_MAX_BYTES).replace("\n", " ")


def step_line(step: Step) -> str:
    """Return one line of the lineage: program · operator · status · objective · change · summary."""
    objective = "-" if step.objective is None else number(step.objective)
    delta = "-" if step.delta is None else format(step.delta, "+.6g")
    fields = [short(step.program) or "none", step.operator, step.status or "not scored yet", objective, delta]
    line = " · ".join([*fields, one_line(step.summary) or "-"])
    line = f"{line}\n  because: {one_line(step.detail)}" if step.detail else line
    return f"{line}\n{_edge(step.edge)}" if step.edge else line


def tried_line(tried: TriedChange) -> str:
    """Return one line: the change (times, best gain)."""
    gain = "nothing VALID" if tried.gain is None else format(tried.gain, "+.6g")
    return f"{one_line(tried.summary)} ({tried.times} x, {gain})"


def _edge(edge: Edge) -> str:
    """Return what a step changed: measures, lessons, and the lines themselves in a fence."""
    moved = ", ".join(f"{name} {value:+.6g}" for name, value in edge.shift.items())
    lines = [f"  measures: {moved}"] if moved else []
    lines += [f"  {kind}: {one_line(text)}" for kind, text in edge.lessons]
    lines.append(f"  changed: +{edge.added} -{edge.removed} lines")
    return "\n".join([*lines, fence(edge.diff, "diff")] if edge.diff else lines)


def insight_line(insight: Insight) -> str:
    """Return one line: severity, tag · kind: text."""
    return f"{insight.severity}, {insight.tag} · {insight.kind}: {one_line(insight.text)}"


def glance(shown: Shown, objective: str) -> str:
    """Return what is known about a program's worth, in one or two lines."""
    origin = f"ticket {shown.ticket} · {shown.operator}"
    if shown.summary:
        origin += f" · {one_line(shown.summary)}"
    return f"{_score(shown.evaluation, objective)}\nFrom: {origin}"


def _score(evaluation: Evaluation | None, objective: str) -> str:
    if evaluation is None:
        return "Score: not scored yet"
    if evaluation.objective is None:
        return f"Score: none, {evaluation.status}"
    figures = {**evaluation.measures, **evaluation.metrics}
    rest = ", ".join(f"{name} = {number(value)}" for name, value in figures.items())
    # Who proposes programs need not be told that a score could be forged.
    told = [flag for flag in told_flags(evaluation.flags) if flag != TRUST_SHARED]
    flags = f" ({', '.join(told)})" if told else ""
    first = f"Score: {objective} = {number(evaluation.objective)}{flags}"
    return f"{first}\nMeasures: {rest}" if rest else first


def code(shown: Shown, *, whole: bool = True) -> str:
    """Return the program's files, each under its path in a fence of its own."""
    limit = None if whole else INSPIRATION_MAX_BYTES
    parts = [
        f"File: {path}\n{fence(text if limit is None else cut(text, limit), shown.program.language)}"
        for path, text in shown.program.files.items()
    ]
    return "\n".join(parts)


def troubles(shown: Shown) -> str:
    """Return the feedback and the errors of a program's evaluation, cut to 2 kB or less; "" when there are none."""
    evaluation = shown.evaluation
    if evaluation is None:
        return ""
    parts = [evaluation.feedback] if evaluation.feedback else []
    if evaluation.status is not EvaluationStatus.VALID:
        failed = [stage for stage in evaluation.stages if stage.status not in _QUIET]
        parts += [f"stage {stage.stage}: {stage.status}\n{stage.detail}".rstrip() for stage in failed]
    return cut(normalise_detail("\n".join(parts)), shown.feedback_max_bytes)


def versions(libraries: Mapping[str, str]) -> str:
    """Return "numpy 2.1.3, scipy 1.14.1"."""
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


def gap_words(best: float, known: float, direction: Direction) -> str:
    """Say how far a search is from the best known value, or by how much it is past it.

    Args:
        best: the search's best objective.
        known: the best known one.
        direction: which objectives are better.
    """
    gain = direction.gain(known, best)
    share = f" ({100 * abs(gain / known):.2g} %)" if known and gain else ""
    if gain > 0:
        return f"The best known value, {number(known)}, is better by {gain:.4g}{share}."
    if gain < 0:
        return f"That is better than the best known value, {number(known)}, by {-gain:.4g}{share}."
    return "That equals the best known value."


def counted(labels: Iterable[str]) -> str:
    """Return "2 inspirations, 1 step" for labels, each as often as it occurs."""
    counts = Counter(labels).items()
    return ", ".join(f"{count} {label}{'s' if count > 1 else ''}" for label, count in counts)


FILTERS: Mapping[str, Any] = MappingProxyType(
    {
        "id": short,
        "number": number,
        "step": step_line,
        "tried": tried_line,
        "insight": insight_line,
        "code": code,
        "fence": fence,
        "glance": glance,
        "troubles": troubles,
        "counted": counted,
        "versions": versions,
    }
)

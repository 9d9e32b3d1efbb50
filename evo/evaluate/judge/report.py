"""What the process of a foreign evaluator reports, read as strictly as any candidate's words: a score, or why not.

A program may have written it, since it shares that process. So nothing is believed beyond being a finite number, and
what it means for the evaluation is decided here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from evo.judging import Invalid, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FEEDBACK_MAX = 1800
_ONE_MAX = 600


class BrokenEvaluatorError(Exception):
    """The evaluator is at fault."""


def read_report(request: Mapping[str, Any], raw: bytes) -> dict[str, object]:
    """Return what a report means: a verdict as `evaluate.py` gives it, `refusal`, or `failed` with the reason.

    Args:
        request: `objective`, the metric that is optimised; `measures`, those that span the archive.
        raw: the report; empty where the process ended without one.

    Raises:
        BrokenEvaluatorError: the evaluator failed and not the program.
    """
    if not raw.strip():
        return {"failed": "the process of the evaluator and the program ended before there was a score"}
    try:
        report = decode(raw)
    except Invalid as refusal:
        return {"failed": f"something else than a report came out of the evaluator's process: {refusal.reason}"}
    if not isinstance(report, dict):
        return {"failed": "something else than a report came out of the evaluator's process"}
    match report.get("kind"):
        case "judge":
            raise BrokenEvaluatorError(str(report.get("words")))
        case "program":
            return {"failed": str(report.get("words"))}
        case "scored":
            return _verdict(report, request)
        case _:
            return {"failed": "something else than a report came out of the evaluator's process"}


def _verdict(report: Mapping[str, object], request: Mapping[str, Any]) -> dict[str, object]:
    metrics, unsteady = _mapping(report, "metrics"), frozenset(request["unsteady"])
    artifacts = {name: value for name, value in _mapping(report, "artifacts").items() if name not in unsteady}
    told = {**{name: value for name, value in metrics.items() if not _is_number(value)}, **artifacts}
    if report.get("failure"):
        return {"refusal": _joined(str(report["failure"]), told)}
    numbers = {name: value for name, value in metrics.items() if _is_number(value)}
    objective, spanned = _objective(metrics, numbers, request), _measures(numbers, report, request["measures"])
    if isinstance(objective, str):
        return {"refusal": _joined(objective, told)}
    if isinstance(spanned, str):
        return {"refusal": _joined(spanned, told)}
    # What has the name of what is optimised is the objective itself.
    others = {name: float(value) for name, value in numbers.items() if name not in {*spanned, request["objective"]}}
    hidden = {name: value for name, value in _mapping(report, "private").items() if _is_number(value)}
    stage = report.get("stage")
    reached = {"cascade_stage": float(stage)} if isinstance(stage, int) and stage else {}
    shown = {_name(name): value for name, value in others.items() if name not in unsteady}
    return {
        "objective": float(objective),
        "measures": spanned,
        "metrics": {**shown, **reached},
        "private": {
            **{name: float(value) for name, value in hidden.items()},
            **{name: value for name, value in others.items() if name in unsteady},
        },
        "feedback": _joined("", told),
    }


def _objective(metrics: Mapping[str, object], numbers: Mapping[str, float], request: Mapping[str, Any]) -> float | str:
    """Return the figure that is optimised: the metric of that name, else the mean of all that are no axes."""
    name = str(request["objective"])
    if name in numbers:
        return numbers[name]
    if name in metrics and not isinstance(metrics[name], bool):
        return f"{name} = {metrics[name]}; expected a finite number"
    averaged = [value for each, value in numbers.items() if each not in request["measures"]] or list(numbers.values())
    if not averaged:
        return f"the evaluator gave no number; expected {name}, or other metrics"
    return sum(averaged) / len(averaged)


def _measures(
    numbers: Mapping[str, float], report: Mapping[str, object], wanted: Sequence[str]
) -> dict[str, float] | str:
    absent = [name for name in wanted if name not in numbers]
    if not absent:
        return {name: float(numbers[name]) for name in wanted}
    stage = report.get("stage")
    why = f" (its cascade stopped at stage {stage})" if stage else ""
    return f"the evaluator gave no {absent[0]!r}, which spans the archive{why}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mapping(report: Mapping[str, object], name: str) -> dict[str, Any]:
    found = report.get(name)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _name(name: str) -> str:
    """Return a metric's name apart from those that an evaluation, and the stage `source_metrics`, have themselves."""
    taken = {"objective", "measures", "metrics", "error", "code_length", "complexity", "cascade_stage"}
    return f"own_{name}" if name in taken else name


def _joined(first: str, told: Mapping[str, object]) -> str:
    """Return what an evaluator wants to be told, each thing under its name, in bounded length."""
    lines = [first] if first else []
    for name, value in told.items():
        if value in (None, "", [], {}, first):
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines.append(f"{name}: {text[:_ONE_MAX]}")
    return "\n".join(lines)[:_FEEDBACK_MAX]

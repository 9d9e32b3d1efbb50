"""The ways in which evaluators score programs: what is called, with what, and where the score is found.

The names stand in problem.yaml: `returned`, `written`, `text`.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from evo.evaluate.foreign.blame import NoScoreError
from evo.evaluate.foreign.plain import number
from evo.evaluate.foreign.shims import said

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

OBJECTIVE = "combined_score"
_STAGES = ("evaluate_stage1", "evaluate_stage2", "evaluate_stage3")
_WORST = 3
"""Of the examples, how many of the lowest scores are told."""
_FAULTS = ("error", "error_message", "traceback", "stage2_traceback", "stage3_traceback")


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What an evaluator says of a program.

    Attributes:
        metrics: by name, in the evaluator's order.
        artifacts: what it wants to be told beside.
        private: metrics that nobody who proposes programs is to see.
        stage: how far a cascade got, from 1; 0 where there was none.
        failure: why the program scores nothing, in the evaluator's words; "" where it does.
    """

    metrics: Mapping[str, object]
    artifacts: Mapping[str, object] = field(default_factory=dict[str, object])
    private: Mapping[str, object] = field(default_factory=dict[str, object])
    stage: int = 0
    failure: str = ""

    def fields(self) -> dict[str, object]:
        """Return it as plain data may be made of it."""
        return {
            "metrics": self.metrics,
            "artifacts": self.artifacts,
            "private": self.private,
            "stage": self.stage,
            "failure": self.failure,
        }


def returned(module: ModuleType, program: Path, order: Mapping[str, Any]) -> Scored:
    """Return what `evaluate(path)` returned, or what came of its stages where there are thresholds for them."""
    thresholds = [float(each) for each in order["thresholds"]]
    if thresholds and callable(getattr(module, _STAGES[0], None)):
        return _cascade(module, program, thresholds)
    return _scored(_run(_function(module, order["function"])(str(program))))


def written(module: ModuleType, program: Path, order: Mapping[str, Any]) -> Scored:
    """Return what `main(path, results)` wrote there: metrics.json and correct.json."""
    results = program.parent / "results"
    results.mkdir(exist_ok=True)
    function = _function(module, order["function"])
    given = (str(program), str(results))
    if inspect.signature(function).parameters:
        _run(function(*given))
    else:
        sys.argv[1:] = ["--program_path", given[0], "--results_dir", given[1]]
        _run(function())
    metrics = _json(results / "metrics.json")
    correct = _json(results / "correct.json") if (results / "correct.json").exists() else {"correct": True}
    public, private = _mapping(metrics.get("public")), _mapping(metrics.get("private"))
    own = {name: value for name, value in metrics.items() if name not in {"public", "private", "text_feedback"}}
    texts = {name: value for name, value in public.items() if number(value) is None}
    told: dict[str, object] = {"feedback": metrics["text_feedback"]} if metrics.get("text_feedback") else {}
    if not correct.get("correct"):
        words = str(correct.get("error") or metrics.get("error") or "it is not correct")
        return Scored(metrics={}, artifacts={**told, **texts}, failure=words)
    numbers = {name: value for name, value in {**own, **public}.items() if number(value) is not None}
    return Scored(metrics=numbers, artifacts={**told, **texts}, private=private)


def text(module: ModuleType, program: Path, order: Mapping[str, Any]) -> Scored:
    """Return what a function makes of the program's text; where there are examples, the mean over all of them."""
    # The newline at the end of a file is the file's, and not the text's.
    files = {name: _content(program.parent / name) for name in order["parts"]}
    candidate: object = files or _content(program)
    if files:
        candidate = {name.rpartition(".")[0] or name: each for name, each in files.items()}
    function = _function(module, order["function"])
    if not order["examples"]:
        found = _pair(_run(function(candidate)))
        return replace(found, artifacts={**found.artifacts, "log": said()})
    examples = getattr(module, order["examples"], None)
    examples = _run(examples()) if callable(examples) else examples
    if not isinstance(examples, Sequence) or not examples:
        raise NoScoreError("judge", f"{order['examples']} is no list of examples; expected one in the evaluator's file")
    each = [_pair(_run(function(candidate, example))) for example in cast("Sequence[object]", examples)]
    scores = [_number(one.metrics[OBJECTIVE], "a score") for one in each]
    order_of = sorted(range(len(each)), key=scores.__getitem__)[:_WORST]
    told = {f"example {at}": f"score {scores[at]!r} {_words(each[at].artifacts)}" for at in order_of}
    return Scored(metrics={OBJECTIVE: sum(scores) / len(scores), "examples": len(scores)}, artifacts=told)


LAYOUTS: Mapping[str, Callable[[Any, Path, Mapping[str, Any]], Scored]] = {
    "returned": returned,
    "written": written,
    "text": text,
}


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8").removesuffix("\n")


def _cascade(module: ModuleType, program: Path, thresholds: Sequence[float]) -> Scored:
    """Return the metrics of all stages up to the first whose threshold is not reached, as one mapping."""
    found = _scored(_run(_function(module, _STAGES[0])(str(program))))
    metrics, artifacts, stage = dict(found.metrics), dict(found.artifacts), 1
    for name, threshold in zip(_STAGES[1:], thresholds, strict=False):
        if found.failure or not _passes(metrics, threshold) or not callable(getattr(module, name, None)):
            break
        if stage == 1:
            metrics = _floats(metrics)
        found = _scored(_run(_function(module, name)(str(program))))
        metrics, stage = {**metrics, **_floats(found.metrics)}, stage + 1
        artifacts |= found.artifacts
    return Scored(metrics=metrics, artifacts=artifacts, stage=stage, failure=found.failure)


def _floats(metrics: Mapping[str, object]) -> dict[str, object]:
    numbers = {name: number(value) for name, value in metrics.items() if name != "error"}
    return {name: float(value) for name, value in numbers.items() if value is not None}


def _passes(metrics: Mapping[str, object], threshold: float) -> bool:
    score = number(metrics.get(OBJECTIVE))
    if score is not None:
        return float(score) >= threshold
    values = list(_floats(metrics).values())
    return bool(values) and sum(cast("list[float]", values)) / len(values) >= threshold


def _scored(result: object) -> Scored:
    """Return what a result means: a mapping of metrics, an object that has them, or one number."""
    if (score := number(result)) is not None:
        return Scored(metrics={OBJECTIVE: score})
    held = getattr(result, "metrics", None)
    if not isinstance(held, Mapping) and not isinstance(result, Mapping):
        expected = "a mapping of metrics, or an object with metrics and artifacts"
        raise NoScoreError("judge", f"the evaluator returned {type(result).__name__}; expected {expected}")
    metrics = _mapping(cast("object", held)) or _mapping(cast("object", result))
    artifacts = getattr(cast("object", result), "artifacts", None) or metrics.pop("artifacts", None)
    numbers = {name: value for name, value in metrics.items() if number(value) is not None}
    told = {name: value for name, value in metrics.items() if name not in numbers} | _mapping(artifacts)
    return Scored(metrics=numbers, artifacts=told, failure=_failure(numbers, told))


def _failure(metrics: Mapping[str, object], told: Mapping[str, object]) -> str:
    """Return the fault that an evaluator speaks of where the program scores nothing by its account."""
    score = number(metrics.get(OBJECTIVE))
    if metrics.get("timeout") is True:
        return "the evaluator says that it took too long"
    if score is not None and score > 0:
        return ""
    if score is None and any(value for name, value in _floats(metrics).items() if name != "error"):
        return ""
    return next((str(told[name]) for name in _FAULTS if isinstance(told.get(name), str) and told[name]), "")


def _pair(result: object) -> Scored:
    """Return what (score, info), a mapping with a score, an object with one, or a score alone means."""
    if isinstance(result, tuple) and len(pair := cast("tuple[object, ...]", result)) == 2:  # noqa: PLR2004 - a pair
        return Scored(metrics={OBJECTIVE: _number(pair[0], "a score")}, artifacts=_info(pair[1]))
    if (score := number(cast("object", result))) is not None:
        return Scored(metrics={OBJECTIVE: score})
    fields = _mapping(cast("object", result)) or _mapping(getattr(cast("object", result), "__dict__", None))
    if "score" not in fields:
        came = type(cast("object", result)).__name__
        raise NoScoreError("judge", f"the evaluator returned {came}; expected a score, or (score, info)")
    rest = {name: value for name, value in fields.items() if name != "score"}
    return Scored(metrics={OBJECTIVE: _number(fields["score"], "a score")}, artifacts=rest)


def _info(info: object) -> dict[str, object]:
    return _mapping(info) or ({"feedback": info} if info else {})


def _number(value: object, what: str) -> float | int:
    found = number(value)
    if found is None:
        raise NoScoreError("judge", f"the evaluator returned {type(value).__name__} as {what}; expected a number")
    return found


def _words(artifacts: Mapping[str, object]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in artifacts.items() if value)


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): each for name, each in cast("Mapping[object, object]", value).items()}


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise NoScoreError("program", f"the evaluator ended without writing {path.name}")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NoScoreError("judge", f"{path.name} is no JSON: {error}") from None
    return _mapping(found)


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    function = getattr(module, name, None)
    if not callable(function):
        raise NoScoreError("judge", f"the evaluator has no function {name}")
    return function


def _run(result: Any) -> Any:  # noqa: ANN401 - whatever an evaluator returns
    """Return a result, awaited where it has to be."""

    async def wait() -> object:
        return await cast("Awaitable[object]", result)

    return asyncio.run(wait()) if inspect.isawaitable(result) else result

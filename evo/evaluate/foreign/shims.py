"""Stand-ins for the few names that evaluators import from the frameworks that they were written for.

A module of ours is found after all others, so where the framework is installed its own counts. It has what evaluators
use and nothing else: to return metrics with artifacts, to run a program a number of times, to be configured.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import sys
import time
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from evo.evaluate.foreign.blame import NoScoreError
from evo.evaluate.foreign.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

_said: list[str] = []


@dataclass
class EvaluationResult:
    """Metrics of a program, and texts beside them."""

    metrics: dict[str, Any]
    artifacts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, metrics: dict[str, Any]) -> EvaluationResult:
        """Return the result without any text."""
        return cls(metrics=metrics)

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics."""
        return self.metrics

    def has_artifacts(self) -> bool:
        """Tell whether there are texts."""
        return bool(self.artifacts)


class Anything:
    """A setting of a search that does not take place here; takes every argument and gives every attribute."""

    def __init__(self, *args: object, **given: object) -> None:
        del args
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it is asked for
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *args: object, **given: object) -> Anything:
        """Return another one."""
        return Anything(*args, **given)


def load_program(path: str) -> ModuleType:
    """Return the program as a module."""
    spec = importlib.util.spec_from_file_location("program", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_shinka_eval(  # noqa: PLR0917 - called as its users do
    program_path: str,
    results_dir: str,
    experiment_fn_name: str,
    num_runs: int = 1,
    get_experiment_kwargs: Callable[[int], dict[str, Any]] | None = None,
    aggregate_metrics_fn: Callable[[list[Any]], dict[str, Any]] | None = None,
    validate_fn: Callable[[Any], tuple[bool, str | None]] | None = None,
    **others: object,
) -> tuple[dict[str, Any], bool, str | None]:
    """Run a function of the program a number of times, one after the other, and write metrics.json and correct.json.

    Raises:
        NoScoreError: a way of stopping early was asked for, which is not offered here.
    """
    if others.get("early_stop_method") is not None:
        raise NoScoreError("judge", "early_stop_method is not offered here; install the framework (`environment:`)")
    function = getattr(load_program(program_path), experiment_fn_name, None)
    if function is None:
        raise NoScoreError("program", f"the program has no function {experiment_fn_name}")
    results: list[Any] = []
    seconds: list[float] = []
    error: str | None = None
    correct, valid, complaints = True, 0, list[str]()
    for number in range(num_runs):
        given = get_experiment_kwargs(number) if get_experiment_kwargs else {"seed": number + 1}
        began = time.perf_counter()
        results.append(function(**given))
        seconds.append(time.perf_counter() - began)
        fine, complaint = validate_fn(results[-1]) if validate_fn else (True, None)
        valid += bool(fine)
        if not fine:
            correct = False
            words = str(complaint or "not valid")
            error = error or f"Validation failed: {words}"
            complaints += [words] if words not in complaints else []
    metrics = aggregate_metrics_fn(results) if aggregate_metrics_fn else {"num_successful_runs": len(results)}
    mean = sum(seconds) / len(seconds) if seconds else 0.0
    spread = math.sqrt(sum((each - mean) ** 2 for each in seconds) / len(seconds)) if seconds else 0.0
    metrics |= {"execution_time_mean": mean, "execution_time_std": spread}
    if validate_fn:
        counts = {"num_valid_runs": valid, "num_invalid_runs": num_runs - valid, "all_validation_errors": complaints}
        metrics |= counts
    metrics.pop("extra_data", None)
    _write(results_dir, metrics, correct=correct, error=error)
    return metrics, correct, error


def save_json_results(
    results_dir: str,
    metrics: dict[str, Any],
    correct: bool,  # noqa: FBT001 - as above
    error: str | None = None,
    **others: object,
) -> None:
    """Write metrics.json and correct.json."""
    del others
    _write(results_dir, metrics, correct=correct, error=error)


def _write(results_dir: str, metrics: Mapping[str, Any], *, correct: bool, error: str | None) -> None:
    os.makedirs(results_dir, exist_ok=True)  # noqa: PTH103 - evaluators give texts
    for name, value in (("correct.json", {"correct": correct, "error": error}), ("metrics.json", plain(metrics))):
        with open(f"{results_dir}/{name}", "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
            json.dump(value, file)


def say(*words: object, **others: object) -> None:
    """Keep what an evaluator wants to be told of a candidate."""
    del others
    _said.append(" ".join(str(each) for each in words))


def said() -> str:
    """Return what `say` kept, and forget it."""
    text = "\n".join(_said)
    _said.clear()
    return text


_RESULT = {"EvaluationResult": EvaluationResult}
_RUNS = {"run_shinka_eval": run_shinka_eval, "save_json_results": save_json_results, "load_program": load_program}
_GEPA = {
    **{
        name: type(name, (Anything,), {})
        for name in ("GEPAConfig", "EngineConfig", "ReflectionConfig", "RefinerConfig", "MergeConfig", "TrackingConfig")
    },
    "OptimizeAnythingConfig": Anything,
    "OptimizationState": Anything,
    "EvaluationBatch": Anything,
    "SideInfo": dict,
    "Candidate": dict,
    "log": say,
    "optimize_anything": Anything(),
    "optimize": Anything(),
}
NAMES: Mapping[str, Mapping[str, object]] = {
    "openevolve": _RESULT,
    "openevolve.evaluation_result": _RESULT,
    "skydiscover": _RESULT,
    "skydiscover.evaluation": _RESULT,
    "skydiscover.evaluation.evaluation_result": _RESULT,
    "shinka": {},
    "shinka.core": _RUNS,
    "shinka.core.wrap_eval": _RUNS,
    "shinka.eval": _RUNS,
    "gepa": _GEPA,
    "gepa.optimize_anything": _GEPA,
}
"""Module -> the names that it has here."""


class _Finder:
    """Finds our modules where nobody else has one of that name."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        del path, target
        return ModuleSpec(name, self, is_package=True) if name in NAMES else None  # pyright: ignore[reportArgumentType]

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        del spec
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.update(NAMES[module.__name__])


def install() -> None:
    """Offer our modules, after everybody else's."""
    sys.meta_path.append(_Finder())  # pyright: ignore[reportArgumentType] - by shape

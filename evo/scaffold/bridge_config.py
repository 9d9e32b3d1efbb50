"""What another framework's configuration says that a run of ours has a word for: budget, models, axes, the task."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from evo.config.document import MAX_BYTES, read, read_text
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_USUAL = (0.5, 0.75, 0.9)
"""The thresholds of a cascade that says none."""
_MESSAGES = ("task_sys_msg", "search_task_sys_msg", "SYSTEM_MESSAGE", "TASK_SYS_MSG")


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeConfig:
    """What is said.

    Attributes:
        message: what models are told of the task.
        tickets: how many programs are tried; 0 where it is not said.
        seconds: how long one evaluation may take; 0 likewise.
        thresholds: of a cascade.
        features: metrics that span the archive.
        models: (name, base URL) of models, the most used first.
        islands: how many; 0 where it is not said.
        usd: the most that may be spent; 0 likewise.
        skydiscover: whether it has a key of SkyDiscover's alone.
        notes: what of it cannot be read, or is not.
    """

    message: str = ""
    tickets: int = 0
    seconds: float = 0.0
    thresholds: tuple[float, ...] = ()
    features: tuple[str, ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    islands: int = 0
    usd: float = 0.0
    skydiscover: bool = False
    notes: tuple[str, ...] = ()


NO_CONFIG = BridgeConfig()


def read_config(folder: Path) -> BridgeConfig:
    """Return what lies in a folder's configuration."""
    notes: list[str] = []
    paths = [*folder.glob("config*.y*ml"), *folder.glob("shinka*.y*ml")]
    data: dict[str, Any] = {}
    for path in sorted(paths, key=lambda each: (each.stem not in {"config", "shinka"}, each.name)):
        try:
            found = read(path).value
        except EvoError as error:
            notes.append(f"{path.name} is left out: {str(error).splitlines()[0]}")
            continue
        if isinstance(found, dict):
            data = found
            notes += [f"{each.name} is not read, {path.name} is" for each in paths if each != path]
            break
    message = _message(folder)
    return replace(_config(data, message), notes=tuple(notes))


def _config(data: Mapping[str, Any], message: str) -> BridgeConfig:
    """Return the settings of either family of keys."""
    llm, prompt, judge = _part(data, "llm"), _part(data, "prompt"), _part(data, "evaluator")
    database = {**_part(data, "database"), **_part(_part(data, "search"), "database"), **_part(data, "db_config")}
    evolution = _part(data, "evo_config")
    cascade = judge.get("cascade_evaluation", "evaluator" in data) is not False
    features = [str(each) for each in database.get("feature_dimensions", data.get("feature_dimensions")) or ()]
    said = str(prompt.get("system_message") or llm.get("system_message") or evolution.get("task_sys_msg") or message)
    return BridgeConfig(
        message="" if said.endswith("system_message") else said.strip(),
        tickets=_whole(data.get("max_iterations", evolution.get("num_generations"))),
        seconds=_number(judge.get("timeout")),
        thresholds=tuple(_numbers(judge.get("cascade_thresholds")) or _USUAL) if cascade and data else (),
        features=tuple(features),
        models=tuple(_models(llm, evolution)),
        islands=_whole(database.get("num_islands")),
        usd=_number(evolution.get("max_api_costs")),
        skydiscover=bool({"diff_based_generation", "max_solution_length", "search"} & set(data)),
    )


def _models(llm: Mapping[str, Any], evolution: Mapping[str, Any]) -> list[tuple[str, str]]:
    base = str(llm.get("api_base") or "")
    found = [(str(llm[key]), base) for key in ("primary_model", "secondary_model") if llm.get(key)]
    listed = [_part({"model": each}, "model") for each in cast("list[object]", llm.get("models") or [])]
    given = sorted((each for each in listed if each.get("name")), key=lambda each: -_number(each.get("weight", 1.0)))
    found += [(str(each["name"]), str(each.get("api_base") or base)) for each in given]
    return [*found, *((str(each), "") for each in cast("list[Any]", evolution.get("llm_models") or []))]


def _message(folder: Path) -> str:
    """Return the task as a script that starts a run says it."""
    for path in sorted(folder.glob("run*.py")):
        try:
            tree = ast.parse(read_text(path, str(path), limit=MAX_BYTES))
        except (SyntaxError, EvoError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = [each.id for each in node.targets if isinstance(each, ast.Name)]
                if set(names) & set(_MESSAGES) and isinstance(node.value.value, str):
                    return node.value.value
    return ""


def _part(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0.0


def _whole(value: object) -> int:
    return int(_number(value))


def _numbers(value: object) -> Sequence[float]:
    return [_number(each) for each in cast("list[object]", value)] if isinstance(value, list) else []

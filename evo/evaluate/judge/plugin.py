"""The judge's side of a custom stage: load the class, make it once, run it, hold it to its declaration.

A stage is a class whose keyword arguments are its options, with one method:

    run(inputs, context) -> dict

`inputs` holds what the pipeline declares as needed; raw outputs come decoded. `context` is a `Context`. The answer
has exactly the declared names, each of its kind. `evo.judging.Invalid(reason)` refuses the program; every other
exception is a broken stage. Like `evaluate.py` it is trusted and never runs the candidate.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from evo.evaluate.judge.finite import read_finite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

_made: dict[str, Any] = {}


class BrokenStageError(Exception):
    """A custom stage cannot be made, or answered something else than it declares."""


class StageContext(SimpleNamespace):
    """What is known beside the inputs.

    Attributes:
        files: the program's, path -> text. params: the problem's parameters. seed: of this repetition.
        ask, ask_all: ask the run's model; see `evo.judging.questions`.
    """


def run(request: Mapping[str, Any]) -> dict[str, object]:
    """Run the stage that a request names.

    Raises:
        BrokenStageError: see there.
        Exception: whatever else the stage raises.
    """
    from evo.judging import Invalid, ask, ask_all, decode  # noqa: PLC0415 - parsing texts needs none of it

    stage = _stage(request)
    known = {name: request[name] for name in ("files", "params", "seed")}
    context = StageContext(**known, ask=ask, ask_all=ask_all)
    try:
        inputs = {
            name: decode(value.encode("utf-8", "surrogateescape")) if name in request["raw"] else value
            for name, value in request["inputs"].items()
        }
        answer = stage.run(inputs, context)
    except Invalid as refusal:
        return {"refusal": refusal.reason}
    return _checked(request["class"], answer, request["provides"])


def _stage(request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a class of the user's
    place = request["module"] if "module" in request else str(Path(request["folder"], request["file"]))
    key = repr([place, request["class"], sorted(request["options"].items())])
    if key not in _made:
        module = _imported(place, request["root"]) if "module" in request else _loaded(place)
        made = getattr(module, request["class"])
        try:
            _made[key] = made(**request["options"])
        except (TypeError, ValueError) as error:
            raise BrokenStageError(f"options of {request['class']}: {error}") from error
    return _made[key]


def _loaded(file: str) -> ModuleType:
    """Load a file by its path; neighbours in its folder can be imported."""
    path = Path(file)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BrokenStageError(f"expected a Python file; got {path.name}")
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _imported(module: str, root: str) -> ModuleType:
    """Import a module of an installed package, or of a folder that the main process imports from."""
    if root not in sys.path:
        sys.path.append(root)
    return importlib.import_module(module)


def _checked(name: str, answer: object, provides: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(answer, dict):
        raise BrokenStageError(f"{name}.run returned {type(answer).__name__}; expected a dict of {', '.join(provides)}")
    answer = cast("dict[object, object]", answer)
    odd = sorted(map(str, set(answer) ^ set(provides)))
    if odd:
        came = ", ".join(map(str, answer)) or "nothing"
        raise BrokenStageError(f"{name}.run returned {came}; expected exactly {', '.join(provides)}")
    return {output: _as(kind, answer[output], f"{name}.run: {output}") for output, kind in provides.items()}


def _as(kind: str, value: object, what: str) -> object:
    match kind:
        case "number":
            return _number(value, what)
        case "numbers" if isinstance(value, dict):
            values = cast("dict[object, object]", value)
            return {str(key): _number(each, f"{what}.{key}") for key, each in values.items()}
        case "text" if isinstance(value, str):
            return value
        case "names" if isinstance(value, list | tuple):
            return [str(each) for each in cast("list[object]", value)]
        case "data":
            return value
        case _:
            raise BrokenStageError(f"{what} is {type(value).__name__}; declared as {kind}")


def _number(value: object, what: str) -> float:
    try:
        return read_finite(value)
    except ValueError as error:
        raise BrokenStageError(f"{what} = {error}") from None

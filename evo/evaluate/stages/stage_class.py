"""A stage's class as it lies in a source file: found and read, never imported.

What it says of itself are class attributes with literal values, under the names of `StageDeclaration`.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evo.canonical import fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from importlib.machinery import ModuleSpec

    from evo.config.pipeline import StageSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class StageClass:
    """A class with a method `run`.

    Attributes:
        file: where it is defined.
        module: its module's name, where that is how it is imported; "" for a file that is loaded by its path.
        name: the class.
        code: the hash of the file: another text is another stage.
        coroutine: whether `run` is one: then it awaits the executor, and belongs in the main process. A plain function
            belongs in a judge.
        declared: class attribute -> its literal value.
    """

    file: Path
    module: str
    name: str
    code: str
    coroutine: bool
    declared: Mapping[str, Any]

    @property
    def root(self) -> Path:
        """The folder from which its module is imported."""
        deep = self.module.count(".") + (self.file.name == "__init__.py") if self.module else 0
        return self.file.parents[deep]


def file_class(spec: StageSpec, names: Collection[str]) -> StageClass:
    """Read the class of `use: path.py:Class`.

    Args:
        spec: the stage as declared.
        names: the class attributes to look for.

    Raises:
        SpecError: no such file or class, a class without `run`, or an attribute that is no literal.
    """
    path, _, name = spec.use.rpartition(":")
    file = file_of(spec)
    tree, text = _parsed(spec, file, path)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if name not in classes:
        known = ", ".join(classes) or "none"
        raise spec.error(f"{path} defines no class {name!r} at its top level; there are {known}", "use")
    run = _run_of(classes[name])
    if run is None:
        raise spec.error(f"class {name} in {path} has no method run(self, inputs, context)", "use")
    if isinstance(run, ast.AsyncFunctionDef):
        message = f"class {name} in {path}: run is a coroutine, but a stage in a file runs in a judge process, where "
        message += "nothing is awaited; expected def run(self, inputs, context). A stage that uses the executor has "
        raise spec.error(f"{message}to be installed as an entry point of evo.stages", "use")
    return _stage_class(spec, classes[name], run, file=file.resolve(), module="", text=text, names=names)


def module_class(spec: StageSpec, module: str, name: str, names: Collection[str]) -> StageClass | None:
    """Read a class of a module that can be imported; None where it is not defined there with a `run` of its own.

    Args:
        spec: the stage as declared.
        module: the dotted name.
        name: the class.
        names: the class attributes to look for.

    Raises:
        SpecError: the file is no Python, or an attribute is no literal.
    """
    file = _module_file(module)
    if file is None:
        return None
    tree, text = _parsed(spec, file, module)
    node = next((each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == name), None)
    run = None if node is None else _run_of(node)
    if node is None or run is None:
        return None
    return _stage_class(spec, node, run, file=file, module=module, text=text, names=names)


def file_of(spec: StageSpec) -> Path:
    """Return the file that `use: path.py:Class` names, beside the pipeline or from the current folder.

    Raises:
        SpecError: there is none.
    """
    path = spec.use.rpartition(":")[0]
    beside = Path(spec.component.document.name).parent
    file = next((place for place in (beside / path, Path(path)) if place.is_file()), None)
    if file is None:
        raise spec.error(f"no file {path}, neither beside the pipeline nor here", "use")
    return file


def _parsed(spec: StageSpec, file: Path, shown: str) -> tuple[ast.Module, str]:
    try:
        text = file.read_text(encoding="utf-8")
        return ast.parse(text), text
    except (OSError, ValueError, SyntaxError) as error:
        raise spec.error(f"{shown} cannot be read as Python: {error}", "use") from error


def _run_of(node: ast.ClassDef) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    functions = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return next((each for each in functions if each.name == "run"), None)


def _stage_class(
    spec: StageSpec,
    node: ast.ClassDef,
    run: ast.AST,
    *,
    file: Path,
    module: str,
    text: str,
    names: Collection[str],
) -> StageClass:
    coroutine = isinstance(run, ast.AsyncFunctionDef)
    return StageClass(
        file=file,
        module=module,
        name=node.name,
        code=fingerprint(text),
        coroutine=coroutine,
        # A stage of the main process says all this by its property `contract`.
        declared=MappingProxyType({} if coroutine else _declared(spec, node, file, names)),
    )


def _declared(spec: StageSpec, node: ast.ClassDef, file: Path, names: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _attributes(node.body):
        if name not in names:
            continue
        try:
            found[name] = _as_json(ast.literal_eval(value))
        except ValueError as error:
            message = f"{file.name}, line {value.lineno}: {name} of class {node.name} is read without being run; "
            message += "expected a dict, list, text or number as a literal"
            raise spec.error(f"{message}, got {ast.unparse(value)[:80]}", "use") from error
    return found


def _attributes(body: Sequence[ast.stmt]) -> list[tuple[str, ast.expr]]:
    """Return the names that a class body sets, with their values."""
    found: list[tuple[str, ast.expr]] = []
    for each in body:
        if isinstance(each, ast.Assign):
            found += [(target.id, each.value) for target in each.targets if isinstance(target, ast.Name)]
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
            found.append((each.target.id, each.value))
    return found


def _as_json(value: Any) -> Any:  # noqa: ANN401 - a literal
    """Return a literal as a pipeline file would hold it."""
    if isinstance(value, dict):
        return {str(key): _as_json(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _module_file(module: str) -> Path | None:
    """Return the file of a module, found as an import finds it but without importing its packages."""
    path: Sequence[str] | None = None
    found: ModuleSpec | None = None
    parts = module.split(".")
    for index in range(len(parts)):
        found = _module_spec(".".join(parts[: index + 1]), path)
        if found is None:
            return None
        path = None if found.submodule_search_locations is None else list(found.submodule_search_locations)
    return Path(found.origin) if found and found.origin and found.origin.endswith(".py") else None


def _module_spec(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    for finder in sys.meta_path:
        if found := finder.find_spec(name, path):
            return found
    return None

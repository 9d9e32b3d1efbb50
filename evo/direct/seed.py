"""What a caller gives as the first program: a function object, a text, a file or a folder."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

from evo.config.document import read_text
from evo.errors import NotFoundError, UsageError, nearest
from evo.records import PROGRAM_MAX_BYTES
from evo.scaffold.extract import extract, functions_of, parse_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROGRAM, _TEXT = "program.py", "text.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstProgram:
    """A program to start from.

    Attributes:
        files: path -> text. file: the one that matters. entry: the function in it; "" for a text that nobody runs.
        name: what it is called.
    """

    files: Mapping[str, str]
    file: str
    entry: str
    name: str


def first_program(seed: object, entry: str = "") -> FirstProgram:
    """Return what a seed means.

    Args:
        seed: a function; a text; the path of a file or of a folder, as a `Path` or as a text of one line.
        entry: the function that is meant, where the text has several; by default the last.

    Raises:
        UsageError: it is nothing of these, or a function that cannot be taken out of where it stands.
        NotFoundError: no such file or function.
    """
    if isinstance(seed, FunctionType):
        return FirstProgram(files={_PROGRAM: text_of(seed)}, file=_PROGRAM, entry=seed.__name__, name=seed.__name__)
    if isinstance(seed, Path):
        return _of_path(seed, entry)
    if isinstance(seed, str):
        named = _path_in(seed)
        return _of_path(named, entry) if named else _of_text(seed, entry, _TEXT, "seed")
    raise UsageError(f"seed = {seed!r:.60}; expected a function, a text, or the path of a file or a folder")


def _path_in(seed: str) -> Path | None:
    if "\n" in seed.strip() or not seed.strip():
        return None
    try:
        return Path(seed) if Path(seed).exists() else None
    except (OSError, ValueError):
        return None


def _of_path(path: Path, entry: str) -> FirstProgram:
    if path.is_dir():
        return _of_folder(path, entry)
    if not path.is_file():
        raise NotFoundError(f"seed: {path} is neither a file nor a folder")
    return _of_text(read_text(path, str(path), limit=PROGRAM_MAX_BYTES), entry, path.name, path.stem)


def _of_text(text: str, entry: str, file: str, name: str) -> FirstProgram:
    whole = text if text.endswith("\n") else f"{text}\n"
    functions = _functions(whole, file)
    if not functions:
        if entry or file.endswith(".py"):
            raise NotFoundError(f"seed: no function {entry} in it; expected Python with one at the top level")
        return FirstProgram(files={file: whole}, file=file, entry="", name=name)
    return FirstProgram(files={_PROGRAM: whole}, file=_PROGRAM, entry=_meant(entry, functions), name=name)


def _of_folder(folder: Path, entry: str) -> FirstProgram:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _hidden(path.relative_to(folder))]
    files = {path.relative_to(folder).as_posix(): read_text(path, str(path), limit=PROGRAM_MAX_BYTES) for path in paths}
    python = [name for name in files if name.endswith(".py")]
    holding = [name for name in python if not entry or entry in _functions(files[name], name)]
    usual = [name for name in (_PROGRAM, "main.py") if name in holding]
    if not holding:
        raise NotFoundError(f"seed: {folder} has no Python file with a function {entry or 'at the top level'}")
    file = (usual or holding)[0]
    return FirstProgram(files=files, file=file, entry=_meant(entry, _functions(files[file], file)), name=folder.name)


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


def _functions(text: str, file: str) -> list[str]:
    """Return the functions at the top level of a Python text; [] for any other text."""
    if file.endswith(".py"):
        return list(functions_of(parse_module(text, file)))
    try:
        return list(functions_of(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _meant(entry: str, functions: list[str]) -> str:
    if not functions:
        raise NotFoundError("seed: no function at the top level; expected the one that is to be made better")
    if entry and entry not in functions:
        raise NotFoundError(f"seed: no function {entry!r}{nearest(entry, functions)}; it has {', '.join(functions)}")
    return entry or functions[-1]


def text_of(function: FunctionType) -> str:
    """Return the text of a function with what it needs: out of its file, or of a notebook out of what it refers to.

    Raises:
        UsageError: it is a lambda, stands within another function, or has no text.
    """
    if function.__name__ == "<lambda>" or function.__qualname__ != function.__name__:
        raise UsageError(
            f"seed: {function.__qualname__} is not at the top level of its module; expected a def that stands alone, "
            "or a text"
        )
    file = inspect.getsourcefile(function)
    if file and Path(file).is_file():
        text = Path(file).read_text(encoding="utf-8")
        tree = parse_module(text, file)
        if function.__name__ in functions_of(tree):
            return extract(text, tree, function.__name__, file)
    return _assembled(function)


def _assembled(function: FunctionType) -> str:
    """Return a function of a notebook with what it refers to, cell after cell, as a module."""
    imports: dict[str, str] = {}
    pieces: dict[str, str] = {}
    waiting: list[FunctionType] = [function]
    while waiting:
        each = waiting.pop()
        pieces[each.__name__] = _source(each)
        for name in _globals_read(each.__code__):
            if name in pieces or name in imports or name not in each.__globals__:
                continue
            value = each.__globals__[name]
            if isinstance(value, ModuleType):
                imports[name] = f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
            elif isinstance(value, FunctionType) and value.__module__ == function.__module__:
                waiting.append(value)
            else:
                line = _said(name, value, function.__module__)
                (imports if line.startswith("from ") else pieces)[name] = line
    last = pieces.pop(function.__name__)
    # What is plain comes first: functions may be called while the module is loaded, and read it then.
    ordered = sorted(pieces.values(), key=lambda text: text.startswith(("def ", "class ", "@")))
    head = "\n".join(sorted(imports.values()))
    return "\n\n\n".join(filter(None, [head, *ordered, last])) + "\n"


def _said(name: str, value: object, module: str) -> str:
    """Return the statement that gives a name its value: an import, a constant, a class."""
    home = cast("str", getattr(value, "__module__", "") or "")
    if isinstance(value, type) and home == module:
        return _source(value)
    if home and home != module and hasattr(value, "__name__"):
        own = cast("str", getattr(value, "__name__", name))
        return f"from {home} import {own}" + (f" as {name}" if own != name else "")
    text = f"{name} = {value!r}"
    try:
        ast.literal_eval(text.partition(" = ")[2])
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise UsageError(
            f"seed: it refers to {name} = {value!r:.60}, which cannot be written down as plain data; give it as a text"
        ) from error
    return text


def _source(thing: FunctionType | type) -> str:
    try:
        return textwrap.dedent(inspect.getsource(thing)).rstrip("\n")
    except (OSError, TypeError) as error:
        raise UsageError(f"seed: the text of {thing.__name__} is not known; give it as a text") from error


def _globals_read(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_read(constant)

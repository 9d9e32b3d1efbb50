"""What the judge process does with candidate text: parse it, never run it. Standard library only.

`ast.parse` may die of a text: of its depth (RecursionError, MemoryError), of null bytes (ValueError), or of the
process's stack. The first three become refusals here; for the last the text is parsed in the judge, not in the main
process. Two things take the parser quadratic time, f-strings of many fields and dotted names of many parts: beyond
`COPIED_MAX_BYTES` they are refused before it sees them.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

COPIED_MAX_BYTES = 10**9
"""What the parser may look through for the fields of f-strings and the parts of names: below a second of its time."""
_SHORT = 32_000
"""Characters of a text that the parser cannot be busy with for long, and whose tree is worth remembering."""
_QUOTE = re.compile(r"(?i:f|fr|rf)['\"]")
_DOTTED = re.compile(r"(?<!\w)(?:[^\W\d]\w*+(?:[ \t\f]|\\\n)*+\.(?:[ \t\f]|\\\n)*+)++")
_BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.With,
    ast.AsyncWith,
    ast.Assert,
    ast.comprehension,
    ast.match_case,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
)
_SILENT = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


class Refused(Exception):  # noqa: N818 - a verdict about a text, not an error of ours
    """The text breaks a rule; `str()` says what was expected and what came."""


def parse(text: str, path: str) -> ast.Module:
    """Parse one file. Trees of ordinary size are remembered, and nobody may change those.

    Raises:
        Refused: it is not Python, or too deep or too much for the parser.
    """
    return _remembered(text, path) if len(text) <= _SHORT else parse_anew(text, path)


def parse_anew(text: str, path: str) -> ast.Module:
    """Parse one file into a tree that is the caller's alone; as `parse` otherwise."""
    _refuse_copying(text, path)
    try:
        with warnings.catch_warnings():
            # An invalid escape in a candidate is no news.
            warnings.simplefilter("ignore")
            return ast.parse(text, filename=path)
    except SyntaxError as error:
        line = (error.text or "").strip()[:200]
        place = f"{path}, line {error.lineno}" if error.lineno else path
        raise Refused(f"{place}: {error.msg}" + (f"\n    {line}" if line else "")) from None
    except (RecursionError, MemoryError):
        raise Refused(f"{path}: nested too deeply to be parsed; expected ordinary code") from None
    except ValueError as error:
        raise Refused(f"{path}: {error}") from None


_remembered = lru_cache(maxsize=32)(parse_anew)


def _refuse_copying(text: str, path: str) -> None:
    """Refuse what would take the parser quadratic time; estimated first, then counted.

    The parser looks through a whole f-string for every field in it, and copies a dotted name for every part.
    """
    if len(text) <= _SHORT:
        return
    if text.count("{") * len(text) > COPIED_MAX_BYTES and _QUOTE.search(text):
        copied = sum(token.count("{") * len(token) for token in _formatted(text))
        if copied > COPIED_MAX_BYTES:
            raise Refused(f"{path}: an f-string has too many fields for its length; expected ordinary code")
    if any(name[0].count(".") * len(name[0]) > COPIED_MAX_BYTES // 2 for name in _DOTTED.finditer(text)):
        raise Refused(
            f"{path}: a dotted name of too many parts is nested too deeply to be parsed; expected ordinary code"
        )


def _formatted(text: str) -> Iterator[str]:
    """Yield the f-strings of a text, as far as it can be split into tokens; the parser says what is wrong with it."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and _QUOTE.match(token.string):
                yield token.string
    except (tokenize.TokenError, SyntaxError):
        return


@contextmanager
def refusing(what: str) -> Generator[None]:
    """Turn what Python dies of in a legal text into a refusal, in words that are equal for equal causes.

    Args:
        what: of the program, for example "compared".
    """
    try:
        yield
    except (RecursionError, MemoryError):
        raise Refused(f"the program is nested too deeply to be {what}; expected ordinary code") from None
    except (ValueError, SyntaxError, tokenize.TokenError) as error:
        said = error.args[0] if error.args else type(error).__name__
        raise Refused(f"the program cannot be {what}: {said}") from None


def check(
    files: Mapping[str, str], entry_file: str, entry: str, allowed: Sequence[str] | None, warm: Sequence[str]
) -> list[str]:
    """Check a program and return what it imports, sorted, as far as that is in `warm`.

    Args:
        files: path -> text.
        entry_file: where the function to call is expected.
        entry: its name; "" where nothing is called, as in a repository.
        allowed: modules that may be imported, with their submodules; empty means the standard library, None all.
        warm: modules that may be reported.

    Raises:
        Refused: a file does not parse, the entry is missing, or a module is not allowed.
    """
    if entry and entry_file not in files:
        raise Refused(f"expected a file {entry_file}; got {', '.join(sorted(files))}")
    trees = {path: parse(text, path) for path, text in files.items() if path.endswith(".py")}
    if entry and entry_file not in trees:
        raise Refused(f"{entry_file}: expected a Python file")
    if entry and entry not in set(bound(trees[entry_file].body)):
        raise Refused(f"{entry_file}: expected a function {entry} at the top level; none is defined")
    own = {path.removesuffix(".py").replace("/", ".").partition(".")[0] for path in files}
    imported = {name: path for path, tree in trees.items() for name in _imports(tree)}
    named = {name: path for name, path in imported.items() if name.partition(".")[0] not in own}
    if allowed is not None:
        _check_imports(named, allowed)
    return sorted(module for module in warm if any(_within(name, module) for name in named))


def _check_imports(named: Mapping[str, str], allowed: Sequence[str]) -> None:
    listed = (*allowed, "__future__") if allowed else tuple(sys.stdlib_module_names)
    roots = {module.partition(".")[0] for module in listed}
    for name in sorted(named):
        # `import a` alone is of use where a.b is listed.
        if name not in roots and not any(_within(name, module) for module in listed):
            expected = ", ".join(allowed) or "the standard library"
            raise Refused(f"{named[name]}: imports {name}, which is not allowed; expected only {expected}")


def _within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield dotted names: `import a.b` and `from a import b` both give a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def bound(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module's top level binds, also inside its `if` and `try`."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (leaf.id for target in node.targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        else:
            # A stack, not recursion: every `elif` is an `if` within the one before it.
            inner = [each for part in ("body", "orelse", "handlers", "finalbody") for each in getattr(node, part, [])]
            waiting += reversed(inner)


def measure(files: Mapping[str, str], count: str) -> dict[str, float]:
    """Return code_length and complexity over all Python files.

    Args:
        files: path -> text.
        count: "characters" (of all tokens) or "tokens"; comments, docstrings and space never count.

    Raises:
        Refused: a file does not parse.
    """
    length = complexity = 0
    for path, text in files.items():
        if path.endswith(".py"):
            tree = parse(text, path)
            length += _length(text, tree, count)
            complexity += sum(_branches(node) for node in ast.walk(tree))
    return {"code_length": float(length), "complexity": float(1 + complexity)}


def _length(text: str, tree: ast.Module, count: str) -> int:
    docstrings = {
        (body.lineno, body.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for body in node.body[:1]
        if isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant) and isinstance(body.value.value, str)
    }
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in _SILENT and not (token.type == tokenize.STRING and token.start in docstrings)
    ]
    return len(tokens) if count == "tokens" else sum(len(token.string) for token in tokens)


def _branches(node: ast.AST) -> int:
    """Return how many ways out of the straight line a node adds (McCabe 1976), 1 for each function."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    return int(isinstance(node, _BRANCHES))

"""The templates of a run: those that ship, and those of its own that stand in their place.

A run's own templates are text from a file that may come from anywhere, so they are rendered in a sandbox: they see the
values that prompts are made of, and no way out of them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import NotFoundError, SpecError, nearest
from evo.propose.wording import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE_MAX_BYTES = 64 * 1024

_STANDING = frozenset({"c", "params"})
_ASKING = frozenset({"c", "parents", "inspirations", "ancestors", "attempts", "best", "larger", "left_out"})
_ANALYSIS = frozenset({"c", "shown", "steps", "larger", "kinds", "tags", "severities", "most", "text_chars"})
_OTHERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "system": _STANDING,
        "insight_system": _STANDING,
        "contract": _STANDING,
        "insight": _ANALYSIS,
        "parts": frozenset[str](),
    }
)


@cache
def operators() -> frozenset[str]:
    """Return the operators that have a template."""
    return frozenset(path.stem for path in TEMPLATES.glob("*.j2") if path.stem not in _OTHERS)


def variables(name: str) -> frozenset[str]:
    """Return the variables that the template of a name may use."""
    return _OTHERS.get(name, _ASKING)


def load(folder: Path) -> Mapping[str, str]:
    """Read the templates of a folder, name -> text; files that do not end in ".j2" are left alone.

    Raises:
        NotFoundError: there is no such folder, or no template in it.
        SpecError: a name that no shipped template has, a template that cannot be read or is too long, a mistake in its
            syntax, or a variable that it will not be given; with file and line.
    """
    paths = sorted(folder.glob("*.j2")) if folder.is_dir() else []
    if not paths:
        raise NotFoundError(f"prompts.templates: {folder}: expected a folder with templates, for example diff.j2")
    known = sorted(operators() | _OTHERS.keys())
    texts: dict[str, str] = {}
    for path in paths:
        if path.stem not in known:
            hint = nearest(path.stem, known) or f"; there are {', '.join(known)}"
            raise SpecError(f"no shipped template has the name {path.stem!r}{hint}", path=str(path))
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"cannot be read as UTF-8 text ({error})", path=str(path)) from error
        if len(texts[path.stem]) > TEMPLATE_MAX_BYTES:
            raise SpecError(f"expected a template of at most {TEMPLATE_MAX_BYTES} bytes", path=str(path))
    for name, text in texts.items():
        _check(name, text, folder)
    return MappingProxyType(texts)


def environment(texts: Mapping[str, str] | None = None, folder: Path | None = None) -> Environment:
    """Return what renders the shipped templates, with `texts` in place of those of the same names.

    Args:
        texts: name -> text.
        folder: where they came from, for messages.
    """
    return _own(texts, folder or Path("prompts")) if texts else _shipped()


def position(error: BaseException) -> tuple[str, int | None]:
    """Return the file and line of a template in which an error arose, ("", None) if in none."""
    named = getattr(error, "filename", None), getattr(error, "lineno", None)
    if named[0]:
        return str(named[0]), named[1]
    found = [place for place in _places(error.__traceback__) if place[0].endswith(".j2")]
    return found[-1] if found else ("", None)


def _places(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _check(name: str, text: str, folder: Path) -> None:
    from jinja2 import TemplateSyntaxError, meta, nodes  # noqa: PLC0415 - only for templates of a run's own

    path = str(folder / f"{name}.j2")
    try:
        tree = _shipped().parse(text, name=name, filename=path)
        _shipped().compile(text, name=name, filename=path)
    except TemplateSyntaxError as error:
        raise SpecError(f"{error.message}", path=path, line=error.lineno) from error
    known = variables(name)
    for unknown in sorted(meta.find_undeclared_variables(tree) - known):
        line = min((n.lineno for n in tree.find_all(nodes.Name) if n.name == unknown and n.ctx == "load"), default=1)
        offered = ", ".join(sorted(known)) or "none but the parameters of its macros"
        hint = nearest(unknown, known) or f"; there are {offered}"
        raise SpecError(f"unknown variable {unknown!r}{hint}", path=path, line=line)


@cache
def _shipped() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - 30 ms, only when one is built

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - models read text, not HTML; fences do what escaping would
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    return made


def _own(texts: Mapping[str, str], folder: Path) -> Environment:
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined  # noqa: PLC0415 - see `_shipped`
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - see `_shipped`

    def find(name: str) -> tuple[str, str, None] | None:
        text = texts.get(name.removesuffix(".j2"))
        return None if text is None else (text, str(folder / name), None)

    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FunctionLoader(find), FileSystemLoader(TEMPLATES)]),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    return made

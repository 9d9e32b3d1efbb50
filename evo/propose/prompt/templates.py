"""The templates of a run: what every operator is asked with, what stands around it, and what stands in their place.

Each operator's template comes with its emitter. A run's own folder may replace any of them by name. Every template has
the variables that are named here and no other.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import NotFoundError, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from evo.propose.emitters.emitter import Emitter, Template

STANDING = Path(__file__).parent / "jinja"
"""What is said whatever the operator."""
FIRST, NEWEST = 1, 2
"""Editions of the templates: the one that new runs are asked with, and what an earlier one said, in its own folder."""
TEMPLATE_MAX_BYTES = 64 * 1024

_OPERATOR = re.compile(r"[a-z][a-z0-9_]{0,63}")
_STANDING = frozenset({"c", "params"})
_SYSTEM = frozenset({*_STANDING, "aloud", "example"})
_ASKING = frozenset(
    {
        *("c", "parents", "inspirations", "ancestors", "attempts", "tried"),
        *("best", "notes", "tactic", "larger", "left_out", "aloud", "wording", "gap"),
    }
)
_ANALYSIS = frozenset({"c", "shown", "steps", "larger", "kinds", "tags", "severities", "most", "text_chars"})
_OTHERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "system": _SYSTEM,
        "answer_rules": _SYSTEM,
        "insight_system": _STANDING,
        "contract": _STANDING,
        "insight": _ANALYSIS,
        "parts": frozenset[str](),
    }
)


RESERVED: frozenset[str] = frozenset({*_OTHERS, "seed"})
"""What no operator may be called: names of other templates, and what the tickets of seeds are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """A template, read.

    Attributes:
        place: the file, or what stands for one in messages.
        trusted: whether it comes with this package; any other is rendered in a sandbox.
    """

    text: str
    place: str
    trusted: bool = False


def folders(edition: int) -> Sequence[Path]:
    """Return where the templates of an edition lie, those that count first."""
    return [*([] if edition == NEWEST else [STANDING / f"edition_{edition}"]), STANDING]


def read_templates(emitters: Iterable[Emitter | type[Emitter]], edition: int = NEWEST) -> Mapping[str, TemplateText]:
    """Return the template of every operator that a model is asked for, by operator.

    Args:
        emitters: that may bring one.
        edition: of those that ship; what others bring has none.

    Raises:
        SpecError: a template that cannot be read or is too long, an operator whose name can be that of no template, or
            two templates for one operator.
    """
    found: dict[str, TemplateText] = {}
    for emitter in emitters:
        operator, template = emitter.operator, emitter.template
        if not _OPERATOR.fullmatch(operator) or operator in RESERVED:
            taken = ", ".join(sorted(RESERVED))
            raise SpecError(
                f"operator {operator!r} of {_name(emitter)}: expected lower-case letters, digits and underscores, "
                f"and none of {taken}"
            )
        if template is None:
            continue
        # Named for the file, not the operator: two operators may ask in the same words.
        file = template.path.name if template.shipped and template.path else ""
        earlier = folders(edition)[0] / file if file and edition != NEWEST else None
        text = earlier.read_text(encoding="utf-8") if earlier else template.text()
        read = TemplateText(text=text, place=str(earlier or _place(emitter, template)), trusted=template.shipped)
        before = found.setdefault(operator, read)
        if before.text != read.text:
            raise SpecError(
                f"operator {operator!r} has two templates, {before.place} and {read.place}; "
                "expected each operator to have one: give one of the emitters another `operator`"
            )
        _measure(read.text, read.place)
    return MappingProxyType(found)


def _name(emitter: Emitter | type[Emitter]) -> str:
    cls = emitter if isinstance(emitter, type) else type(emitter)
    return f"{cls.__module__}:{cls.__qualname__}"


def _place(emitter: Emitter | type[Emitter], template: Template) -> str:
    """Return the file of a template; for one that is given as a text, the file of the emitter and whose it is."""
    if template.path is not None:
        return str(template.path)
    module = _name(emitter).partition(":")[0]
    file = getattr(sys.modules.get(module), "__file__", None) or module
    return f"{file} (template of {emitter.operator})"


def _measure(text: str, place: str) -> None:
    if len(text) > TEMPLATE_MAX_BYTES:
        raise SpecError(f"expected a template of at most {TEMPLATE_MAX_BYTES} bytes", path=place)


def variables(name: str) -> frozenset[str]:
    """Return the variables that the template of a name may use."""
    return _OTHERS.get(name, _ASKING)


def load(folder: Path, operators: Collection[str]) -> Mapping[str, str]:
    """Read the templates of a folder, name -> text; files that do not end in ".j2" are left alone.

    Args:
        folder: of the run's own.
        operators: those that have a template which may be replaced.

    Raises:
        NotFoundError: there is no such folder, or no template in it.
        SpecError: a name that no template has, or a template that cannot be read or is too long.
    """
    paths = sorted(folder.glob("*.j2")) if folder.is_dir() else []
    if not paths:
        raise NotFoundError(f"prompts.templates: {folder}: expected a folder with templates, for example diff.j2")
    known = sorted({*operators, *_OTHERS})
    texts: dict[str, str] = {}
    for path in paths:
        if path.stem not in known:
            hint = nearest(path.stem, known) or f"; there are {', '.join(known)}"
            raise SpecError(f"there is no template with the name {path.stem!r}{hint}", path=str(path))
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"cannot be read as UTF-8 text ({error})", path=str(path)) from error
        _measure(texts[path.stem], str(path))
    return MappingProxyType(texts)

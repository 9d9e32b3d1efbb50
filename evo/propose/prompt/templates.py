"""The templates of a run: those that ship, and those of its own that stand in their place.

Every template has the variables that are named here and no other.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import NotFoundError, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDING = Path(__file__).parent / "jinja"
"""What is said whatever the operator."""
OPERATORS = Path(__file__).parents[1] / "emitters"
"""Each operator's template lies beside its file."""
TEMPLATE_MAX_BYTES = 64 * 1024

_STANDING = frozenset({"c", "params"})
_ASKING = frozenset(
    {"c", "parents", "inspirations", "ancestors", "attempts", "best", "notes", "tactic", "larger", "left_out"}
)
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
    return frozenset(path.stem for path in OPERATORS.glob("*.j2"))


def variables(name: str) -> frozenset[str]:
    """Return the variables that the template of a name may use."""
    return _OTHERS.get(name, _ASKING)


def load(folder: Path) -> Mapping[str, str]:
    """Read the templates of a folder, name -> text; files that do not end in ".j2" are left alone.

    Raises:
        NotFoundError: there is no such folder, or no template in it.
        SpecError: a name that no shipped template has, or a template that cannot be read or is too long.
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
    return MappingProxyType(texts)

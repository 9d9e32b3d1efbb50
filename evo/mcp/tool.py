"""A tool: its name, what it needs to be allowed, what it takes, and what it does.

Nothing here knows how calls come in; what a client sends is checked here, whatever way it came.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from evo.canonical import JSON
    from evo.mcp.bench import Bench
    from evo.mcp.policy import Permit

Kind: TypeAlias = Literal["text", "whole", "number", "flag", "object", "files", "score"]
Given: TypeAlias = "Mapping[str, Any]"
TEXT_MAX = 4 * 1024 * 1024
"""Characters that a text may have."""
_SCHEMAS: Mapping[Kind, dict[str, JSON]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "object": {"type": "object"},
    "files": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
    "score": {"anyOf": [{"type": "number"}, {"type": "object"}]},
}
_TYPES: Mapping[Kind, tuple[type, ...]] = {
    "text": (str,),
    "whole": (int,),
    "number": (int, float),
    "flag": (bool,),
    "object": (dict,),
    "files": (str, dict),
    "score": (int, float, dict),
}
_WORDS: Mapping[Kind, str] = {
    "text": "a text",
    "whole": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "object": "an object",
    "files": "the text of the only file, or an object of texts by their paths",
    "score": "a number, or an object of objective and measures",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One thing that a tool takes.

    Attributes:
        meaning: in one sentence.
        kind: of value.
        default: where it is left out; None for nothing.
        needed: whether it cannot be left out.
        among: the values that there are; () for any.
        least, most: bounds of a number.
    """

    meaning: str
    kind: Kind = "text"
    default: JSON = None
    needed: bool = False
    among: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def schema(self) -> dict[str, JSON]:
        """Return it as JSON Schema."""
        found: dict[str, JSON] = {**_SCHEMAS[self.kind], "description": self.meaning}
        found |= {"default": self.default} if self.default is not None else {}
        found |= {"enum": [*self.among]} if self.among else {}
        found |= {"minimum": self.least} if self.least is not None else {}
        return {**found, "maximum": self.most} if self.most is not None else found

    def checked(self, name: str, value: object) -> object:
        """Return a value that can be one.

        Raises:
            UsageError: it cannot.
        """
        usual = isinstance(value, _TYPES[self.kind]) and (self.kind == "flag" or not isinstance(value, bool))
        if not usual or (isinstance(value, float) and not math.isfinite(value)):
            raise UsageError(f"{name}: expected {_WORDS[self.kind]}; got {value!r:.80}")
        if isinstance(value, str) and len(value) > TEXT_MAX:
            raise UsageError(f"{name}: {len(value)} characters; expected at most {TEXT_MAX}")
        if self.among and value not in self.among:
            raise UsageError(
                f"{name}: {value!r:.80} is none of {', '.join(self.among)}{nearest(str(value), self.among)}"
            )
        if self.kind in {"whole", "number"} and not self._bounded(cast("float", value)):
            raise UsageError(f"{name}: expected {self._range()}; got {value!r}")
        return value

    def _bounded(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def _range(self) -> str:
        if self.least is None or self.most is None:
            return f"{self.least:g} or more" if self.least is not None else f"{self.most:g} or less"
        return f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class McpTool:
    """A tool.

    Attributes:
        name: as clients call it.
        permit: what it needs.
        says: what it does, for whoever chooses among tools.
        takes: name -> argument.
        does: answers a call, with every argument there.
        waits: whether it is awaited; others are called in a thread, and may block.
    """

    name: str
    permit: Permit
    says: str
    takes: Mapping[str, Argument]
    does: Callable[[Bench, Given], JSON] | Callable[[Bench, Given], Awaitable[JSON]]
    waits: bool = False

    def schema(self) -> dict[str, JSON]:
        """Return what it takes as JSON Schema."""
        return {
            "type": "object",
            "properties": {name: each.schema() for name, each in self.takes.items()},
            "required": [name for name, each in self.takes.items() if each.needed],
            "additionalProperties": False,
        }

    def given(self, arguments: Mapping[str, object]) -> Given:
        """Return the arguments of a call, checked and complete.

        Raises:
            UsageError: one that there is not, one that is missing, or a value that cannot be one.
        """
        for name in arguments:
            if name not in self.takes:
                there = ", ".join(self.takes) or "none"
                raise UsageError(f"{self.name} takes no {name!r}{nearest(name, self.takes)}; it takes {there}")
        found: dict[str, Any] = {}
        for name, each in self.takes.items():
            if arguments.get(name) is None:
                if each.needed:
                    raise UsageError(f"{self.name}: expected {name}, {each.meaning}")
                found[name] = each.default
            else:
                found[name] = each.checked(f"{self.name}: {name}", arguments[name])
        return found

"""What of a repository may change: the globs that say so, and whatever stands in the way of a path."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableGlobs:
    """The paths that may change.

    Attributes:
        globs: as they are declared: `*` within a name, `**` over folders; a folder stands for all beneath it.
        fixed: paths of the tree that may not change: all others, and those that match and are no text.
        folders: the folders of the tree.
    """

    globs: tuple[str, ...]
    fixed: frozenset[str] = field(default=frozenset(), repr=False)
    folders: frozenset[str] = field(default=frozenset(), repr=False)

    def flaw(self, path: str) -> str:
        """Say why a path may not be written; "" if it may."""
        may = f"what may change is {', '.join(self.globs)}"
        if not matches(path, self.globs):
            return f"{path} may not change; {may}"
        if path in self.fixed:
            return f"{path} may not change, since it is no text of this repository's own; {may}"
        above = path
        while above := above.rpartition("/")[0]:
            if above in self.fixed:
                return f"{path} cannot be made: {above} is a file or a link; {may}"
        return f"{path} is a folder; {may}" if path in self.folders else ""


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Tell whether a path is meant by any of some globs."""
    return any(_pattern(glob).fullmatch(path) for glob in globs)


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = [match[0] for match in re.finditer(r"\*\*/|\*\*|\*|\?|[^*?]+", glob.rstrip("/").removeprefix("./"))]
    return re.compile("".join(known.get(piece) or re.escape(piece) for piece in pieces) + "(?:/.*)?", re.DOTALL)

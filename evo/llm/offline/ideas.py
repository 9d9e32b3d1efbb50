"""Ideas: textbook moves that a problem brings along, each a fragment of Python with a sentence.

A file of `ideas/` holds a docstring (the sentence) and functions; the last one is the part that it replaces in a
program that has a function of this name with the same positional parameters. If it calls `inner_<part>`, it wraps.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import SpecError
from evo.llm.offline.syntax_tree import Source, parse_source
from evo.llm.offline.transplant import transplant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from random import Random

    from evo.llm.offline.prompt_reader import Seen

WORKED, IN_VAIN = "worked: ", "in vain: "
"""How the proposer's own notes begin."""
IDEAS = "ideas"
"""The folder of a problem that holds them."""
_IN_LINEAGE = 0.1
_WORKED, _IN_VAIN = 2.0, 0.5


@dataclass(frozen=True)
class Idea:
    """One fragment: its sentence, the part that it replaces, its module."""

    sentence: str
    part: str
    source: Source

    @property
    def summary(self) -> str:
        """The line by which a lineage knows it."""
        return f"idea: {self.sentence}"


def load_ideas(folder: Path | None) -> tuple[Idea, ...]:
    """Read a folder of ideas, in the order of their file names.

    Raises:
        SpecError: a fragment that does not parse, has no docstring, or has no function.
    """
    return tuple(_load(path) for path in idea_files(folder))


def idea_files(folder: Path | None, suffix: str = ".py") -> list[Path]:
    """Return the files of a folder of ideas, by name; [] for None.

    A folder inside `ideas/` holds what is an instance's own: its files stand before those of the same names above it.
    Ideas for texts end in `.txt`.
    """
    if folder is None or not folder.is_dir():
        return []
    above = idea_files(folder.parent, suffix) if folder.parent.name == IDEAS else []
    files = {path.name: path for path in (*above, *folder.glob(f"*{suffix}"))}
    return [files[name] for name in sorted(files)]


def _load(path: Path) -> Idea:
    source = parse_source(path.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(source.tree) if source else None
    if source is None or not docstring or not source.functions:
        raise SpecError("idea: expected Python with a docstring of one sentence and a function", path=str(path))
    last = [node.name for node in source.tree.body if isinstance(node, ast.FunctionDef)][-1]
    return Idea(sentence=" ".join(docstring.split()).rstrip("."), part=last, source=source)


def idea_moves(base: Source, ideas: Iterable[Idea]) -> Iterator[tuple[str, str]]:
    """Yield (summary, text) for each idea that fits the program and changes it, in the order given."""
    for idea in ideas:
        text = transplant(base, idea.source, idea.part, crossing=False)
        if text is not None and text != base.text:
            yield idea.summary, text


def order_ideas(ideas: tuple[Idea, ...], seen: Seen, rng: Random) -> list[Idea]:
    """Return all ideas in a drawn order that depends on what the prompt shows.

    Fresh ideas come first as a rule; those in the parent's line come late. So do those that the prompt's notes call in
    vain; those that worked elsewhere come early. Where the prompt asks for an approach that is an idea, that one is
    first.
    """

    def key(idea: Idea) -> float:
        # The exponential race: the smallest of Exp(weight) is drawn in proportion to the weights.
        weight = _IN_LINEAGE if any(idea.summary in step.summary for step in seen.ancestors) else 1.0
        weight *= next((factor for factor, note in noted if idea.summary in note), 1.0)
        drawn = rng.expovariate(weight)
        return 0.0 if idea.sentence == seen.approach else drawn

    noted = [(_WORKED if note.startswith(WORKED) else _IN_VAIN, note) for note in seen.notes]
    return sorted(ideas, key=key)

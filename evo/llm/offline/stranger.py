"""Prompts that are not ours: the last program between fences that is Python, to be answered in the form asked for.

Whoever tries another framework against `evo mock-server` sees its own grammar answered; what is asked in words is not
understood.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from evo.llm.offline.prompt_reader import Seen, SeenProgram
from evo.llm.offline.syntax_tree import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCED = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_BLOCKS = re.compile(r"<{5,9} SEARCH")
FILE = "program.py"


def read_stranger(prompt: str) -> Seen | None:
    """Return what can be seen of a prompt in another form; None where no program stands between fences.

    Blocks are answered where the prompt shows a SEARCH marker, else the whole program.
    """
    text = next(_programs(prompt), None)
    if text is None:
        return None
    blocks = _BLOCKS.search(prompt) is not None
    program = SeenProgram(place="Parent", id="", files={FILE: text}, language="python")
    return Seen(parents=[program], blocks=blocks, fenced=not blocks, anew=not blocks)


def _programs(prompt: str) -> Iterator[str]:
    """Yield fenced texts that are programs, the last one first: an example of the answer's form holds no statement."""
    for found in reversed([*_FENCED.finditer(prompt)]):
        text = found[3]
        source = None if _BLOCKS.search(text) else parse_source(text)
        if source and any(not isinstance(node, ast.Expr | ast.Pass) for node in source.tree.body):
            yield text

"""Apply an idea to a program exactly as the offline proposer does."""

import ast

from evo.llm.offline.syntax_tree import parse_source
from evo.llm.offline.transplant import transplant


class NotApplicable(Exception):  # noqa: N818 - an answer, not an error
    """The program has no such part, or the part is wrapped already."""


def functions(tree):
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def part_of(idea):
    """The last top-level function of an idea names the part that it replaces."""
    return list(functions(ast.parse(idea)))[-1]


def is_wrap(idea):
    return f"inner_{part_of(idea)}" in {node.id for node in ast.walk(ast.parse(idea)) if isinstance(node, ast.Name)}


def apply(idea, program):
    text = transplant(parse_source(program), parse_source(idea), part_of(idea), crossing=False)
    if text is None:
        raise NotApplicable(part_of(idea))
    return text

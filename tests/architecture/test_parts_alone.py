"""A part is known by what it can do: outside its own file nobody compares its class or its name.

And the declared run is taken apart in one place: no function outside the rooms for it takes a `RunSpec`.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from evo.parts import KINDS

ROOT = Path(__file__).parents[2]
EVO = ROOT / "evo"
SPEC_ROOMS = {"assemble", "config", "estimate"}


@dataclass(frozen=True)
class Shipped:
    kind: str
    name: str
    module: str
    cls: str

    @property
    def file(self) -> str:
        return self.module.removeprefix("evo.").replace(".", "/")


def shipped():
    return tuple(
        Shipped(kind, name, *address.split(":"))
        for kind, each in KINDS.items()
        for name, address in each.shipped.items()
    )


PARTS = shipped()
CLASSES = {part.cls: part for part in PARTS if part.cls}
WORDS = {part.name: part for part in PARTS if part.name}
TELLING = {"use", "operator"}
"""Attributes that hold a part's name whoever has them; a bare variable of such a name counts as well."""
BY_OWNER = {"name": {"component", "emitter", "part", "selector", "strategy"}, "kind": {"component", "part", "origin"}}
"""Attributes that hold one only where their owner is a part: stages, axes and files have names too."""
TABLES = {"parts/kinds.py"}
"""The registry itself, which nothing but names and classes is in."""


def classes_in(node):
    """Yield the classes of parts that an expression refers to: alone, in a tuple or union, or by an attribute."""
    for each in ast.walk(node):
        name = each.id if isinstance(each, ast.Name) else each.attr if isinstance(each, ast.Attribute) else ""
        # A node of Python's grammar is no part of ours.
        if name in CLASSES and not ast.unparse(each).startswith("ast."):
            yield CLASSES[name]


def words_in(node):
    """Yield the parts that an expression names by a string: alone, or in a collection."""
    nodes = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    for each in nodes:
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value in WORDS:
            yield WORDS[each.value]


def tells_a_part(node):
    """Whether an expression holds the name of some part."""
    if isinstance(node, ast.Name):
        return node.id in TELLING
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return node.attr in TELLING or owner in BY_OWNER.get(node.attr, ())


def compared(node):
    """Yield the parts that one node of a syntax tree compares something with."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
            yield from classes_in(kinds)
        case ast.Compare():
            sides = [node.left, *node.comparators]
            for side in sides:
                bare = isinstance(side, (ast.Name, ast.Attribute, ast.Tuple, ast.Set, ast.List))
                yield from classes_in(side) if bare else ()
            if any(tells_a_part(side) for side in sides):
                for side in sides:
                    yield from words_in(side)
        case ast.Match():
            told = tells_a_part(node.subject)
            for pattern in (each for case in node.cases for each in ast.walk(case.pattern)):
                if isinstance(pattern, ast.MatchClass):
                    yield from classes_in(pattern.cls)
                elif isinstance(pattern, ast.MatchValue):
                    yield from classes_in(pattern.value)
                    yield from words_in(pattern.value) if told else ()
        case _:
            return


def comparisons(tree, name):
    """Return "line: part" for every comparison with a part in a file that is not that part's own."""
    return [
        f"{node.lineno}: {part.kind} {part.name or part.cls}"
        for node in ast.walk(tree)
        for part in compared(node)
        if part.file + ".py" != name and not name.startswith(f"{part.file}/")
    ]


FILES = {path.relative_to(EVO).as_posix(): ast.parse(path.read_text()) for path in sorted(EVO.rglob("*.py"))}


def test_nobody_compares_a_part_outside_its_own_file():
    found = {f"{name}:{each}" for name, tree in FILES.items() if name not in TABLES for each in comparisons(tree, name)}
    assert not found, "ask the part for a fact instead"


def test_no_function_takes_the_declared_run_apart_outside_the_rooms_for_it():
    found = set()
    for name, tree in FILES.items():
        if name.split("/")[0] in SPEC_ROOMS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if any(each.annotation and re.search(r"\bRunSpec\b", ast.unparse(each.annotation)) for each in given):
                    found.add(f"{name}:{node.name}")
    assert not found, "take what is resolved from it instead"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("isinstance(model, OpenAI | Ensemble)", 2),
        ("isinstance(model, (OpenAI, int))", 1),
        ("isinstance(model, Mapping)", 0),
        ("proposal.operator == 'retest'", 1),
        ("proposal.operator == Retest.operator", 1),
        ("component.use in {'diff', 'rewrite'}", 2),
        ("operator != 'repair'", 1),
        ("type(each) is Retest", 1),
        ("axis.name == 'size'", 0),
        ("stage.status == 'call'", 0),
        ("proposal.operator == 'seed'", 0),
        ("emitter.name == 'tune'", 1),
        ("match model:\n    case OpenAI(): pass\n    case _: pass", 1),
        ("match spec.use:\n    case 'ring' | 'star': pass", 2),
        ("match word:\n    case 'ring': pass", 0),
        ("Retest(weight=1.0)", 0),
        ("isinstance(node, ast.Call)", 0),
    ],
)
def test_what_counts_as_a_comparison(text, count):
    assert len(comparisons(ast.parse(text), "some/file.py")) == count


def test_a_part_may_say_its_own_name_in_its_own_file():
    part, tree = CLASSES["Tournament"], ast.parse("isinstance(each, Tournament)")
    assert comparisons(tree, f"{part.file}.py") == []
    assert comparisons(tree, "search/loop.py")

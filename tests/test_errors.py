"""The drawing atop the module is the tree."""

import re

from evo import errors
from evo.errors import EvoError, SpecError, nearest


def classes(root):
    yield root
    for child in root.__subclasses__():
        if child.__module__ == "evo.errors":
            yield from classes(child)


def test_the_drawing_is_true():
    drawn = {}
    stack = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^([ │├└─]*)([A-Z]\w+Error)\s+(?:exit code )?(\d)", line)
        if found:
            # Four characters a level, after a margin of four.
            depth = len(found[1]) // 4 - 1
            stack[depth:] = [found[2]]
            drawn[found[2]] = (stack[depth - 1] if depth else None, int(found[3]))
    real = {c.__name__: (c.__base__.__name__ if c is not EvoError else None, c.exit_code) for c in classes(EvoError)}
    assert drawn == real


def test_a_position_reads_as_editors_read_it():
    error = SpecError("unknown key", path="a.yaml", line=3, column=5, excerpt="    3 | x: 1")
    assert str(error) == "a.yaml:3:5: unknown key\n    3 | x: 1"
    assert str(SpecError("empty", path="a.yaml")) == "a.yaml: empty"


def test_nearest_names():
    assert nearest("circle_pakcing", ["circle_packing", "kissing"]) == "; did you mean circle_packing?"
    assert nearest("zzz", ["circle_packing"]) == ""

"""A function with what it needs, and nothing else."""

import pytest

from evo.errors import NotFoundError, SpecError
from evo.scaffold.extract import (
    constants_of,
    extract,
    functions_of,
    modules_of,
    parameters_of,
    parse_module,
    signature_of,
)

MODULE = '''"""Mine."""

from __future__ import annotations

import math
import os
import numpy as np

STEP = 0.5
# how far
FAR = STEP * 2
try:
    import json
except ImportError:
    json = None


class Point:
    x: float = STEP


def helper(a):
    return np.sum(a)


# Says what it does.
@staticmethod
def solve(n: int, *, most: int = 3) -> list[float]:
    """Solves."""
    return [helper(Point().x), FAR, json]


def other():
    return os.name


if __name__ == "__main__":
    print(solve(3))
'''


def test_a_function_brings_what_it_needs():
    tree = parse_module(MODULE, "mine.py")
    text = extract(MODULE, tree, "solve", "mine.py")
    for needed in ("import numpy as np", "STEP = 0.5", "# how far\nFAR", "import json", "class Point", "def helper"):
        assert needed in text
    for other in ("import os", "import math", "def other", "__main__", "Mine."):
        assert other not in text
    assert text.startswith("from __future__ import annotations\n")
    assert "# Says what it does.\n@staticmethod\ndef solve" in text
    compile(text, "mine.py", "exec")


def test_what_can_be_read_of_a_module():
    tree = parse_module(MODULE, "mine.py")
    node = functions_of(tree)["solve"]
    assert signature_of(node) == "solve(n: int, *, most: int=3) -> list[float]"
    assert parameters_of(node) == ["n"]
    assert constants_of(tree) == {"STEP": 0.5}
    assert modules_of(tree) == ["__future__", "json", "math", "numpy", "os"]
    assert parameters_of(functions_of(parse_module("def f(a, b=1): ...", ""))["f"], needed=True) == ["a"]


def test_what_is_not_there_is_named():
    with pytest.raises(NotFoundError, match="did you mean solve"):
        extract(MODULE, parse_module(MODULE, "m.py"), "solv", "m.py")
    with pytest.raises(SpecError, match=r"m\.py:1:7"):
        parse_module("def f(:\n", "m.py")

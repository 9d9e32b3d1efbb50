from random import Random

import pytest

from evo.llm.offline.expressions import expression_moves, string_moves
from evo.llm.offline.syntax_tree import parse_source

ONE = "def price(cost, demand, seed):\n    return cost\n"


def moves(text, seed=0):
    return [each for _, each in expression_moves(parse_source(text), Random(seed))]


def test_a_return_of_one_name_has_moves_and_an_end():
    found = moves(ONE)
    assert len(found) == len(set(found)) > 5
    assert ONE.replace("return cost", "return demand") in found
    assert ONE.replace("return cost", "return min(cost, demand)") in found
    assert ONE.replace("return cost", "return cost + 1") in found
    assert not any("seed +" in text or ", seed)" in text.split("return")[1] for text in found)
    assert sorted(found) == sorted(moves(ONE, seed=1))
    assert found != moves(ONE, seed=1)


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("def f(a, b):\n    return g(a, b)\n", "return g(b, a)"),
        ("def f(a, b):\n    return a and b\n", "return a or b"),
        ("def f(a, b):\n    c = a\n    return c\n", "c = b"),
    ],
)
def test_arguments_words_and_names_change_places(text, one):
    assert any(one in each for each in moves(text))
    assert all(parse_source(each) for each in moves(text))


@pytest.mark.parametrize("text", ["", "X = 3\n", "def f():\n    pass\n", "class A:\n    pass\n"])
def test_what_has_nothing_to_change(text):
    assert moves(text) == []


def test_a_string_of_a_set_becomes_another_of_it():
    source = parse_source("def f():\n    return g('fast', \"low\", f'{1}fast', 'other')\n")
    found = dict(string_moves(source, Random(0), [("fast", "slow", "it's"), ("low", "high")]))
    assert set(found) == {"word: 'fast' -> 'slow'", 'word: "low" -> "high"'}

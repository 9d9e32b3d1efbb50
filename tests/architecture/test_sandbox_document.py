"""docs/sandbox.md promises what a test shows: every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| `(tests/[^|`]+)` \| ([^|]+) \|$", PAGE, re.MULTILINE)
TIERS = {"s", "t", "b"}
CORPUS = ROOT / "tests" / "hostile" / "corpus"


def test_there_is_a_row_for_every_kind_of_attack():
    named = {Path(test).name for _, test, _ in ROWS if test.endswith(".yaml")}
    assert named == {path.name for path in CORPUS.glob("*.yaml")}


@pytest.mark.parametrize(("promise", "test", "tiers"), ROWS)
def test_what_shows_a_promise_exists(promise: str, test: str, tiers: str):
    path, _, name = test.partition("::")
    assert (ROOT / path).is_file(), promise
    assert set(tiers.split()) <= TIERS
    if path.endswith(".yaml"):
        assert len(yaml.safe_load((ROOT / path).read_text())) >= 3, "each kind has three members at least"
    elif name:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, promise


def test_the_figures_of_the_corpus_are_true():
    count = sum(len(yaml.safe_load(path.read_text())) for path in CORPUS.glob("*.yaml"))
    said, kinds = re.search(r"holds (\d+) programs in (\w+) kinds", PAGE).groups()
    assert int(said) >= count
    assert kinds == "fifteen"

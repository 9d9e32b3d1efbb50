"""What `--seeds` and `--strategies` name."""

import pytest

from evo.cli.seeds import read_seeds, variants
from evo.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seeds"), [("0..3", [0, 1, 2, 3]), ("7", [7]), ("1,4, 2..3,4", [1, 4, 2, 3]), ("5..5", [5])]
)
def test_seeds_are_read_as_ranges_and_lists(text, seeds):
    assert read_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "3..1", "1..", "-1", "0..99999999", "0...3"])
def test_what_names_no_seeds_is_refused(text):
    with pytest.raises(UsageError, match=r"expected seeds like 0\.\.9"):
        read_seeds(text)


def test_every_strategy_is_run_with_every_seed():
    assert variants("a, b,a", "3..4") == [
        ["strategy=a", "seed=3"],
        ["strategy=a", "seed=4"],
        ["strategy=b", "seed=3"],
        ["strategy=b", "seed=4"],
    ]
    assert variants("a,b", None) == [["strategy=a"], ["strategy=b"]]
    assert variants(None, "7") == [["seed=7"]]


@pytest.mark.parametrize("text", ["", "a,,b", ","])
def test_what_names_no_strategies_is_refused(text):
    with pytest.raises(UsageError, match="expected names like shinka,hill_climb"):
        variants(text, None)

"""The numbers after `--seeds`."""

import pytest

from evo.cli.seeds import read_seeds
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

"""Which commits are meant."""

import csv
import io

import pytest

from evo.errors import UsageError
from evo.store.reading.commit_filter import CommitFilter


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("words", "tickets"),
    [
        (("--island", 1), [0, 1, 3, 5]),
        (("--operator", "diff"), [2, 3, 6]),
        (("--operator", "diff", "--island", 0, "--outcome", "proposed"), [2]),
        (("--outcome", "DUPLICATE"), [5]),
        (("--model", "fast"), [2, 3, 4, 5, 6]),
        (("--since", "1h"), []),
        (("--since", "1970-01-01T00:00:00+00:00"), list(range(7))),
    ],
)
def test_filters(read, words, tickets):
    assert [int(row["ticket"]) for row in rows(read("export", *words).out)] == tickets


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--outcome", "duplicated"), "did you mean DUPLICATE"), (("--since", "soon"), "expected an age")],
)
def test_filters_that_mean_nothing(read, words, said):
    result = read("export", *words)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_ages_are_counted_from_now():
    import time

    assert time.time() - CommitFilter(since="1.5h").begins() == pytest.approx(5400, abs=5)
    assert CommitFilter().begins() == 0.0
    with pytest.raises(UsageError):
        CommitFilter(since="3 weeks")

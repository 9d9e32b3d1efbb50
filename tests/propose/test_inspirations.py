"""Which programs inspire, policy by policy."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.propose.inspirations import drawn
from evo.qd.archive import Archive
from evo.qd.spaces import Axis, GridSpace
from evo.records import Direction

SPACE = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=40),))


def islands(*sizes):
    found = [Archive(SPACE, Direction.MAXIMIZE, number) for number in range(len(sizes))]
    for archive, size in zip(found, sizes, strict=True):
        for i in range(size):
            archive.add(archive.elite(f"{archive.island}:{i}", float(i % 7), {"x": (i + 0.5) / 40}))
    return found


@given(
    st.sampled_from(["best", "diverse", "elsewhere"]),
    st.lists(st.integers(0, 40), min_size=1, max_size=3),
    st.integers(0, 6),
    st.integers(0, 99),
)
def test_they_are_few_different_and_no_parents(inspire, sizes, count, seed):
    archives = islands(*sizes)
    parents = ("0:0", "0:1")
    found = drawn(inspire, archives, 0, parents, count=count, rng=Random(seed))
    assert found == drawn(inspire, archives, 0, parents, count=count, rng=Random(seed))
    assert len(set(found)) == len(found) <= count
    assert not set(found) & set(parents)
    home = {program.startswith("0:") for program in found}
    assert home <= {inspire != "elsewhere"}
    there = max(0, sizes[0] - 2) if inspire != "elsewhere" else max(sizes[1:], default=0)
    assert inspire == "elsewhere" or len(found) == min(count, there)


def test_quality_first_or_far_apart():
    archives = islands(40, 40)
    assert drawn("best", archives, 0, ("0:3",), count=3, rng=Random(0))[0] == "0:6"
    assert drawn("elsewhere", archives, 0, ("0:3",), count=3, rng=Random(0))[0] == "1:6"
    spread = [
        [int(name[2:]) for name in drawn("diverse", archives, 0, (), count=3, rng=Random(seed))] for seed in range(50)
    ]
    plain = [
        [int(name[2:]) for name in drawn("best", archives, 0, (), count=3, rng=Random(seed))] for seed in range(50)
    ]

    def least(numbers):
        return min(abs(a - b) for i, a in enumerate(numbers) for b in numbers[:i])

    assert sum(map(least, spread)) == pytest.approx(50 * 15, rel=0.25)
    assert sum(map(least, plain)) < 50 * 8

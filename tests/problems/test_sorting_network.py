"""sorting_network: the judge against plain sorting, the published sizes of Batcher's network, the laws of networks."""

import itertools
from fractions import Fraction

import pytest
from fragments import NotApplicable, apply
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack

PACK = pack("sorting_network")
JUDGE = PACK.load("evaluate")
# Sizes and depths of merge exchange for 2 to 18 wires (Knuth 3, section 5.3.4), with the depth of greedy layers.
BATCHER_SIZE = [1, 3, 5, 9, 12, 16, 19, 26, 31, 37, 41, 48, 53, 59, 63, 74, 82]
BATCHER_DEPTH = [1, 3, 3, 5, 6, 6, 6, 8, 9, 10, 10, 10, 10, 10, 10, 12, 13]


def made(text, sizes, work=20, seed=13):
    parts = {}
    exec(compile(text, "program.py", "exec"), parts)
    return parts["networks"](sizes=sizes, seed=seed, work=work)


def sort_by(network, values):
    values = list(values)
    for i, j in network:
        if values[i] > values[j]:
            values[i], values[j] = values[j], values[i]
    return values


@st.composite
def networks(draw):
    n = draw(st.integers(2, 7))
    pairs = list(itertools.combinations(range(n), 2))
    return n, draw(st.lists(st.sampled_from(pairs), max_size=2 * JUDGE.batcher(n)))


@given(networks())
@settings(max_examples=60, deadline=None)
def test_unsorted_inputs_are_counted_as_by_sorting_each(drawn):
    n, network = drawn
    inputs = list(itertools.product((0, 1), repeat=n))
    bad = sum(sort_by(network, values) != sorted(values) for values in inputs)
    assert JUDGE.count_unsorted(n, network) == bad
    sorts_all = all(sort_by(network, values) == sorted(values) for values in itertools.permutations(range(n)))
    assert sorts_all == (bad == 0)


@given(networks())
@settings(max_examples=60, deadline=None)
def test_only_a_network_that_sorts_is_worth_a_half_or_more(drawn):
    n, network = drawn
    bad = JUDGE.count_unsorted(n, network)
    worth = JUDGE.rate(n, network, bad)
    assert (worth >= Fraction(1, 2)) == (bad == 0)
    found = PACK.judge([[list(pair) for pair in network]], sizes=[n])
    assert Fraction(found["objective"]) <= worth
    assert found["metrics"]["depth"] == JUDGE.depth(n, network)


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_further_comparator_never_unsorts_more(drawn, random):
    """A comparator is monotone: what is sorted stays sorted."""
    n, network = drawn
    pair = random.choice(list(itertools.combinations(range(n), 2)))
    assert JUDGE.count_unsorted(n, [*network, pair]) <= JUDGE.count_unsorted(n, network)


def test_the_seed_has_the_published_sizes_and_depths():
    sizes = list(range(2, 19))
    found = made(PACK.seeds["batcher"], sizes)
    assert [len(network) for network in found] == BATCHER_SIZE == [JUDGE.batcher(n) for n in sizes]
    assert [JUDGE.depth(n, network) for n, network in zip(sizes, found, strict=True)] == BATCHER_DEPTH


def test_no_record_is_worse_than_a_network_that_is_known():
    assert all(JUDGE.SIZE[n] <= size for n, size in enumerate(BATCHER_SIZE, 2))
    assert all(JUDGE.DEPTH[n] <= depth for n, depth in enumerate(BATCHER_DEPTH, 2))


@pytest.mark.parametrize("seed", PACK.seeds)
@pytest.mark.parametrize("idea", PACK.ideas)
def test_an_idea_leaves_a_network_that_sorts(seed, idea):
    try:
        text = apply(PACK.ideas[idea], PACK.seeds[seed])
    except NotApplicable:
        pytest.skip("does not apply to this seed")
    sizes = [2, 3, 6, 9]
    for n, network in zip(sizes, made(text, sizes), strict=True):
        assert JUDGE.count_unsorted(n, network) == 0


def test_no_idea_alone_makes_a_record_of_ten_wires():
    """What is found is found by putting ideas together, and by search."""
    for idea in PACK.ideas.values():
        text = apply(idea, PACK.seeds["batcher"])
        assert len(made(text, [10], work=400)[0]) > JUDGE.SIZE[10]


def test_the_judge_is_quick_at_the_largest_size():
    found = PACK.judge(made(PACK.seeds["batcher"], [17, 18]), "holdout")
    assert found["metrics"]["unsorted"] == 0

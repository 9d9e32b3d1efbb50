"""index_lines: the walk and the cache against plainer ones, streams drawn anew, what each rung is worth."""

import bisect
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

ROOT = Path(__file__).parents[2]
PACK = ROOT / "problems" / "index_lines"
BASELINES = ROOT / "benchmarks" / "packs_baselines" / "index_lines"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {
    "first": 600,
    "steps": 2000,
    "lines": 32,
    "families": ["zipf", "latest", "ranges"],
    "draws": 1,
    "draw": 1,
}
SMALL = {"families": ["zipf"], "first": 200, "steps": 300}
TEXTBOOK, BEST_SEEN = 2.486, 1.58
"""A B-tree of one line a node and the best that was seen on these three streams."""

OPS, MEMORY, JUDGE = judge_modules(PACK, "ops", "memory", "evaluate")


def judged(text, **changes):
    return JUDGE.evaluate(Inside(text), {**PARAMS, **changes})


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_a_cache_holds_the_lines_that_were_used_last(lines, most):
    cache, held, misses = MEMORY.Cache(most), [], 0
    for line in lines:
        cache.touch(line)
        misses += line not in held
        held = [*(each for each in held if each != line), line][-most:]
    assert cache.misses == misses


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40, unique=True), st.integers(1, 6), st.integers(0, 2**16))
@settings(max_examples=20, deadline=None)
def test_a_walk_finds_what_is_there_and_uses_the_lines_it_reads(keys, room, seed):
    """Leaves in a chain at random places, walked to by reading units one after the other."""
    ordered, rng = sorted(keys), random.Random(seed)
    parts = [ordered[at : at + room] for at in range(0, len(ordered), room)]
    parts[0] = [-1, *parts[0]]
    places = rng.sample(range(0, 4000, 40), len(parts))
    rows = [[n, places[n] + n % 5, part, [], n + 1 if n + 1 < len(parts) else -1] for n, part in enumerate(parts)]
    index = MEMORY.Index(1000)
    index.write({"write": rows, "root": 0, "front": -1})
    for key in range(61):
        used = []
        index.cache.touch = used.append
        assert index.find(key) == (key in keys)
        units, here = [], 0
        while True:
            _, at, part, _, right = rows[here]
            read = min(len(part), bisect.bisect_right(part, key) + 1)
            units += range(at, at + 2 + 3 * read)
            if right < 0 or part[-1] > key:
                break
            units += range(rows[right][1], rows[right][1] + 5)
            if rows[right][2][0] > key:
                break
            here = right
        assert set(used) == {unit // MEMORY.LINE for unit in units}


@pytest.mark.parametrize("family", ["zipf", "latest", "ranges", "even", "ascending"])
def test_streams_are_drawn_again_alike_and_ask_for_what_is_there(family):
    small = {"first": 100, "steps": 400}
    one, again = (OPS.stream(family, 3, small) for _ in range(2))
    assert one == again
    held = set(one.first)
    for key, new in one.steps:
        assert (key in held) != new
        held.add(key)
    assert 20 <= sum(new for _, new in one.steps) <= 60
    assert one != OPS.stream(family, 3, {**small, "secret": "ab" * 16})
    assert one != OPS.stream(family, 4, small)


def test_few_keys_are_asked_for_much_or_all_alike():
    def top(family):
        asked = [key for key, new in OPS.stream(family, 1, PARAMS).steps if not new]
        return sum(sorted((asked.count(key) for key in set(asked)), reverse=True)[:20]) / len(asked)

    assert top("zipf") > 0.4 > top("even")
    latest = OPS.stream("latest", 1, PARAMS)
    place = {key: n for n, key in enumerate([*latest.first, *(key for key, new in latest.steps if new)])}
    assert sum(place[key] > 500 for key, new in latest.steps if not new) > 1000


def test_seeds_differ_stand_on_their_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = judged(text, families=["zipf"])["objective"]
        assert time.process_time() - began < 2
    assert found["pairs"] == pytest.approx(7.533, abs=0.01)
    assert found["skip_list"] == pytest.approx(14.708, abs=0.01)
    assert len(set(found.values())) == len(found)


def test_nodes_of_several_keys_save_most_of_a_skip_lists_misses():
    """The direction of the paper, and the B-tree beside it."""
    skip, blocked, tree = (
        judged(path.read_text(), families=["zipf"], steps=1000)["objective"]
        for path in (PACK / "seeds" / "skip_list.py", BASELINES / "b_skip_list.py", BASELINES / "b_tree.py")
    )
    assert skip > 2 * blocked
    assert blocked > tree


def test_twice_the_same():
    assert judged(SEEDS["pairs"], **SMALL) == judged(SEEDS["pairs"], **SMALL)


def test_what_nobody_asks_for_may_not_be_left_out():
    text = (PACK / "cases" / "one_line.py").read_text().replace("sorted(KEYS)", "sorted(KEYS)[:2]")
    few = {"families": ["three"], "first": 3, "lines": 1}
    with pytest.raises(Invalid, match="three: a key that was put in is not found"):
        judged(text, **few, steps=3)
    index = MEMORY.Index(1)
    short = OPS.Stream([10, 20, 30], [(10, False)])
    with pytest.raises(Invalid, match="in the end 1 keys are not in the index"):
        JUDGE.served(Inside(text), short, index, "three")


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        try:
            found = judged(changed)["objective"]
        except (Invalid, RecursionError):
            continue
        assert found > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)


def test_every_idea_fits_a_seed():
    assert moves(PACK, SEEDS)

"""expert_cache: served again by sets and dictionaries, the optimum by trying everything, what each rung is worth."""

import functools
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "expert_cache"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
SMALL = {"tokens": 40, "layers": 2, "experts": 16, "active": 2, "slots": 4, "families": ["strong"], "draws": 1}
TEXTBOOK, BEST_CLOSED = 0.2986, 0.351
"""Misses of the least recently used, and what the best program that was seen closes of the gap to the optimum."""


CEILING, TRACES, JUDGE = judge_modules(PACK, "ceiling", "traces", "evaluate")


def params(instance="", **changes):
    return {**SPEC["params"], **SPEC["instances"].get(instance, {}).get("params", {}), **changes}


@functools.cache
def misses(text):
    return JUDGE.evaluate(Inside(text), params())["objective"]


def served(text, changes):
    """The share of misses by the book: sets, one expert sent away after the other."""
    asked = params(**changes)
    missed = uses = 0
    for family in asked["families"]:
        for draw in range(asked["draws"]):
            gates = TRACES.gates(family, asked["draw"] + draw, asked)
            candidate = Inside(text)
            candidate.restart()
            candidate.call("init", asked["layers"], asked["experts"], asked["active"], asked["slots"], 1)
            caches = [set() for _ in range(asked["layers"])]
            for t in range(asked["tokens"]):
                for layer, cache in enumerate(caches):
                    gate = gates[t, layer]
                    used = sorted(range(len(gate)), key=lambda each: (-gate[each], each))[: asked["active"]]
                    missed += len(set(used) - cache)
                    uses += len(used)
                    cache |= set(used)
                    numbers = candidate.parts["rank"](layer, t, list(used), gate.copy())
                    while len(cache) > asked["slots"]:
                        cache.remove(min(cache - set(used), key=lambda each: (numbers[each], each)))
    return missed / uses


@pytest.mark.parametrize("case", [case for case in CASES if "objective" in case], ids=lambda case: case["name"])
def test_cases_by_the_book(case):
    text = (PACK / case["program"]).read_text()
    assert served(text, case["params"]) == pytest.approx(case["objective"], abs=1e-12)
    assert JUDGE.evaluate(Inside(text), params(**case["params"]))["objective"] == pytest.approx(case["objective"])


def fewest(used, experts, slots):
    """The fewest misses of one layer, by all ways to send somebody away."""

    @functools.cache
    def rest(t, cache):
        if t == len(used):
            return 0
        wanted = frozenset(used[t].tolist())
        there = cache | wanted
        out = max(0, len(there) - slots)
        ways = itertools.combinations(sorted(there - wanted), out)
        return len(wanted - cache) + min(rest(t + 1, there - frozenset(way)) for way in ways)

    return rest(0, frozenset())


@pytest.mark.parametrize("case", range(4))
def test_the_optimum_is_the_best_of_all_policies(case):
    rng = np.random.default_rng(case)
    used = np.array([[rng.permutation(7)[:2]] for _ in range(12)])
    assert CEILING.belady(used, 7, 4) == fewest(used[:, 0], 7, 4)
    assert CEILING.recent(used, 7, 4) >= CEILING.belady(used, 7, 4)


@pytest.mark.parametrize("family", [*SPEC["params"]["families"], "pair"])
def test_requests_are_shares_drawn_again_alike_and_other_with_a_secret(family):
    small = params(**SMALL)
    one, again = (TRACES.gates(family, 3, small) for _ in range(2))
    assert (one == again).all()
    assert one.shape == (40, 2, 16)
    assert one.sum(axis=-1) == pytest.approx(np.ones((40, 2)))
    assert (one != TRACES.gates(family, 3, {**small, "secret": "ab" * 16})).any()
    assert (one != TRACES.gates(family, 4, small)).any()


def test_least_recently_used_is_what_the_judge_compares_with():
    found = JUDGE.evaluate(Inside(SEEDS["least_recent"]), params(**SMALL))
    assert found["metrics"]["gap_closed"] == 0
    assert found["measures"]["recency"] == pytest.approx(1)
    assert found["measures"]["horizon"] == 2


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = misses(text)
        assert time.process_time() - began < 2
        assert found[name] == JUDGE.evaluate(Inside(text), params())["objective"]
    assert found["random_order"] > found["seldom_used"] + 0.01 > found["least_recent"] + 0.02
    assert found["least_recent"] == pytest.approx(TEXTBOOK, abs=1e-4)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    # Without `value` two seeds look at nothing that a signal or a memory changes.
    texts = {text for *_, text in moves(PACK, SEEDS) if "mean" in text.split("def value(")[1]}
    for text in sorted(texts):
        assert JUDGE.evaluate(Inside(text), params(draws=1))["metrics"]["gap_closed"] < BEST_CLOSED / 2


def test_what_is_loaded_ahead_costs_half_a_miss_whether_it_is_used_or_not():
    small = {**SMALL, "prefetch": 1, "tokens": 10}
    used = [TRACES.chosen(TRACES.gates("strong", 1, params(**small)), 2)[t, 1, 0] for t in range(10)]
    other = (used[0] + 1) % 16
    body = "\n\ndef prefetch(layer, t, most):\n    return [{}] if t == 0 else []\n"
    text = (PACK / "cases" / "least_recent.py").read_text()
    without, right, wrong = (
        JUDGE.evaluate(Inside(text + body.format(each)), params(**small))["objective"] for each in ("", used[0], other)
    )
    assert right == pytest.approx(without - 0.5 / 40)
    assert wrong >= without


def test_recorded_requests_stand_in_place_of_drawn_ones(tmp_path, monkeypatch):
    rng = np.random.default_rng(7)
    gates = rng.random((2, 30, 2, 16)).astype(np.float32)
    np.save(tmp_path / "routing.npy", gates)
    monkeypatch.setattr(TRACES, "__file__", str(tmp_path / "traces.py"))
    found = JUDGE.evaluate(Inside(SEEDS["least_recent"]), params(**SMALL, file="routing.npy"))
    assert found["metrics"]["misses_recorded"] == found["objective"]
    with pytest.raises(ValueError, match="set layers and experts of the instance"):
        JUDGE.evaluate(Inside(SEEDS["least_recent"]), params(**{**SMALL, "layers": 3}, file="routing.npy"))

"""Bandits over emitters: what they learn, and what they never look at."""

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.emitter import Scene, able, pick
from evo.propose.emitters.rewrite import Rewrite
from evo.propose.operator_bandits import Arms, Earned, Thompson, Ucb1, Weighted

EMITTERS = (Diff(llm="fast"), Diff(llm="strong"), Rewrite(llm="fast", weight=2.0))
histories = st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=40)


def told(history, arms=None):
    arms = arms or Arms()
    for index, won in history:
        arms.observe(EMITTERS[index].operator, EMITTERS[index].llm, won=won)
    return arms


def play(mix, chances, emitters=EMITTERS, rounds=1500):
    """Let arms win with these chances; return how often each was picked in the last two thirds."""
    arms, rng, counts = Arms(), Random(3), Counter()
    for number in range(rounds):
        emitter = mix.pick(emitters, arms, rng)
        index = emitters.index(emitter)
        arms.observe(emitter.operator, emitter.llm, won=rng.random() < chances[index])
        counts[index] += number >= rounds / 3
    return [counts[index] / counts.total() for index in range(len(emitters))]


@given(histories, histories, st.integers(0, 99))
@pytest.mark.parametrize("mix", [Weighted(), Ucb1(), Thompson(), Earned()])
def test_a_pick_is_a_function_of_the_fold_and_a_fold_may_be_cut_anywhere(mix, first, second, seed):
    whole, parts = told(first + second), told(second, told(first))
    assert whole == parts
    assert mix.pick(EMITTERS, whole, Random(seed)) == mix.pick(EMITTERS, parts, Random(seed))


@pytest.mark.parametrize("mix", [Ucb1(exploration=0.3), Thompson()])
def test_a_bandit_finds_the_better_arm(mix):
    assert play(mix, [0.05, 0.5, 0.1])[1] > 0.7
    assert play(Weighted(), [0.05, 0.5, 0.1])[1] == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("mix", [Ucb1(exploration=0.1), Thompson()])
def test_rewards_are_weighed_against_costs(mix):
    dear = (Diff(llm="fast"), Diff(llm="strong", cost=20.0), Rewrite(llm="fast"))
    assert play(mix, [0.2, 0.5, 0.1], dear)[0] > 0.6


@pytest.mark.parametrize("mix", [Ucb1(reward="gain", exploration=0.3), Thompson(reward="gain")])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e300])
def test_a_gain_counts_by_its_size_whatever_the_unit(mix, unit):
    arms, rng, counts = Arms(), Random(5), Counter()
    for number in range(1500):
        emitter = mix.pick(EMITTERS, arms, rng)
        index = EMITTERS.index(emitter)
        # All arms gain as often; the second gains ten times as much.
        gain = (10.0 if index == 1 else 1.0) * unit if rng.random() < 0.5 else -unit
        arms.observe(emitter.operator, emitter.llm, won=False, gain=gain)
        counts[index] += number >= 500
        assert all(0 <= arms.rewards(arm, "gain") <= arms.tries[arm] for arm in arms.tries)
    assert counts[1] > 0.7 * counts.total()


@pytest.mark.parametrize("mix", [Ucb1(), Thompson()])
def test_a_share_goes_by_weight_and_no_weight_is_no_ticket(mix):
    emitters = (Diff(weight=0.0), *EMITTERS[1:])
    assert play(mix, [1.0, 0.1, 0.1], emitters)[0] == 0.0
    by_weight = type(mix)(by_weight=1.0)
    assert play(by_weight, [0.05, 0.9, 0.1])[2] == pytest.approx(0.5, abs=0.06)
    with pytest.raises(EvoError, match="positive weight"):
        mix.pick((Diff(weight=0.0),), Arms(), Random(0))


def test_earned_shares_follow_what_pays_above_a_floor():
    shares = play(Earned(floor=0.3, prior=20.0), [0.05, 0.5, 0.0], rounds=4000)
    assert shares[1] > 0.6, "what pays gets most"
    # Of weights 1, 1 and 2 the floor leaves .3, 1.x and .6: an arm that never wins keeps its share of the floor.
    assert 0.05 < shares[0] < shares[2] < 0.35


def test_earned_begins_with_the_weights_and_a_few_tickets_change_little():
    counts, rng = Counter(), Random(1)
    arms = told([(1, True), (0, False), (0, False), (2, False)])
    for _ in range(4000):
        counts[EMITTERS.index(Earned().pick(EMITTERS, arms, rng))] += 1
    assert counts[2] / 4000 == pytest.approx(0.5, abs=0.12)
    assert counts[1] > counts[0]


def test_earned_weighs_costs_and_leaves_what_counts_for_no_bandit_its_weight():
    from evo.propose.emitters.retest import Retest

    dear = (Diff(llm="fast"), Diff(llm="strong", cost=20.0), Rewrite(llm="fast"))
    assert play(Earned(), [0.2, 0.3, 0.2], dear)[1] < 0.2
    assert play(Earned(), [0.2, 0.0, 0.2], (Diff(llm="fast"), Retest(), Rewrite(llm="fast")))[1] > 0.25


def test_untried_arms_come_first():
    arms = told([(0, True), (0, True), (2, True)])
    assert Ucb1(by_weight=0.0).pick(EMITTERS, arms, Random(0)) is EMITTERS[1]


def test_weights_draw_as_they_always_did():
    for seed in range(30):
        assert Weighted().pick(EMITTERS, Arms(), Random(seed)) == pick(EMITTERS, Random(seed))


def test_repair_waits_for_something_broken():
    from evo.propose.emitters.repair import Repair

    emitters = (Diff(), Repair(), Crossover())
    nothing, something = (Scene(archive=None, selector=None, broken=broken) for broken in ((), ("p",)))
    assert able(emitters, nothing) == [emitters[0], emitters[2]]
    assert able(emitters, something) == list(emitters)
    assert able((Repair(),), nothing) == (Repair(),), "alone it has to do what it can"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Ucb1(exploration=-1.0),
        lambda: Ucb1(by_weight=1.1),
        lambda: Thompson(by_weight=math.nan),
        lambda: Earned(floor=1.5),
        lambda: Earned(prior=0.0),
        lambda: Earned(prior=math.inf),
    ],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(EvoError, match=r"mix\.\w+: expected"):
        wrong()

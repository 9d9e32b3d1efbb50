from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from evo.errors import EvoError
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.emitter import Choice, able, pick
from evo.propose.emitters.repair import Repair
from evo.propose.emitters.rewrite import Rewrite
from evo.propose.emitters.scratch import Scratch
from evo.propose.emitters.tune import Tune
from evo.qd.archive import Archive
from evo.qd.selectors import Tournament, Uniform
from evo.records import Direction, Elite
from tests.propose.shipped import scene


def archive(count):
    held = Archive(space=None, direction=Direction.MAXIMIZE)
    for k in range(count):
        held.add(Elite(program=f"p{k}", objective=float(k), measures={}, cell=(k,)))
    return held


@pytest.mark.parametrize("emitter", [Diff(), Rewrite(inspirations=3), Crossover()])
@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_choices_are_distinct_and_as_many_as_there_are(emitter, count):
    held = archive(count)
    for seed in range(50):
        choice = emitter.choose(scene(held, Tournament()), Random(seed))
        assert choice == emitter.choose(scene(held, Tournament()), Random(seed))
        every = [*choice.parents, *choice.inspirations]
        wanted = 2 if emitter.operator == "crossover" else 1
        assert len(choice.parents) == min(wanted, count)
        assert len(choice.inspirations) == min(emitter.inspirations, count - len(choice.parents))
        assert len(set(every)) == len(every)


def test_the_best_inspires_and_others_vary():
    choices = [Diff().choose(scene(archive(30), Uniform()), Random(seed)) for seed in range(200)]
    assert all("p29" in (*choice.parents, *choice.inspirations) for choice in choices)
    assert len({choice.inspirations[-1] for choice in choices}) > 20


def test_an_empty_archive_has_nothing_to_choose():
    for emitter in (Diff(), Rewrite(), Crossover()):
        assert emitter.choose(scene(archive(0), Uniform()), Random(0)) == Choice(parents=())


def test_no_inspirations_when_none_are_wanted():
    assert Diff(inspirations=0).choose(scene(archive(9), Uniform()), Random(0)).inspirations == ()


def test_emitters_are_picked_by_weight():
    emitters = (Diff(weight=3), Rewrite(weight=1), Crossover(weight=0))
    rng = Random(0)
    counts = Counter(pick(emitters, rng).operator for _ in range(1000))
    assert set(counts) == {"diff", "rewrite"}
    assert 700 < counts["diff"] < 800


def test_wrong_weights_are_refused():
    with pytest.raises(EvoError, match="positive weight"):
        pick((Diff(weight=0),), Random(0))
    with pytest.raises(EvoError, match="positive weight"):
        pick((), Random(0))
    for wrong in ({"weight": -1.0}, {"weight": float("nan")}, {"inspirations": -1}):
        with pytest.raises(EvoError, match="0 or more"):
            Diff(**wrong)


def test_repair_takes_a_broken_program_and_scratch_a_seed():
    held = archive(5)
    drawn = {Repair().choose(scene(held, Uniform(), ("b1", "b2")), Random(seed)).parents for seed in range(20)}
    assert drawn == {("b1",), ("b2",)}
    assert Repair().choose(scene(held, Uniform()), Random(0)).parents[0].startswith("p")
    assert Scratch().choose(scene(held, Uniform(), ("b1",)), Random(0)) == Choice(parents=(), fresh=True)
    tuned = Tune().choose(scene(held, Uniform(), ("b1",)), Random(0))
    assert len(tuned.parents) == 1
    assert tuned.inspirations == ()
    assert Tune().llm == ""


def test_wrong_options_of_the_others_are_refused():
    with pytest.raises(EvoError, match="over 0"):
        Diff(cost=0.0)
    for wrong in ({"sigma": 0.0}, {"numbers": 0}):
        with pytest.raises(EvoError, match="emitter tune"):
            Tune(**wrong)


def test_long_programs_are_not_written_anew():
    emitter = Rewrite(longest=100)
    scenes = [scene(archive(1), Uniform(), size=size) for size in (0, 100, 101)]
    assert [emitter.able(each) for each in scenes] == [True, True, False]
    assert Rewrite().able(scenes[-1]), "however long"
    assert able([emitter], scenes[-1]) == [emitter], "where there is nothing else to ask for"
    with pytest.raises(EvoError, match=r"longest = -1; expected 0 or more"):
        Rewrite(longest=-1)

"""Live parts are put back where they stood, and nowhere else."""

import pytest

from evo.assemble.handover import handed_over
from evo.config.run import RunSpec, from_yaml, to_yaml
from evo.config.sections import ArchiveSpec, BudgetSpec, IslandSpec, IslandsSpec
from evo.errors import ConflictError, UsageError
from evo.llm.script import Script
from evo.propose.emitters.tune import Tune
from evo.qd.cvt import Cvt
from evo.qd.replacements import BeyondNoise
from evo.qd.selectors import Tournament, Uniform


def written(**given):
    spec = RunSpec(problem="x", budget=BudgetSpec(tickets=1), **given)
    return from_yaml(to_yaml(spec), "run.yaml")


PARTS = {
    "selector": Tournament(size=4),
    "emitters.1": Tune(sigma=0.5),
    "llms.fast": Script(answers=("x",)),
    "archive": Cvt(cells=9),
    "archive.replacement": BeyondNoise(z=2.0),
    "islands.each.0.selector": Uniform(),
}


@pytest.fixture(scope="module")
def spec():
    return written(
        selector=PARTS["selector"],
        emitters=(Tune(), PARTS["emitters.1"]),
        llms={"fast": PARTS["llms.fast"]},
        archive=ArchiveSpec(use=PARTS["archive"], replacement=PARTS["archive.replacement"]),
        islands=IslandsSpec(count=1, each=(IslandSpec(selector=PARTS["islands.each.0.selector"]),)),
    )


def test_they_come_to_their_places(spec):
    told = handed_over(spec, PARTS)
    assert told == spec
    assert told.selector.live is PARTS["selector"]
    assert told.emitters[0].live is None
    assert told.emitters[1].live is PARTS["emitters.1"]
    assert told.llms["fast"].live is PARTS["llms.fast"]
    assert told.archive.live is PARTS["archive"]
    assert told.archive.replacement.live is PARTS["archive.replacement"]
    assert told.islands.each[0].selector.live is PARTS["islands.each.0.selector"]


@pytest.mark.parametrize(
    ("place", "part", "words"),
    [
        (
            "selector",
            Tournament(size=5),
            r"parts\['selector'\]: expected what the run began with, .*'size': 4.*'size': 5",
        ),
        ("selector", Uniform(), r"evo.qd.selectors:Tournament .*; got evo.qd.selectors:Uniform"),
        ("archive", Cvt(cells=8), r"'cells': 9.*'cells': 8"),
    ],
)
def test_another_one_is_refused(spec, place, part, words):
    with pytest.raises(ConflictError, match=words):
        handed_over(spec, {place: part})


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("selecter", "no 'selecter' in the run's config; did you mean selector"),
        ("emitters.7", "no '7'"),
        ("llms.strong", "no 'strong'"),
        ("budget", "no part stands there"),
        ("selector.size", "no 'size'"),
    ],
)
def test_a_place_that_is_none_is_refused(spec, place, words):
    with pytest.raises(UsageError, match=words):
        handed_over(spec, {place: Uniform()})

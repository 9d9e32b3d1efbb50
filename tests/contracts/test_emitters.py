from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.outside import ByOutside
from evo.propose.emitters.repair import Repair
from evo.propose.emitters.retest import Retest
from evo.propose.emitters.rewrite import Rewrite
from evo.propose.emitters.scratch import Scratch
from evo.propose.emitters.tune import Tune
from evo.testing import EmitterContract
from tests.contracts.parametrised import over


class TestEmitters(
    over(
        Diff,
        lambda: Diff(inspirations=5, inspire="diverse"),
        Rewrite,
        Crossover,
        Repair,
        Scratch,
        lambda: Tune(sigma=0.5),
        Retest,
        ByOutside,
    ),
    EmitterContract,
):
    pass

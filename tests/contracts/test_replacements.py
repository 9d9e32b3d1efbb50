from evo.qd.replacements import BeyondNoise, ByObjective, ByPareto
from evo.testing import ReplacementContract
from tests.contracts.parametrised import over


class TestReplacements(over(ByObjective, ByPareto, BeyondNoise), ReplacementContract):
    pass

"""The emitters that ship, for tests that hold for each of them."""

from evo import parts
from evo.propose.emitters.emitter import Scene, asks_model
from evo.propose.emitters.tactic import Tactic

SHIPPED = (*(found.cls for found in parts.shipped("emitter")), Tactic)
OPERATORS = sorted(each.operator for each in SHIPPED if asks_model(each))


def scene(archive, selector, broken=(), **more):
    return Scene(archive=archive, selector=selector, broken=broken, archives=(archive,), **more)

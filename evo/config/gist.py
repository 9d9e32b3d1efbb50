"""What readers of a run want to know of its declaration, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.canonical import fingerprint
from evo.config.component import Component
from evo.config.run import from_yaml, to_yaml
from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.records import Direction

_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """A declared run in a few words.

    Attributes:
        strategy: its name.
        kind: six digits, the same for runs whose declarations differ in problem, seed and executor alone.
        objectives: the further ones, by measure.
        target: the objective at which it stops; None for none.
        own_params: whether the run overrides parameters of its instance, so that it solves another one.
        insights: whether an analyst reads parents first.
        arms: of its prompts, each with its share of the tickets.
    """

    strategy: str
    kind: str
    objectives: Mapping[str, Direction]
    target: float | None
    own_params: bool
    insights: bool
    arms: Mapping[str, float]


def gist_of(text: str, name: str) -> Gist | None:
    """Return the gist of a config as a run keeps it; None where this version cannot read it.

    Args:
        text: a complete config, as `to_yaml` writes it.
        name: of the run or file, for messages.
    """
    try:
        spec = from_yaml(text, name)
    except SpecError:
        return None
    prompts = replace(spec.prompts, libraries=None)  # which there are follows from the problem
    alike = to_yaml(replace(spec, seed=0, executor=Component(use="any"), problem="any", source=None, prompts=prompts))
    return Gist(
        strategy=spec.strategy.use,
        kind=fingerprint(alike)[:_DIGITS],
        objectives=spec.objectives,
        target=spec.budget.target,
        own_params=bool(spec.params),
        insights=spec.insights is not None,
        arms={str(name): share for name, share in spec.prompts.arms.items()},
    )

"""What readers of a run want to know of its declaration, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint
from evo.config.component import Component
from evo.config.dump import plain
from evo.config.run import amend, from_yaml, leaves, to_yaml
from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.run import RunSpec
    from evo.records import Direction

_DIGITS = 6
IMAGES_SHARE = 0.5
"""Of the tickets that are shown pictures, where a run shows any and says nothing else."""


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
        arms={**_images(spec), **{str(name): share for name, share in spec.prompts.arms.items()}},
    )


def outline_of(text: str, name: str, amendments: Sequence[str] = ()) -> dict[str, JSON] | None:
    """Return what a drawing of a run has to know of its declaration; None where this version cannot read it.

    Keys: strategy, config (the kind, see `Gist`), objectives (name -> direction), budget (the limits that are set),
    economy (its name, None for none), slots, workers (None where the executor does not say), and text, the config with
    its amendments.

    Args:
        text: a complete config, as `to_yaml` writes it.
        name: of the run or file, for messages.
        amendments: what resumes changed, "dotted.key=value" each.
    """
    try:
        spec = amend(from_yaml(text, name), amendments)
    except SpecError:
        return None
    gist = gist_of(text, name)
    workers = spec.executor.options.get("workers")
    return {
        "strategy": spec.strategy.use,
        "config": gist.kind if gist else None,
        "objectives": {name: str(way) for name, way in spec.objectives.items()},
        "budget": _set_keys(plain(spec.budget)),
        "economy": spec.economy.use if spec.economy else None,
        "slots": spec.schedule.slots,
        "workers": workers if isinstance(workers, int) else None,
        "text": to_yaml(spec),
    }


def _set_keys(value: JSON) -> dict[str, JSON]:
    return {key: each for key, each in value.items() if each is not None} if isinstance(value, dict) else {}


def differences_of(texts: Mapping[str, str]) -> list[JSON]:
    """Return where some configs differ: {key, values: name -> value}, in the order of the keys.

    Args:
        texts: name -> a complete config; one that this version cannot read is left out.
    """
    leaves = {name: found for name, text in texts.items() if (found := _leaves_of(text, name)) is not None}
    keys = dict.fromkeys(key for each in leaves.values() for key in each)
    rows: list[JSON] = []
    for key in keys:
        values = {name: each.get(key) for name, each in leaves.items()}
        if len({fingerprint(canonical(value)) for value in values.values()}) > 1:
            rows.append({"key": key, "values": values})
    return rows


def _leaves_of(text: str, name: str) -> dict[str, JSON] | None:
    try:
        return leaves(plain(from_yaml(text, name)))
    except SpecError:
        return None


def _images(spec: RunSpec) -> dict[str, float]:
    """Return the arm of the pictures where a model sees, whether or not it is named."""
    return {"images": IMAGES_SHARE} if any(llm.options.get("images") for llm in spec.llms.values()) else {}

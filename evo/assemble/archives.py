"""The archives of a run's islands, as declared: what each keeps, and who may take a place in it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from evo.config.component import choose
from evo.config.document import read
from evo.errors import SpecError
from evo.propose.emitters.emitter import Setting
from evo.qd.archive import Archive
from evo.qd.noise import Noise
from evo.qd.replacements import BeyondNoise, ByObjective, ByPareto

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.positions import Loc
    from evo.config.run import RunSpec
    from evo.config.sections import ArchiveSpec
    from evo.qd.spaces import Space
    from evo.records import Direction

Rule: TypeAlias = ByObjective | ByPareto | BeyondNoise

REPLACEMENTS: Mapping[str, type[Rule]] = MappingProxyType(
    {each.use: each for each in (ByObjective, ByPareto, BeyondNoise)}
)


def archives_of(spec: RunSpec, spaces: Sequence[Space], direction: Direction) -> tuple[list[Archive], Noise | None]:
    """Return the empty archive of each island, and what is known of the scores' noise, which they share.

    Args:
        spec: the run.
        spaces: one for each island.
        direction: which objectives are better.

    Raises:
        SpecError: as `rules_of`.
    """
    rules = rules_of(spec)
    z = next((rule.z for rule in rules if isinstance(rule, BeyondNoise)), None)
    noise = None if z is None else Noise(z)
    archives = [
        Archive(
            space,
            direction,
            island,
            per_cell=archive.per_cell,
            margin=archive.margin,
            aims=spec.objectives,
            pareto=isinstance(rule, ByPareto),
            noise=noise,
        )
        for island, (archive, rule, space) in enumerate(zip(kept(spec), rules, spaces, strict=True))
    ]
    return archives, noise


def kept(spec: RunSpec) -> Sequence[ArchiveSpec]:
    """Return what each island's archive is declared to be: its own, or the run's."""
    return [each.archive or spec.archive for each in spec.islands.each] or [spec.archive] * spec.islands.count


def rules_of(spec: RunSpec) -> Sequence[Rule]:
    """Return who may take a place in the archive of each island.

    Raises:
        SpecError: fronts of a single objective; islands of which only some heed noise, whose scores would not compare.
    """
    whole = choose(spec.archive.replacement, REPLACEMENTS)
    rules: list[Rule] = []
    for island, archive in enumerate(kept(spec)):
        rule = choose(archive.replacement, REPLACEMENTS)
        if isinstance(rule, ByPareto) and not spec.objectives:
            raise archive.replacement.error("pareto needs several objectives; expected `objectives` beside `archive`")
        if rule != whole and isinstance(whole, BeyondNoise) | isinstance(rule, BeyondNoise):
            message = f"expected `replacement: {{use: beyond_noise, z: {_z(whole, rule)}}}` in all archives, or in none"
            raise misdeclared(spec, ("islands", "each", island, "archive"), message)
        rules.append(rule)
    return rules


def setting_of(spec: RunSpec) -> Setting:
    """Return what the run's emitters may rest upon."""
    whole = choose(spec.archive.replacement, REPLACEMENTS)
    return Setting(noise=isinstance(whole, BeyondNoise) and spec.strategy.use == "map_elites")


def _z(*rules: Rule) -> float:
    return next(rule.z for rule in rules if isinstance(rule, BeyondNoise))


def misdeclared(spec: RunSpec, place: Loc, message: str) -> SpecError:
    """Return the error at a place of the run's config, with file, line and column where it came from a file."""
    if spec.source is None:
        return SpecError(f"{'.'.join(map(str, place))}: {message}")
    return read(spec.source).error(place, message, at_key=True)

"""From the declared run to its fold: what every commit goes through, in a run as in a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from evo import parts
from evo.config.document import read
from evo.errors import SpecError
from evo.propose.novelty import NoveltyIndex
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.noise import Noise
from evo.qd.resets import Never
from evo.search.guidance import Guidance
from evo.search.state import Operators, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.component import Component
    from evo.config.positions import Loc
    from evo.config.run import RunSpec
    from evo.config.sections import ArchiveSpec, NotesSpec, NoveltySpec, TacticsSpec
    from evo.parts import Part
    from evo.propose.emitters.emitter import Emitter
    from evo.qd.island_bandits import Turns
    from evo.qd.replacements import Replacement
    from evo.qd.resets import Resets
    from evo.qd.spaces import Space
    from evo.qd.strategies import Strategy
    from evo.qd.topologies import Topology
    from evo.records import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldParts:
    """What decides, with the commits, about everything that a run knows.

    Attributes:
        archives, rules: of each island: how it is declared, and who may take a place in it.
        aims: further objectives.
        settling: commits until advice that was asked for is in force: the window.
        made: the parts among these, with where they came from.
    """

    seed: int
    strategy: Strategy
    turns: Turns
    topology: Topology
    resets: Resets
    archives: Sequence[ArchiveSpec]
    rules: Sequence[Replacement]
    aims: Mapping[str, Direction]
    tactics: TacticsSpec | None
    notes: NotesSpec | None
    novelty: NoveltySpec | None
    settling: int
    made: Sequence[Part]

    @property
    def noise(self) -> Noise | None:
        """What is known of the scores' noise before the first retest; None where nothing heeds it."""
        z = next((rule.z for rule in self.rules if rule.z is not None), None)
        return None if z is None else Noise(z)

    def state(
        self, spaces: Sequence[Space], direction: Direction, seeds: int, emitters: Sequence[Emitter] = ()
    ) -> State:
        """Return the state of the run before its first commit.

        Args:
            spaces: one for each island.
            direction: which objectives are better.
            seeds: number of seed tickets.
            emitters: all of the run; none where nothing will be issued from the state.
        """
        noise = self.noise
        archives = [
            Archive(
                space,
                direction,
                island,
                per_cell=archive.per_cell,
                margin=archive.margin,
                aims=self.aims,
                rule=rule,
                noise=noise,
            )
            for island, (archive, rule, space) in enumerate(zip(self.archives, self.rules, spaces, strict=True))
        ]
        archipelago = Archipelago(archives, self.topology, seeds, turns=self.turns, resets=self.resets)
        guidance = Guidance(tactics=self.tactics, notes=self.notes, settling=self.settling)
        seen = NoveltyIndex(self.novelty) if self.novelty else None
        pools = self.strategy.begin(archipelago, self.seed)
        operators = Operators.of(emitters)
        return State(archipelago, direction, pools, guidance, seen=seen, noise=noise, operators=operators)


def fold_parts(spec: RunSpec) -> FoldParts:
    """Make the parts of a run's fold.

    Raises:
        SpecError: one that does not exist or whose options do not fit; archives that do not hold together.
    """
    islands = spec.islands
    strategy = parts.make("strategy", spec.strategy, "strategy")
    turns = parts.make("turns", islands.choice, "islands.choice", seed=spec.seed)
    topology = parts.make("topology", islands.migration, "islands.migration", seed=spec.seed)
    made = [strategy, turns, topology]
    resets: Resets = Never()
    if islands.reset is not None:
        spared = frozenset(island for island, each in enumerate(islands.each) if each.spared)
        reset = parts.make("reset", islands.reset, "islands.reset", seed=spec.seed, spared=spared)
        resets = cast("Resets", reset.value)
        made.append(reset)
    rules = _rules(spec)
    return FoldParts(
        seed=spec.seed,
        strategy=cast("Strategy", strategy.value),
        turns=cast("Turns", turns.value),
        topology=cast("Topology", topology.value),
        resets=resets,
        archives=archives_of(spec),
        rules=[cast("Replacement", rule.value) for rule in rules],
        aims=spec.objectives,
        tactics=spec.tactics,
        notes=spec.notes,
        novelty=spec.novelty,
        settling=spec.schedule.settling,
        made=[*made, *{rule.place: rule for rule in rules}.values()],
    )


def archives_of(spec: RunSpec) -> Sequence[ArchiveSpec]:
    """Return what each island's archive is declared to be: its own, or the run's."""
    return [each.archive or spec.archive for each in spec.islands.each] or [spec.archive] * spec.islands.count


def foreign(spec: RunSpec) -> Component | None:
    """Return a component of the fold that does not ship with this package, None if all of them do."""
    found: list[tuple[str, Component]] = [
        ("strategy", spec.strategy),
        ("turns", spec.islands.choice),
        ("topology", spec.islands.migration),
        *((("reset", spec.islands.reset),) if spec.islands.reset else ()),
        *(("replacement", archive.replacement) for archive in archives_of(spec)),
    ]
    return next((each for kind, each in found if each.use not in parts.KINDS[kind].shipped), None)


def _rules(spec: RunSpec) -> Sequence[Part]:
    """Return who may take a place in the archive of each island.

    Raises:
        SpecError: fronts of a single objective; islands of which only some heed noise, whose scores would not compare.
    """
    whole = parts.make("replacement", spec.archive.replacement, "archive.replacement")
    rules: list[Part] = []
    for island, archive in enumerate(archives_of(spec)):
        own = archive is not spec.archive
        place = f"islands.each.{island}.archive.replacement" if own else whole.place
        rule = parts.make("replacement", archive.replacement, place) if own else whole
        mine, base = cast("Replacement", rule.value), cast("Replacement", whole.value)
        if mine.fronts and not spec.objectives:
            raise archive.replacement.error(
                f"{rule.use} needs several objectives; expected `objectives` beside `archive`"
            )
        if mine.z != base.z:
            noisy = rule if mine.z is not None else whole
            wanted = f"`replacement: {{use: {noisy.use}, z: {base.z if base.z is not None else mine.z}}}`"
            raise misdeclared(
                spec, ("islands", "each", island, "archive"), f"expected {wanted} in all archives, or in none"
            )
        rules.append(rule)
    return rules


def misdeclared(spec: RunSpec, place: Loc, message: str, *, at_key: bool = True) -> SpecError:
    """Return the error at a place of the run's config, with file, line and column where it came from a file."""
    if spec.source is None:
        return SpecError(f"{'.'.join(map(str, place))}: {message}")
    return read(spec.source).error(place, message, at_key=at_key)

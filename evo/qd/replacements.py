"""Who may take a place in a cell: the rules of an archive's `replacement`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError

if TYPE_CHECKING:
    from evo.records import Elite


class Replacement(Protocol):
    """A rule of replacement; the archive carries it out.

    Attributes:
        fronts: whether cells hold fronts over all objectives, so that several are needed; who is dominated goes then,
            and `displaces` is asked of migrants alone.
        z: how many standard errors of noisy scores the margin holds; None where noise is not heeded.
    """

    fronts: ClassVar[bool]

    @property
    def z(self) -> float | None: ...  # noqa: D102 - see Attributes

    def displaces(self, newcomer: Elite, incumbent: Elite, *, gain: float, margin: float) -> bool:
        """Tell whether a newcomer takes the place of the worst elite of its cell.

        Args:
            newcomer: of the same cell.
            incumbent: whose place is at stake.
            gain: by how much the newcomer is better, in the objective's unit; negative if it is worse.
            margin: what a gain has to pass to count, at least 0: the archive's, or that of the noise.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ByObjective:
    """Whoever is better in the one objective."""

    fronts: ClassVar[bool] = False
    z: ClassVar[float | None] = None

    def displaces(self, newcomer: Elite, incumbent: Elite, *, gain: float, margin: float) -> bool:  # noqa: ARG002 - the protocol's signature
        """Ties keep the incumbent: replacing on equality would make a replay depend on the order of arrival."""
        return gain > margin


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPareto:
    """A cell holds a front: whoever is dominated in it goes, and of a front that is too long the most crowded."""

    fronts: ClassVar[bool] = True
    z: ClassVar[float | None] = None

    def displaces(self, newcomer: Elite, incumbent: Elite, *, gain: float, margin: float) -> bool:  # noqa: ARG002 - the protocol's signature
        """By the first objective, where a migrant is offered without its others."""
        return gain > margin


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondNoise:
    """Whoever is better by more than chance explains, as far as tests on fresh seeds tell of it.

    With n tests of the elite in place and one of the newcomer, it has to be better by more than
    z * sigma * sqrt(1 + 1/n), where sigma is the standard deviation pooled over all programs that were tested again.

    Attributes:
        z: how many standard errors; over 0.
    """

    fronts: ClassVar[bool] = False
    z: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no number of standard errors."""
        if not 0 < self.z < math.inf:
            raise EvoError(f"z: expected a finite number over 0; got {self.z}")

    def displaces(self, newcomer: Elite, incumbent: Elite, *, gain: float, margin: float) -> bool:  # noqa: ARG002 - the protocol's signature
        """The margin holds the noise already."""
        return gain > margin

"""Who may take a place in a cell: the options of an archive's `replacement`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

from evo.errors import EvoError


class Replacement(Protocol):
    """A rule of replacement; the archive carries it out."""

    use: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByObjective:
    """Whoever is better in the one objective."""

    use: ClassVar[str] = "objective"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPareto:
    """A cell holds a front: whoever is dominated in it goes, and of a front that is too long the most crowded."""

    use: ClassVar[str] = "pareto"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondNoise:
    """Whoever is better by more than chance explains, as far as tests on fresh seeds tell of it.

    With n tests of the elite in place and one of the newcomer, it has to be better by more than
    z * sigma * sqrt(1 + 1/n), where sigma is the standard deviation pooled over all programs that were tested again.

    Attributes:
        z: how many standard errors; over 0.
    """

    use: ClassVar[str] = "beyond_noise"
    z: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no number of standard errors."""
        if not 0 < self.z < math.inf:
            raise EvoError(f"z: expected a finite number over 0; got {self.z}")

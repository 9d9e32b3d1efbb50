"""Who may take a place."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class ByShare:
    """Whoever is better by a share of what is there.

    Attributes:
        share: of the incumbent's objective, at least 0.
    """

    fronts: ClassVar[bool] = False
    z: ClassVar[float | None] = None
    share: float = 0.001

    def displaces(self, newcomer, incumbent, *, gain, margin):
        """Tell whether the gain counts."""
        return gain > max(margin, self.share * abs(incumbent.objective))

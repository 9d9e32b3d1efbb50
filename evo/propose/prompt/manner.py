"""How a prompt speaks: what of its wording differs from ticket to ticket, and why.

Everything here is drawn from seeds, so a prompt that is made again is made of the same bytes, and who compares the arms
of a run draws them again instead of reading them from the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from evo import rng
from evo.config.gist import IMAGES_SHARE
from evo.records import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDINGS = 6
"""How many wordings are told apart: a multiple of the number that any template has."""

PromptArm: TypeAlias = Literal["thinking", "gap", "example", "wording", "images"]
"""What half of the tickets may go without, to see what it is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one prompt speaks.

    Attributes:
        aloud: whether the answer begins with the model's thoughts.
        example: whether the instructions hold a filled example of edits.
        gap: whether the task says how far the best program is from the best known value.
        wording: which wording of the task, 0 to `WORDINGS` - 1.
        images: whether pictures of programs are shown with it.
    """

    aloud: bool = True
    example: bool = True
    gap: bool = True
    wording: int = 0
    images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the prompts of a run speak.

    Attributes:
        seed: of the run.
        brief: the roles whose answers begin without thoughts.
        seeing: the roles that pictures can be shown to; none where there are none to be shown.
        arms: name -> share of the tickets that get it, drawn by ticket; what is not named all tickets get.
    """

    seed: int = 0
    brief: frozenset[str] = frozenset()
    seeing: frozenset[str] = frozenset()
    arms: Mapping[PromptArm, float] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, ticket: int, role: str) -> Manner:
        """Return how the prompt of a ticket speaks to the model of a role."""
        thinks = drawn(self.seed, "thinking", ticket, self.arms["thinking"]) if "thinking" in self.arms else None
        varied = drawn(self.seed, "wording", ticket, self.arms.get("wording", 1.0))
        return Manner(
            aloud=role not in self.brief if thinks is None else thinks,
            example=drawn(self.seed, "example", ticket, self.arms.get("example", 1.0)),
            gap=drawn(self.seed, "gap", ticket, self.arms.get("gap", 1.0)),
            wording=wording(self.seed, ticket) if varied else 0,
            images=role in self.seeing and drawn(self.seed, "images", ticket, self.arms.get("images", IMAGES_SHARE)),
        )


def drawn(seed: int, arm: str, ticket: int, share: float) -> bool:
    """Draw whether a ticket gets what an arm is about.

    Args:
        seed: of the run.
        arm: its name.
        ticket: its number.
        share: of the tickets that do.
    """
    return rng.stream(seed, f"prompt arm {arm}", ticket).random() < share


def wording(seed: int, ticket: int) -> int:
    """Draw the wording of a ticket's task from the seed of its request."""
    return rng.stream(rng.derive(seed, Purpose.PROPOSE, ticket), "wording", 0).randrange(WORDINGS)

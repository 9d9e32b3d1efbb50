"""Several models as one: which of them answers a request is drawn from the request."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import EvoError, nearest
from evo.llm.model import LLM, ModelFacts, Parks
from evo.llm.prices import Spend
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from evo.llm.model import LLMContext, PricedClient
    from evo.records import Completion, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble(LLM):
    """A weighted choice per call.

    Attributes:
        members: role in the run's `llms` -> weight; no role that is an ensemble itself.
        temperatures: one is drawn for each call; empty leaves each model its own.
    """

    members: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    temperatures: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: no member, a weight that is not above 0, or a temperature out of range.
        """
        if not self.members:
            raise EvoError("members: expected at least one role with its weight, {fast: 3, strong: 1}")
        for role, weight in self.members.items():
            if not (math.isfinite(weight) and weight > 0):
                raise EvoError(f"members: expected weights above 0; got {weight} for {role}")
        if any(not 0 <= temperature <= 2 for temperature in self.temperatures):  # noqa: PLR2004 - the protocol's range
            raise EvoError(f"temperatures: expected numbers in [0, 2]; got {list(self.temperatures)}")

    @property
    def facts(self) -> ModelFacts:
        """Its members with their weights; everything else follows from theirs."""
        return ModelFacts(members=tuple(self.members), weights=tuple(self.members.values()), model="ensemble")

    def connect(self, context: LLMContext) -> EnsembleClient:
        """Return the client; the members belong to the run.

        Raises:
            EvoError: a member that is not among the run's models, or is an ensemble.
        """
        for role in self.members:
            if role not in context.peers:
                there = ", ".join(context.peers) or "none"
                raise EvoError(f"members: no model {role!r}{nearest(role, context.peers)}; there are {there}")
        return EnsembleClient([(context.peers[role], w) for role, w in self.members.items()], self.temperatures)


class EnsembleClient:
    """The client of an `Ensemble`."""

    def __init__(self, members: Sequence[tuple[PricedClient, float]], temperatures: Sequence[float]) -> None:
        self._members, self._temperatures = members, temperatures

    async def complete(self, request: Request) -> Completion:
        """Let one member answer: as drawn, but none that is parked while another is not."""
        draw = stream(request.seed, "ensemble", request.subject, request.attempt)
        member = self._pick(draw)
        if self._temperatures and request.temperature is None:
            request = replace(request, temperature=draw.choice(self._temperatures))
        return await member.complete(request)

    def worst(self, request: Request) -> Spend:
        """Return the most that any member can cost."""
        costs = [member.worst(request) for member, _ in self._members]
        return Spend(usd=max(cost.usd for cost in costs), tokens=max(cost.tokens for cost in costs))

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""

    def _pick(self, draw: Random) -> PricedClient:
        drawn = draw.choices(range(len(self._members)), [weight for _, weight in self._members])[0]
        turn = [*self._members[drawn:], *self._members[:drawn]]
        awake = [member for member, _ in turn if not (isinstance(member, Parks) and member.parked)]
        return awake[0] if awake else turn[0][0]

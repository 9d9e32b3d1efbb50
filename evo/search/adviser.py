"""Advice: who is asked for tactics and notes, and how a ticket's context takes the answers in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evo import rng
from evo.propose.advice import followed, listed
from evo.propose.prompt.builder import redacted
from evo.records import Prompt, Purpose, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.propose.advice import Digest
    from evo.propose.prompt.builder import PromptBuilder
    from evo.propose.prompt.context import PromptContext, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Adviser:
    """Decides, when a ticket is issued, what advice is asked for. A function of the digest.

    Attributes:
        seed: of the run.
        rooms: role -> most tokens of a prompt.
        secrets: what no prompt may show.
        written: the newest request of each purpose with its epoch; every ticket of an epoch carries the same.
    """

    seed: int
    prompts: PromptBuilder
    rooms: Mapping[str, int] = field(default_factory=dict[str, int])
    secrets: Sequence[str] = ()
    written: dict[Purpose, tuple[int, Request | None]] = field(
        default_factory=dict[Purpose, tuple[int, "Request | None"]], compare=False
    )

    def request(self, digest: Digest, best: Shown) -> Request | None:
        """Return what is asked on the strength of a digest; None where it has no room.

        Args:
            digest: frozen at the commit that called for advice.
            best: its best program.
        """
        epoch, request = self.written.get(digest.purpose, (-1, None))
        if epoch != digest.epoch:
            request = self._request(digest, best)
            self.written[digest.purpose] = digest.epoch, request
        return request

    def _request(self, digest: Digest, best: Shown) -> Request | None:
        prompt = self.prompts.advice(digest, best, self.rooms.get(digest.llm))
        if not isinstance(prompt, Prompt):
            return None
        return Request(
            purpose=digest.purpose,
            subject=str(digest.epoch),
            prompt=redacted(prompt, self.secrets),
            seed=rng.derive(self.seed, digest.purpose, digest.epoch),
            llm=digest.llm,
        )


def advised(context: PromptContext, digest: Digest, text: str, ticket: int) -> PromptContext:
    """Return the context with what an answer to a request for advice says to a ticket."""
    if digest.purpose is Purpose.NOTE:
        return replace(context, notes=(*context.notes, *listed(text, digest.count)))
    return replace(context, tactic=followed(text, ticket))

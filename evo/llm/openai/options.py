"""The options of `use: openai`: any endpoint that speaks the chat completions protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.llm.model import LLM, ModelFacts
from evo.llm.openai.settings import OpenAISettings

if TYPE_CHECKING:
    from evo.llm.model import LLMContext
    from evo.llm.openai.batch import BatchClient
    from evo.llm.openai.chat import OpenAIClient
    from evo.llm.probe import Probe
    from evo.records import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAI(OpenAISettings, LLM):
    """A model behind one or more endpoints; its settings are its options."""

    @property
    def facts(self) -> ModelFacts:
        """What it tells about itself; its secrets are as they stand in the environment."""
        return ModelFacts(
            secrets=self.secrets,
            prices=self.charged,
            context_tokens=self.context_tokens,
            max_tokens=self.most_tokens(thinks=self.thinks),
            answer_room=self.room_tokens,
            addresses=tuple(each.base_url for each in self.addresses),
            model=self.model,
            tries=self.retry.tries,
            converses=True,
            thinking=self.thinking,
            sees=self.images,
        )

    def connect(self, context: LLMContext) -> OpenAIClient | BatchClient:
        """Return the client; it sends nothing yet.

        Raises:
            LLMError: as `check`.
        """
        self.check(context.role)
        # Imported here, so that naming this class in a table costs nothing: the client's library takes 0.7 s.
        from evo.llm.openai.chat import OpenAIClient  # noqa: PLC0415 - see above

        if self.batch:
            from evo.llm.openai.batch import BatchClient  # noqa: PLC0415 - as above

            return BatchClient(self, context)
        return OpenAIClient(self, context)

    async def probe(self, role: str, asked: Request | None = None) -> list[Probe]:
        """Ask every endpoint, each by itself; see `evo.llm.probe.Probes`."""
        from evo.llm.openai.endpoints import probe  # noqa: PLC0415 - as above

        return await probe(self, role, asked)

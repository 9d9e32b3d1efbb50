"""The offline proposer on the models' seam: options and client."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.llm.embeddings import EMBEDDING, local
from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.prices import FREE
from evo.records import BARREN, EXHAUSTED, Completion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from evo.llm.model import LLMContext
    from evo.llm.offline.reply import Knowledge
    from evo.records import Program, Request


WORDS = "offline proposer (no model, no network: rule-based edits and textbook ideas)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline(LLM):
    """Rule-based edits and textbook ideas in place of a model: no key, no network.

    Attributes:
        ideas, numbers, statements, general: how often each kind of move is tried first, relative to the others; at
            least 0.
    """

    ideas: float = 4.0
    numbers: float = 3.0
    statements: float = 0.5
    general: float = 0.0

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: a negative weight, or none above zero.
        """
        weights = (self.ideas, self.numbers, self.statements, self.general)
        if not all(math.isfinite(weight) and weight >= 0 for weight in weights) or not any(weights):
            raise EvoError(f"offline: weights {weights}; expected finite numbers, 0 or more, at least one above 0")

    @property
    def facts(self) -> ModelFacts:
        """It costs nothing."""
        return ModelFacts(prices=FREE, model=WORDS)

    def connect(self, context: LLMContext) -> OfflineClient:
        """Read the problem's ideas and return the client.

        Raises:
            SpecError: an idea that cannot be read.
        """
        return OfflineClient(self._knowledge(context.ideas))

    def survey(self, programs: Sequence[Program], ideas: Path | None, brief: str) -> str:
        """Return in words what it finds to change in the programs that a run begins with.

        Raises:
            SpecError: an idea that cannot be read.
        """
        from evo.llm.offline.survey import survey  # noqa: PLC0415 - see `connect`

        return survey(programs, self._knowledge(ideas), brief)

    def _knowledge(self, ideas: Path | None) -> Knowledge:
        # Imported here, so that naming this class in a table costs nothing.
        from evo.llm.offline.ideas import idea_files, load_ideas  # noqa: PLC0415 - see above
        from evo.llm.offline.prose import load_text_ideas  # noqa: PLC0415 - see above
        from evo.llm.offline.reply import Knowledge  # noqa: PLC0415 - see above

        kinds = ("ideas", "numbers", "statements", "general")
        weights = {kind: getattr(self, kind) for kind in kinds}
        return Knowledge(weights=weights, ideas=load_ideas(ideas), texts=load_text_ideas(idea_files(ideas, ".txt")))


class OfflineClient(Free):
    """Answers by a pure function of the prompt's text and the request's seed."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def complete(self, request: Request) -> Completion:
        """Answer at once; takes a few milliseconds of CPU and waits for nothing."""
        from evo.llm.offline.reply import NO_MOVE, is_barren, propose  # noqa: PLC0415 - loaded by `connect`

        if request.purpose == EMBEDDING:
            vector = json.dumps(local(request.prompt.user))
            return Completion(text=vector, model="offline", prompt_tokens=len(request.prompt.user) // 4)
        asked = request.prompt.user, request.sent_seed, self._knowledge, request.prompt.system
        text = propose(*asked)
        why = "" if text != NO_MOVE else BARREN if is_barren(*asked) else EXHAUSTED
        size, said = len(request.prompt.system) + len(request.prompt.user), len(text) // 4
        answer = Completion(text=text, model="offline", prompt_tokens=size // 4, completion_tokens=said, detail=why)
        return self.kept(request, answer)

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""


def configured(models: Iterable[object]) -> Offline:
    """Return the offline proposer among some models, one with its defaults where there is none."""
    return next((model for model in models if isinstance(model, Offline)), Offline())

"""Who answers what a judge asks where there is no run: the model that the pack's `run.yaml` names for it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.assemble import models
from evo.assemble.counsel import asking, counsel_of, tell_counsel
from evo.assemble.resolve import resolve_files
from evo.config.pack_run import load_pack_run
from evo.llm.answer_log import Discreet, Recorded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from evo.assemble.setup import Setup
    from evo.evaluate.counsel import Counsel
    from evo.records import Completion, Request


@dataclass(kw_only=True)
class Retainer:
    """What a judge may ask for one or more programs, and what it came to.

    Attributes:
        counsel: who answers; None where nobody is asked.
        words: what may be asked, a sentence each.
        secrets: what may be shown nowhere.
        questions, tokens, cost_usd: what was asked so far, the failed tries included.
    """

    counsel: Counsel | None
    words: Sequence[str]
    secrets: Sequence[str] = ()
    questions: int = 0
    tokens: int = 0
    cost_usd: float = 0.0

    @property
    def told(self) -> str:
        """What it came to, in words."""
        cost = f", {self.cost_usd:.4g} usd" if self.cost_usd else ""
        return f"asked {self.questions} questions, {self.tokens} tokens{cost}"


class _Answers:
    """Keeps answers while a program is scored, and adds up what they cost; an `AnswerLog` by shape."""

    def __init__(self) -> None:
        self._answers: dict[str, Completion] = {}
        self.spent = Retainer(counsel=None, words=())

    def find(self, request: Request) -> Completion | None:
        return self._answers.get(request.hash)

    async def save(self, request: Request, completion: Completion) -> None:
        self._answers[request.hash] = completion
        self.spent.questions += 1
        self.spent.tokens += completion.prompt_tokens + completion.completion_tokens
        self.spent.cost_usd += completion.cost_usd


@asynccontextmanager
async def consulting(address: str, settings: Sequence[str] = (), *, free: bool = False) -> AsyncGenerator[Retainer]:
    """Open the model that answers the judge of a pack, for programs that are scored outside of any run.

    Args:
        address: of the pack, or of an instance.
        settings: over its `run.yaml`, "dotted.key=value" each.
        free: only where that costs nothing and contacts nobody.

    Raises:
        SpecError: anything wrong in the declaration.
        LLMError: the environment variable of a key is not set.
    """
    setup = resolve_files(load_pack_run(address, settings))
    declared, answers = setup.declared.evaluate, _Answers()
    answers.spent.words, answers.spent.secrets = list(tell_counsel(setup)), setup.secrets
    if declared is None or not any(asking(setup.problem, setup.graph)) or (free and not _is_free(setup, declared.ask)):
        yield answers.spent
        return
    client = models.connect_alone(setup, declared.ask)
    recorded = Discreet(Recorded(client, answers, secrets=setup.secrets), setup.secrets)
    try:
        answers.spent.counsel = counsel_of(setup, {declared.ask: recorded})
        yield answers.spent
    finally:
        await recorded.close()


def _is_free(setup: Setup, role: str) -> bool:
    facts = setup.facts[role]
    return not facts.addresses and facts.prices is not None and facts.prices.usd(1_000_000, 1_000_000) == 0

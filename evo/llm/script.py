"""A model that says what it is told to: fixed answers, scripted faults, drawn latencies.

Everything is a function of the request (its subject, seed and attempt), never of the order of calls, so a run with a
script replays exactly whatever its slots and workers.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from evo.canonical import fingerprint
from evo.errors import EvoError, nearest
from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.prices import FREE
from evo.records import Completion, Finish
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from evo.llm.model import LLMContext
    from evo.records import Request

Fault: TypeAlias = Literal["timeout", "error", "refusal", "truncated", "empty", "garbage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(LLM):
    """Answers from a list.

    Attributes:
        answers: the answer to ticket t is number t modulo their count; "" when there are none.
        faults: kind (timeout, error, refusal, truncated, empty, garbage) -> share of requests, in all at most 1.
        latency_seconds: median time to answer, at least 0.
        jitter: sigma of the lognormal latency; 0 makes every call take the median.
    """

    answers: tuple[str, ...] = ()
    faults: Mapping[Fault, float] = field(default_factory=lambda: MappingProxyType({}))
    latency_seconds: float = 0.0
    jitter: float = 0.0

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: an unknown fault, shares over 1, or a negative figure.
        """
        known = get_args(Fault)
        for kind, share in self.faults.items():
            if kind not in known:
                raise EvoError(f"fault {kind!r}: expected one of {', '.join(known)}{nearest(kind, known)}")
            if not 0 <= share <= 1:
                raise EvoError(f"fault {kind}: share = {share}; expected a number in [0, 1]")
        if sum(self.faults.values()) > 1 + 1e-9:
            raise EvoError(f"faults: shares add up to {sum(self.faults.values())}; expected 1 at most")
        if not (0 <= self.latency_seconds < math.inf and 0 <= self.jitter < math.inf):
            figures = f"latency_seconds = {self.latency_seconds}, jitter = {self.jitter}"
            raise EvoError(f"script: {figures}; expected finite numbers, 0 or more")

    @property
    def facts(self) -> ModelFacts:
        """It costs nothing."""
        return ModelFacts(prices=FREE, model="script")

    def connect(self, context: LLMContext) -> ScriptClient:
        """Return the client; it sends nothing anywhere."""
        return ScriptClient(self, context.role)


class ScriptClient(Free):
    """The client of a `Script`."""

    def __init__(self, script: Script, role: str) -> None:
        self._script = script
        self._role = role

    async def complete(self, request: Request) -> Completion:
        """Wait as long as drawn, then answer, or fail as drawn."""
        rng = stream(request.seed, "script", request.subject, request.attempt)
        seconds = self._script.latency_seconds * math.exp(rng.gauss(0.0, self._script.jitter))
        if seconds > 0:
            await asyncio.sleep(seconds)
        fault = self._fault(rng)
        answer = self._answer(request.subject)
        done = self._completed(answer, request) if fault is None else self._failed(fault, answer, request, rng)
        return self.kept(request, done)

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""

    def _fault(self, rng: Random) -> Fault | None:
        point = rng.random()
        for kind, share in sorted(self._script.faults.items()):
            if point < share:
                return kind
            point -= share
        return None

    def _answer(self, subject: str) -> str:
        answers = self._script.answers
        if not answers:
            return ""
        number = int(subject) if subject.isdecimal() else int(fingerprint(subject), 16)
        return answers[number % len(answers)]

    def _completed(self, text: str, request: Request, finish: Finish = Finish.STOP) -> Completion:
        return Completion(
            text=text,
            finish=finish,
            model=f"script:{self._role}",
            prompt_tokens=len(request.prompt.whole) // 4,
            completion_tokens=len(text) // 4,
        )

    def _failed(self, fault: Fault, answer: str, request: Request, rng: Random) -> Completion:
        match fault:
            case "timeout" | "error":
                detail = "scripted: no answer in time" if fault == "timeout" else "scripted: 500 internal error"
                return Completion(text="", finish=Finish.ERROR, model=f"script:{self._role}", detail=detail)
            case "refusal":
                return self._completed("I cannot help with that.", request, Finish.REFUSAL)
            case "truncated":
                return self._completed(answer[: len(answer) // 2], request, Finish.LENGTH)
            case "empty":
                return self._completed("", request)
            case "garbage":
                return self._completed("".join(rng.choices("`<>=#\n \\{}SEARCHREPLACE\u2603", k=400)), request)

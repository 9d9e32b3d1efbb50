"""What one model has taken so far, so that the last of a budget is not set aside for what never comes.

The bound stays hard: a prompt has at most as many tokens as an earlier one that was counted, and one more for every
byte that is new in it; the answer is bounded by what is sent along. What is known is a set, whatever the order in which
it came, so that a decision after the same answers is the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from evo.llm.prices import worst_prompt_tokens
from evo.records import Finish, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evo.llm.prices import Spend
    from evo.records import Completion, Prompt, Request

KEPT = 4
"""Prompts that are remembered, those of the newest tickets."""
_ENOUGH, _DOUBTS_MAX = 2, 2
"""How many prompts have to be counted before any is measured by them, and how often their counts may not add up."""
_SEAM = 2
"""Tokens that may be more where a text is cut apart or joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a budget has left.

    Attributes:
        usd, tokens: inf where there is no such limit.
        share: of the whole, in [0, 1]; of the limit that has the less.
    """

    usd: float
    tokens: float
    share: float

    def pays(self, cost: Spend) -> bool:
        """Tell whether it is enough."""
        return cost.usd <= self.usd and cost.tokens <= self.tokens


Shrinks: TypeAlias = "Callable[[Left], tuple[int | None, Spend] | None]"
"""From what is left to the longest answer that it pays for, in tokens (None for all), and its worst case; or None."""


class Habits:
    """The counted prompts and answers of one role.

    Args:
        past: the newest requests of earlier sessions with their answers, in any order; at least `KEPT` of them.
        longest: the most tokens of an answer of theirs.
        one_model: whether all answers come from one model, so that its counts can be compared.
    """

    def __init__(
        self, past: Iterable[tuple[Request, Completion]] = (), *, longest: int = 0, one_model: bool = True
    ) -> None:
        self._prompts: dict[int, tuple[Counter[str], int]] = {}
        self._one_model, self._doubts = one_model, 0
        self.longest = longest
        for request, completion in past:
            self.learn(request, completion)

    def learn(self, request: Request, completion: Completion) -> None:
        """Take note of an answer; what was guessed teaches nothing."""
        if completion.estimated or completion.finish is Finish.ERROR or request.purpose != Purpose.PROPOSE:
            return
        self.longest = max(self.longest, completion.completion_tokens)
        if not self._one_model or completion.prompt_tokens <= 0 or not request.subject.isdecimal():
            return
        if request.prompt.turns:
            return  # frames between turns are tokens that no text accounts for
        lines, tokens = _lines(request.prompt), completion.prompt_tokens
        if self._prompts:
            known, count = self._prompts[max(self._prompts)]
            if tokens > count + _new_tokens(lines, known) or count > tokens + _new_tokens(known, lines):
                # Counts that contradict one another are no counts of these texts alone.
                self._doubts += 1
                self._prompts.clear()
        self._prompts[int(request.subject)] = (lines, tokens)
        if len(self._prompts) > KEPT:
            del self._prompts[min(self._prompts)]

    def prompt_tokens(self, request: Request) -> int:
        """Return a number of tokens that a request's prompt cannot have more of."""
        bound = worst_prompt_tokens(request)
        if len(self._prompts) < _ENOUGH or self._doubts > _DOUBTS_MAX or request.prompt.turns:
            return bound
        lines = _lines(request.prompt)
        return min(bound, *(tokens + _new_tokens(lines, known) for known, tokens in self._prompts.values()))


def _lines(prompt: Prompt) -> Counter[str]:
    return Counter((*prompt.system.split("\n"), *prompt.user.split("\n")))


def _new_tokens(lines: Counter[str], before: Counter[str]) -> int:
    """Return the most tokens that lines can have which an earlier prompt did not, with the seams between them."""
    new, gone = lines - before, before - lines
    size = sum((len(line.encode("utf-8", "surrogatepass")) + _SEAM) * count for line, count in new.items())
    return size + _SEAM * min(sum(gone.values()), sum(lines.values()))

"""A stand-in for a small model: it reads word problems by rule, as well as its instructions tell it to.

It understands nothing. It knows the few forms of sentences that `tasks.py` writes, and habits of small models that
instructions can mend; whether it has one is a matter of which words stand in the instructions, so it says nothing about
any real model. With a real one behind the role `small` the same judge measures that.

- It answers at a glance, from the first two numbers alone, unless it is told to go step by step; to be quick or brief
  takes that back.
- It adds up whatever numbers there are, unless it is told to leave out what is not needed.
- It takes numbers for what they are, unless it is told to bring them to one unit.
- It does not see numbers that are words, unless it is told to write them in digits first.
- It loses sight of what is asked, where something is asked backwards, unless it is told to look at the question.
- It chats, with another number in its last words, unless it is told how to end its answer.
- It slips now and then, less often when it is told to check.
- It heeds the first six sentences of its instructions that it understands, or do not concern it, and no later ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.prices import FREE
from evo.records import Completion

if TYPE_CHECKING:
    from evo.llm.model import LLMContext
    from evo.records import Request

HEEDED = 6
_HABITS = {
    "steps": r"step[- ]by[- ]step|one step at a time|in steps|each step",
    "needed": r"(?:not|n't) (?:needed|matter|belong)|irrelevant|beside the point|unneeded",
    "units": r"\bunits?\b",
    "digits": r"\bdigits\b",
    "asked": r"what is asked|the question asks|asked for",
    "format": r"answer:",
    "check": r"\bcheck\b|\bverify\b",
    "brief": r"\bbrief|\bquick|\bshort\b|nothing else|no words|number alone|only the number",
}
_WORDS = {
    "a dozen": "12", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10",
}  # fmt: skip
_UNITS = {"km": 1000, "kg": 1000, "hours": 60}
_AMOUNT = re.compile(r"(\d+)(?: (km|m|kg|g|hours|minutes)\b)?")
_SLIPS, _SLIPS_CHECKED = 0.2, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallModel(LLM):
    """The stand-in; see above."""

    @property
    def facts(self) -> ModelFacts:
        """It costs nothing and contacts nobody."""
        return ModelFacts(prices=FREE, model="scripted small model (no model: habits by rule)", max_tokens=256)

    def connect(self, context: LLMContext) -> SmallClient:
        """Return the client."""
        del context
        return SmallClient()


class SmallClient(Free):
    """Answers by a pure function of the prompt."""

    async def complete(self, request: Request) -> Completion:
        """Answer at once."""
        text = reply(request.prompt.system, request.prompt.user)
        size = len(request.prompt.whole) // 4
        answer = Completion(text=text, model="small", prompt_tokens=size, completion_tokens=len(text) // 4)
        return self.kept(request, answer)

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""


def heeded(instructions: str) -> frozenset[str]:
    """Return the habits that some instructions speak to, as far as they are read."""
    sentences = [each for each in re.split(r"(?<=[.!?])\s+|\n+", instructions.lower()) if each.strip()]
    read = " \n ".join(sentences[:HEEDED])
    return frozenset(name for name, pattern in _HABITS.items() if re.search(pattern, read))


def reply(instructions: str, task: str) -> str:
    """Return what it says to a word problem."""
    told = heeded(instructions)
    value = _slipped(task, _worked_out(task, told), told)
    if "format" in told:
        return f"Answer: {value}"
    first = (re.findall(r"\d+", task) or ["1"])[0]
    return f"I think it is {value}. That was a nice one, it had a {first} in it!"


def _worked_out(task: str, told: frozenset[str]) -> int:
    *story, question = re.split(r"(?<=[.?])\s+", task.strip())
    if "digits" in told:
        story = [_in_digits(each) for each in story]
    numbers = [int(each) for sentence in story for each in re.findall(r"\d+", sentence)]
    if "steps" not in told or "brief" in told:
        return sum(numbers[:2])
    backwards = "asked" in told and "at first" in question
    total = 0
    for sentence in story:
        if "needed" in told and sentence.startswith("By the way"):
            continue
        amounts = [_amount(each, told) for each in _AMOUNT.finditer(sentence)]
        if not amounts:
            continue
        change = amounts[0] * amounts[1] if " each" in sentence and len(amounts) > 1 else sum(amounts)
        away = bool(re.search(r"\b(?:gives away|uses|loses)\b", sentence))
        came = not away and not (backwards and "In the end" not in sentence)
        total += change if came or (backwards and away) else -change
    return total


def _in_digits(sentence: str) -> str:
    for word, digits in _WORDS.items():
        sentence = re.sub(rf"\b{word}\b", digits, sentence)
    return sentence


def _amount(found: re.Match[str], told: frozenset[str]) -> int:
    return int(found[1]) * (_UNITS.get(found[2], 1) if "units" in told else 1)


def _slipped(task: str, value: int, told: frozenset[str]) -> int:
    """Return the value, or one beside it for some tasks, always the same ones."""
    drawn = int.from_bytes(blake2b(task.encode(), digest_size=4).digest(), "big") / 2**32
    return value + 10 if drawn < (_SLIPS_CHECKED if "check" in told else _SLIPS) else value

"""What calls cost: list prices, what was spent, the most that a call can come to and the likely size of a text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import EvoError

if TYPE_CHECKING:
    from evo.records import Request

_MILLION = 1e6
_OVERHEAD_TOKENS = 64
PICTURE_TOKENS = 26_000
"""The most that a picture of 800 by 800 pixels is counted as: four tiles and a base, at the vendor that counts most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices in usd per million tokens.

    Attributes:
        input, output: of prompt and answer.
        cached_input: of the part of the prompt that the provider had cached; None counts it in full.
    """

    input: float
    output: float
    cached_input: float | None = None

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            EvoError: a price that is negative or not finite.
        """
        for name, price in (("input", self.input), ("output", self.output), ("cached_input", self.cached_input)):
            if price is not None and not (math.isfinite(price) and price >= 0):
                raise EvoError(f"{name}: expected usd per million tokens, 0 or more; got {price}")

    def usd(self, prompt: int, completion: int, cached: int = 0) -> float:
        """Return the price of so many tokens; `cached` of the prompt's were cached."""
        cached = min(cached, prompt) if self.cached_input is not None else 0
        dear = (prompt - cached) * self.input + cached * (self.cached_input or 0.0)
        return (dear + completion * self.output) / _MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """Money in usd and tokens of both kinds together."""

    usd: float = 0.0
    tokens: int = 0

    def __add__(self, other: Spend) -> Spend:
        return Spend(usd=self.usd + other.usd, tokens=self.tokens + other.tokens)


def worst_prompt_tokens(request: Request) -> int:
    """Return a number of prompt tokens that no tokeniser passes: one a byte, and some for the frame."""
    prompt = request.prompt
    said = len(prompt.whole.encode("utf-8", "surrogatepass")) + _OVERHEAD_TOKENS * (1 + len(prompt.turns))
    return said + PICTURE_TOKENS * len(prompt.pictures)


def estimated_tokens(text: str) -> int:
    """Return a fair guess of a text's tokens, where no one has counted: one for each four bytes."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / 4)


def worst_spend(request: Request, prices: Prices | None, max_tokens: int | None) -> Spend:
    """Return the most that one try of a request can cost: every byte of the prompt a token, and the longest answer.

    Args:
        request: what is asked.
        prices: of the model; None counts no money.
        max_tokens: most tokens of an answer of the model, None where only the request bounds them.
    """
    prompt = worst_prompt_tokens(request)
    answer = request.max_tokens if max_tokens is None else min(request.max_tokens, max_tokens)
    return Spend(usd=prices.usd(prompt, answer) if prices else 0.0, tokens=prompt + answer)


FREE = Prices(input=0.0, output=0.0)
"""The prices of what costs nothing."""

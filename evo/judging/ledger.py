"""What a program may ask of a judge, and what that costs: a budget in units that no clock disturbs.

The judge owns what is dear (distances, products with a matrix, votes); the program is a generator that asks for it and
pays, `reply = yield {"ask": ...}`, and posts the best answer that it has so far, `yield {"best": ...}`. When the budget
is used up the last posted answer counts, so that a search has a slope and no cliff. Prices belong to information, not
to work: a judge has to make sure that its budget cannot buy the whole hidden object.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from evo.judging.invalid import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

_POINTS = 6
"""Of a curve, as many as a line of feedback tells."""


class QueriesSpent(Exception):  # noqa: N818 - the end of a budget, no error of anybody
    """A question would cost more than is left; it was not answered."""


class Consulted(Protocol):
    """A live program, as judges see it."""

    def consult(self, name: str, *args: object, reply: Callable[[Any], object]) -> Any:  # noqa: ANN401
        """Run a generator function and answer what it yields."""
        ...


class QueryLedger:
    """An account of one consultation.

    Args:
        budget: the most that may be spent, in whole units.
        prices: kind of question -> price of one, in the same units; at least 0.

    Attributes:
        spent: so far.
        counts: kind -> how many were paid for.
        refused: whether a question was turned away because it cost more than was left.
        curve: (spent, worth) of each posted answer that was `mark`ed.
    """

    def __init__(self, budget: int, prices: Mapping[str, int]) -> None:
        if budget < 0 or any(price < 0 for price in prices.values()):
            raise ValueError("expected a budget and prices of at least 0")
        self.budget, self.spent, self.refused = budget, 0, False
        self.counts = dict.fromkeys(prices, 0)
        self.curve: list[tuple[int, float]] = []
        self._prices = dict(prices)
        self._known: dict[tuple[str, Hashable], object] = {}

    @property
    def left(self) -> int:
        """What may still be spent."""
        return self.budget - self.spent

    def charge(self, kind: str, amount: int = 1) -> None:
        """Pay for `amount` questions of a kind.

        Raises:
            QueriesSpent: that is more than is left; nothing was charged.
        """
        cost = self._prices[kind] * amount
        if cost > self.left:
            self.refused = True
            raise QueriesSpent(f"{amount} of {kind} cost {cost}; {self.left} of {self.budget} are left")
        self.spent += cost
        self.counts[kind] += amount

    def once(self, kind: str, question: Hashable, answer: Callable[[], Any]) -> Any:  # noqa: ANN401 - the judge's own
        """Return the answer to a question, paid for the first time and free whenever it is asked again."""
        key = (kind, question)
        if key not in self._known:
            self.charge(kind)
            self._known[key] = answer()
        return self._known[key]

    def pay_new(self, kind: str, questions: set[Hashable]) -> None:
        """Pay for those of a batch that were not asked before, all or none.

        Raises:
            QueriesSpent: they cost more than is left.
        """
        new = {(kind, question) for question in questions} - self._known.keys()
        self.charge(kind, len(new))
        self._known.update(dict.fromkeys(new))

    def mark(self, worth: float) -> None:
        """Note what a posted answer is worth, for the curve."""
        self.curve.append((self.spent, worth))

    def words(self, digits: int = 3) -> str:
        """Tell the account and its curve in one line, for feedback."""
        asked = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        text = f"{self.spent} of {self.budget} spent ({asked})"
        if self.refused:
            text += ", then the budget was used up"
        if self.curve:
            step = max(1, math.ceil(len(self.curve) / _POINTS))
            shown = [*self.curve[:-1:step], self.curve[-1]]
            text += "; posted " + ", ".join(f"{worth:.{digits}g} after {spent}" for spent, worth in shown)
        return text


class Consultation(NamedTuple):
    """How a consultation ended.

    Attributes:
        answer: what was returned, or, where the budget ran out, posted last.
        returned: whether the program came to its end by itself.
    """

    answer: Any
    returned: bool


def consult(
    candidate: Consulted,
    name: str,
    *args: object,
    ledger: QueryLedger,
    ask: Callable[[Any], object],
    worth: Callable[[Any], float] | None = None,
) -> Consultation:
    """Let a program ask and pay until it returns or its budget is used up.

    Args:
        candidate: the live program.
        name: of its generator function.
        args: what it is called with.
        ledger: pays.
        ask: answers the body of an `{"ask": body}`, charging the ledger first; plain data or arrays of numbers.
        worth: of a posted answer, marked on the curve; raises Invalid for one that is no answer.

    Raises:
        Invalid: it yielded something else, or its budget was used up before it had posted an answer.
        CandidateDied: it ended before its answer.
    """
    posted: list[Any] = []

    def reply(message: object) -> object:
        kind, body = _read(message)
        if kind == "ask":
            return ask(body)
        if worth is not None:
            ledger.mark(worth(body))
        posted[:] = [body]
        return None

    try:
        return Consultation(answer=candidate.consult(name, *args, reply=reply), returned=True)
    except QueriesSpent as end:
        if not posted:
            raise Invalid(f'{name}: {end}, and no answer was posted by `yield {{"best": ...}}` before') from None
        return Consultation(answer=posted[0], returned=False)


def _read(message: object) -> tuple[str, Any]:
    if type(message) is dict and len(cast("dict[str, Any]", message)) == 1:
        ((kind, body),) = cast("dict[str, Any]", message).items()
        if kind in {"ask", "best"}:
            return kind, body
    raise Invalid('expected {"ask": ...} or {"best": ...} to be yielded')

"""Where a run's tokens and money went, and what came of each model's answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, cast, func, select

from evo.records import FOLLOW_UP
from evo.store import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Select

    from evo.canonical import JSON

DIMENSIONS = ("model", "role", "operator", "island", "purpose")
"""By what spend is told apart: who answered, in which role of `llms`, for which operator, on which island, what for."""

PROPOSE = "propose"
UNUSED = "unused"
"""The operator of answers that no commit has used: they came late, or serve no ticket."""
ALL = "all"
"""The island of what is placed on all of them."""

_LOG, _ANSWER = schema.commits.c, schema.answers.c


def charged(connection: Connection, requests: Sequence[str]) -> tuple[float, int]:
    """Return usd and tokens of both kinds that the answers to some requests cost."""
    if not requests:
        return 0.0, 0
    table = schema.answers.c
    tokens = func.sum(table.prompt_tokens + table.completion_tokens)
    row = connection.execute(select(func.sum(table.cost_usd), tokens).where(table.request.in_(requests))).one()
    return float(row[0] or 0.0), int(row[1] or 0)


@dataclass(slots=True, kw_only=True)
class Bill:
    """A sum over answers.

    Attributes:
        answers: how many. estimated: those of them whose usage is partly a guess.
        prompt_tokens, completion_tokens: usage. cached_tokens and reasoning_tokens are counted in it.
        cost_usd: at the config's prices. guessed_usd: of it, what answers cost whose usage is partly a guess.
    """

    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float = 0.0
    estimated: int = 0
    guessed_usd: float = 0.0

    def add(self, other: Bill) -> None:
        """Add another sum."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def plain(self) -> dict[str, JSON]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Where everything went.

    Attributes:
        total: over every stored answer, used by a commit or not.
        shares: the same by each of `DIMENSIONS`, then by name.
        outcomes: model -> outcome -> its answers to proposals that ended so, most frequent first; second turns aside.
        second_turns: model -> outcome -> tickets that ended so after their answer was asked for once more.
    """

    total: Bill
    shares: Mapping[str, Mapping[str, Bill]]
    outcomes: Mapping[str, Mapping[str, int]]
    second_turns: Mapping[str, Mapping[str, int]]

    def plain(self) -> dict[str, JSON]:
        """Return the shares as plain data."""
        return {name: {key: bill.plain() for key, bill in bills.items()} for name, bills in self.shares.items()}


def spending(connection: Connection) -> Spending:
    """Add up every stored answer.

    A proposal's answer counts for its ticket's operator and island, an answer about a program for those of the ticket
    that brought the program.
    """
    total = Bill()
    found: dict[str, dict[str, Bill]] = {name: {} for name in DIMENSIONS}
    outcomes: dict[str, Counter[str]] = {}
    rows = (*connection.execute(_sums(proposals=True)), *connection.execute(_sums(proposals=False)))
    for model, role, operator, island, purpose, outcome, *figures in rows:
        bill = _bill(*figures)
        total.add(bill)
        where = UNUSED if outcome is None else ALL if island is None else str(island)
        names = (model or role, role, operator or UNUSED, where, purpose)
        for dimension, name in zip(DIMENSIONS, names, strict=True):
            found[dimension].setdefault(str(name), Bill()).add(bill)
        if purpose == PROPOSE and outcome is not None:
            outcomes.setdefault(model or role, Counter())[outcome] += bill.answers
    again = _second_turns(connection)
    for model, counts in again.items():
        outcomes[model].subtract(counts)
    return Spending(
        total=total,
        shares={name: dict(sorted(bills.items())) for name, bills in found.items()},
        outcomes={name: dict((+counts).most_common()) for name, counts in sorted(outcomes.items())},
        second_turns={name: dict(counts.most_common()) for name, counts in sorted(again.items())},
    )


def _second_turns(connection: Connection) -> dict[str, Counter[str]]:
    """Count follow-ups that were committed, by model and by what became of their tickets."""
    again = (_ANSWER.purpose == PROPOSE) & (_ANSWER.attempt >= FOLLOW_UP)
    joined = schema.answers.join(schema.commits, _LOG.ticket == cast(_ANSWER.subject, Integer))
    keys = (_ANSWER.model, _ANSWER.llm, _LOG.outcome)
    found: dict[str, Counter[str]] = {}
    for model, role, outcome, count in connection.execute(
        select(*keys, func.count()).select_from(joined).where(again).group_by(*keys)
    ):
        found.setdefault(model or role, Counter())[outcome] += count
    return found


def _sums(*, proposals: bool) -> Select[*tuple[Any, ...]]:
    guessed = {"guessed_usd": _ANSWER.cost_usd * _ANSWER.estimated}
    summed = (item.name for item in fields(Bill) if item.name != "answers")
    sums = (func.sum(guessed[name] if name in guessed else _ANSWER[name]) for name in summed)
    keys = (_ANSWER.model, _ANSWER.llm, _LOG.operator, _LOG.island, _ANSWER.purpose, _LOG.outcome)
    if proposals:
        chosen, served = _ANSWER.purpose == PROPOSE, _LOG.ticket == cast(_ANSWER.subject, Integer)
    else:
        chosen, served = _ANSWER.purpose != PROPOSE, (_LOG.program == _ANSWER.subject) & (_LOG.evaluated == 1)
    joined = schema.answers.outerjoin(schema.commits, served)
    return select(*keys, func.count(), *sums).select_from(joined).where(chosen).group_by(*keys)


def _bill(answers: int, *figures: float) -> Bill:
    names = (item.name for item in fields(Bill) if item.name != "answers")
    return Bill(answers=answers, **dict(zip(names, figures, strict=True)))  # pyright: ignore[reportArgumentType] - SQL

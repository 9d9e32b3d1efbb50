"""What the bench has to say: a claim, what was measured for it, and whether a bound on it holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row: TypeAlias = "dict[str, Any]"
"""Numbers, short strings and lists of numbers by name: one line of a table, one point or bar of a figure."""


class Verdict(StrEnum):
    """HOLDS and FAILS speak of bounds that are met on any machine; SHOWN is a figure without one."""

    HOLDS = "holds"
    FAILS = "fails"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure and the interval that it has to lie in.

    Attributes:
        label: what it is, with its unit unless it is a plain ratio.
        value: what was measured.
        low: least allowed, or None.
        high: most allowed, or None.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the value lies within; a NaN does not."""
        if self.low is None and self.high is None:
            return Verdict.SHOWN
        low, high = -inf if self.low is None else self.low, inf if self.high is None else self.high
        return Verdict.HOLDS if low <= self.value <= high else Verdict.FAILS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim in miniature.

    Attributes:
        key: short name, unique in the bench.
        says: the claim, in our words.
        where: the place in the paper, or "ours" for what follows from it.
        miniature: what was run.
        checks: the figures it is judged by.
        rows: everything measured, raw repeats included: what a table or a figure draws.
        cpu_seconds: what it took.
    """

    key: str
    says: str
    where: str
    miniature: str
    checks: tuple[Check, ...]
    rows: tuple[Row, ...] = ()
    cpu_seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """FAILS if a check does, else HOLDS if a check has a bound, else SHOWN."""
        verdicts = {check.verdict for check in self.checks}
        return next((v for v in (Verdict.FAILS, Verdict.HOLDS) if v in verdicts), Verdict.SHOWN)

    def plain(self) -> dict[str, Any]:
        """Return the claim as plain data with its verdicts, for JSON."""
        data = asdict(self)
        for shown, check in zip(data["checks"], self.checks, strict=True):
            shown["verdict"] = check.verdict.value
        return data | {"verdict": self.verdict.value}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Claim:
        """Return the claim that `plain` made; verdicts are worked out anew."""
        fields: dict[str, Any] = {key: value for key, value in data.items() if key != "verdict"}
        checks = tuple(Check(**{k: v for k, v in check.items() if k != "verdict"}) for check in data["checks"])
        fields |= {"checks": checks, "rows": tuple(data["rows"])}
        return cls(**fields)


def failed(claims: Sequence[Claim]) -> bool:
    """Tell whether any bound failed."""
    return any(claim.verdict is Verdict.FAILS for claim in claims)

"""What somebody outside tells a run, as plain data: checked here, whatever way it came."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from evo.errors import EvoError, UsageError, nearest
from evo.propose.told import check_score, is_headed, tell_answer, tell_program
from evo.records import PROGRAM_MAX_BYTES, Completion, Finish, files_flaw
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from evo.canonical import JSON
    from evo.records import ToldScore

Files: TypeAlias = "str | Mapping[str, str]"
ANSWER_MAX_BYTES = 2 * PROGRAM_MAX_BYTES
"""The most that an answer told from outside may take: every file of a program, and words."""
_NAME_MAX, _WHY_MAX, _USD_MAX = 80, 180, 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told for a ticket: a program, an answer in the grammar of answers, or that there will be none.

    Attributes:
        ticket: as `ask` named it.
        program: the text of the only file, or path -> text of those that are told; the others stay.
        answer: SEARCH/REPLACE blocks or whole files, as a model would answer.
        failed: why the ticket is given back; it ends ABANDONED.
        why: what was done, in one line, for the lineage and later prompts.
        cost: usd that it took.
        score: made elsewhere, a number or {"objective": ..., "measures": {...}}; only where the run trusts it.
        by: who tells.
    """

    ticket: str
    program: Files | None = None
    answer: str | None = None
    failed: str | None = None
    why: str = ""
    cost: float = 0.0
    score: JSON = None
    by: str = ""

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Message:
        """Return the message that plain data is.

        Raises:
            UsageError: a key or a value that none can have.
        """
        known = [each.name for each in fields(cls)]
        if strange := [name for name in data if name not in known]:
            raise UsageError(
                f"tell: unknown key {strange[0]!r}{nearest(strange[0], known)}; there are {', '.join(known)}"
            )
        given = {name: value for name, value in data.items() if value is not None}
        for name in ("answer", "failed", "why", "by"):
            if not isinstance(given.get(name, ""), str):
                raise UsageError(f"tell: {name}: expected a text; got {type(given[name]).__name__}")
        if not isinstance(given.get("ticket"), str | int) or isinstance(given.get("ticket"), bool):
            raise UsageError(f"tell: ticket: expected its number; got {given.get('ticket')!r}")
        return cls(**cast("dict[str, Any]", {**given, "ticket": str(given["ticket"])}))

    def completion(self, *, trusted: bool, measures: Collection[str]) -> Completion:
        """Return the answer that this amounts to.

        Args:
            trusted: whether the run takes a score as it is told.
            measures: those that every score of the run comes with.

        Raises:
            UsageError: it is not one of program, answer and failed; or a score is told that the run does not take.
            EvoError: a program, a cost or a score that cannot be one.
        """
        said = [name for name in ("program", "answer", "failed") if getattr(self, name) is not None]
        if len(said) != 1:
            raise UsageError(f"tell: expected one of program, answer and failed; got {' and '.join(said) or 'none'}")
        cost, by = _cost(self.cost), " ".join(sanitise(self.by).split())[:_NAME_MAX]
        if self.failed is not None:
            detail = f"given back{f' by {by}' if by else ''}: {sanitise(self.failed) or 'no reason given'}"
            return Completion(text="", finish=Finish.LAPSED, detail=detail[:2000], cost_usd=cost, model=by or "outside")
        score = self._score(trusted, measures)
        text = tell_answer(self._answer(), score) if self.answer is not None else self._program(score)
        if len(text.encode(errors="replace")) > ANSWER_MAX_BYTES:
            raise EvoError(f"tell: {len(text)} characters; expected at most {ANSWER_MAX_BYTES} bytes")
        return Completion(text=text, model=by or "outside", cost_usd=cost)

    def _program(self, score: ToldScore | None) -> str:
        files = self.program if isinstance(self.program, str) else self.program or {}
        named: Mapping[str | None, str]
        named = MappingProxyType({None: files}) if isinstance(files, str) else _files(cast("object", files))
        why = " ".join(sanitise(self.why).split())[:_WHY_MAX]
        return tell_program({path: sanitise(text) for path, text in named.items()}, why, score)

    def _answer(self) -> str:
        text = sanitise(self.answer or "")
        if is_headed(text):
            raise UsageError(
                "tell: the answer begins like one that tells a program word for word; tell it as `program`"
            )
        return text

    def _score(self, trusted: bool, measures: Collection[str]) -> ToldScore | None:  # noqa: FBT001 - as it came
        if self.score is not None and not trusted:
            raise UsageError(
                "tell: this run does not take scores that were made elsewhere; tell the program alone, and it is "
                "judged here (a run takes them whose model is {use: outside, trust: told})"
            )
        return None if self.score is None else check_score(self.score, measures)


def _files(given: object) -> Mapping[str | None, str]:
    files: Mapping[object, object] = cast("Mapping[object, object]", given) if isinstance(given, dict) else {}
    if not files or not all(isinstance(path, str) and isinstance(text, str) for path, text in files.items()):
        raise UsageError("tell: program: expected the text of the only file, or an object of texts by their paths")
    found = cast("Mapping[str, str]", files)
    if flaw := files_flaw(found):
        raise EvoError(f"tell: program: {flaw}")
    return cast("Mapping[str | None, str]", found)


def _cost(value: object) -> float:
    usual = isinstance(value, int | float) and not isinstance(value, bool)
    if not usual or not math.isfinite(cast("float", value)) or not 0 <= cast("float", value) <= _USD_MAX:
        raise EvoError(f"tell: cost: expected usd, a finite number of 0 or more; got {value!r}")
    return float(cast("float", value))

"""What was told from outside, as an answer in the store: a program word for word, and a score where one was told.

An answer that begins with `Told:` says in its first line what follows, and the texts stand below as they are: a program
that somebody made elsewhere is no conversation, so nothing in it is taken for an excerpt or a sketch. A told score is
durable, hashed and replayed with its answer, and its evaluation has one stage, called `told`, so that no reader of the
log takes it for a judge's.
"""

from __future__ import annotations

import json
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.canonical import canonical
from evo.edits import Edit, RewriteEdit
from evo.errors import EvoError, nearest
from evo.records import TOLD, Evaluation, EvaluationStatus, StageResult, StageStatus, ToldScore, path_flaw

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from evo.records import Program

_HEAD = "Told: "


def is_headed(answer: str) -> bool:
    """Tell whether an answer begins like one that says in its first line what follows."""
    return answer.startswith(_HEAD + "{")


def tell_program(files: Mapping[str | None, str], why: str, score: ToldScore | None, *, asked: int = 0) -> str:
    """Return the answer that tells a program.

    Args:
        files: path -> text; None for the only file of a program.
        why: what was done, in one line.
        score: told with it; None for none.
        asked: how often whoever made it had something scored meanwhile.
    """
    texts = {path: text if text.endswith("\n") else f"{text}\n" for path, text in files.items()}
    counted = [[path, text.count("\n")] for path, text in texts.items()]
    head: dict[str, object] = {"files": counted, "why": why, **({"asked": asked} if asked else {})}
    return _headed(head, score) + "".join(texts.values())


def tell_answer(answer: str, score: ToldScore | None) -> str:
    """Return the answer that tells an answer in the grammar of answers, as a model would give it."""
    return answer if score is None else _headed({}, score) + answer


def _headed(head: dict[str, object], score: ToldScore | None) -> str:
    said = {"objective": score.objective, "measures": dict(score.measures)} if score else None
    return f"{_HEAD}{canonical({**head, **({'score': said} if said else {})}).decode()}\n"


def read_told(answer: str, measures: Collection[str] | None) -> tuple[Edit | str, ToldScore | None]:
    """Return what an answer with a head tells: a program as an edit, or an answer in the grammar; and the score.

    Args:
        answer: with a head.
        measures: those that every score of the run comes with; None where it takes no score that is told.

    Raises:
        EvoError: what follows is not what the head says, or a score that cannot be one.
    """
    line, _, body = answer.partition("\n")
    try:
        head: object = json.loads(line.removeprefix(_HEAD))
    except (ValueError, RecursionError) as error:
        raise EvoError(f"told: the first line is no JSON ({error})") from error
    told = cast("Mapping[str, object]", head if isinstance(head, dict) else {})
    if "score" in told and measures is None:
        raise EvoError("told: a score that this run does not take")
    score = check_score(told["score"], measures or ()) if "score" in told else None
    if "files" not in told:
        return body, score
    return Edit(summary=str(told.get("why", "")), blocks=_texts(told["files"], body)), score


def _texts(counted: object, body: str) -> tuple[RewriteEdit, ...]:
    lines = [f"{line}\n" for line in body.split("\n")]
    found: list[RewriteEdit] = []
    for path, count in _pairs(counted):
        if not (isinstance(path, str | None) and isinstance(count, int) and 0 <= count <= len(lines)):
            raise EvoError(f"told: {path!r} with {count!r} lines is no file of what is left, {len(lines)} lines")
        if path is not None and (flaw := path_flaw(path)):
            raise EvoError(f"told: {flaw}")
        found.append(RewriteEdit(path=path, text="".join(lines[:count])))
        lines = lines[count:]
    return tuple(found)


def _pairs(counted: object) -> Sequence[tuple[object, object]]:
    try:
        return [(path, count) for path, count in cast("Sequence[tuple[object, object]]", counted)]
    except (TypeError, ValueError) as error:
        raise EvoError(f"told: files: expected pairs of a path and its lines; got {counted!r}") from error


def check_score(value: object, measures: Collection[str]) -> ToldScore:
    """Return a score as somebody told it: a number, or {"objective": number, "measures": {name: number}}.

    Args:
        value: plain data.
        measures: those that every score of the run comes with.

    Raises:
        EvoError: it is no finite number, or does not have exactly these measures.
    """
    told = cast("Mapping[str, object]", value) if isinstance(value, dict) else {"objective": value}
    if strange := [name for name in told if name not in {"objective", "measures"}]:
        raise EvoError(f"score: unknown key {strange[0]!r}; expected objective and measures")
    given = told.get("measures")
    if not isinstance(given, dict | None):
        raise EvoError(f"score.measures: expected an object of numbers; got {given!r}")
    named = cast("Mapping[str, object]", given or {})
    objective = _finite("objective", told.get("objective"))
    found = {name: _finite(f"measures.{name}", each) for name, each in named.items()}
    for name in (name for name in found if name not in measures):
        raise EvoError(
            f"score: no measure {name!r}{nearest(name, measures)}; there are {', '.join(measures) or 'none'}"
        )
    if missing := [name for name in measures if name not in found]:
        raise EvoError(
            f"score: expected the measures {', '.join(missing)} beside the objective, as "
            '{"objective": 1.5, "measures": {"NAME": 0.5}}, since every score of this run comes with them'
        )
    return ToldScore(objective=objective, measures=MappingProxyType(found))


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EvoError(f"score: {name} = {value!r}; expected a finite number")
    return float(value)


def told_evaluation(program: Program, score: ToldScore) -> Evaluation:
    """Return what a told score amounts to: VALID, by nothing but the word of who told it."""
    return Evaluation(
        program=program.id,
        status=EvaluationStatus.VALID,
        objective=score.objective,
        measures=score.measures,
        stages=(StageResult(stage=TOLD, status=StageStatus.SUCCESS),),
        flags=(TOLD,),
    )

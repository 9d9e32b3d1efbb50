"""What the offline proposer finds to change in programs, so that nobody waits for what cannot come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evo.llm.offline.expressions import expressions, strings
from evo.llm.offline.ideas import idea_moves
from evo.llm.offline.numbers import literal_count, number_count
from evo.llm.offline.prompt_reader import Seen
from evo.llm.offline.prose import LANGUAGE, prose_of
from evo.llm.offline.statements import statement_count
from evo.llm.offline.syntax_tree import parse_source
from evo.llm.offline.word_sets import word_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.llm.offline.reply import Knowledge
    from evo.records import Program

_NAMES: Mapping[str, str] = {
    "numbers": "number",
    "statements": "statement",
    "ideas": "idea",
    "words": "word of a set in the brief",
    "lines": "line",
    "sentences": "sentence",
    "expressions": "expression",
}
_MANY: Mapping[str, str] = {"words": "words of sets in the brief"}


def survey(programs: Iterable[Program], knowledge: Knowledge, brief: str) -> str:
    """Return what there is to change in some programs, in words: "3 numbers, 7 statements, 0 ideas".

    Args:
        programs: that a run begins with.
        knowledge: what the proposer brings along.
        brief: of the problem.
    """
    counts: Counter[str] = Counter(numbers=0, statements=0, ideas=0)
    for program in programs:
        for text in program.files.values():
            counts.update(_count(text, program.language, knowledge, brief))
    return ", ".join(_said(kind, counts[kind]) for kind in _NAMES if kind in counts)


def _count(text: str, language: str, knowledge: Knowledge, brief: str) -> dict[str, int]:
    """Return kind -> how many changes of it there are; numbers and statements by their places."""
    sets = word_sets(brief)
    if language == LANGUAGE:
        found = prose_of(text, Seen(), knowledge.texts, sets)
        lines = sum(bool(line.strip()) for line in text.split("\n"))
        sentences = len({summary for summary, _ in found.sentences if " without " in summary})
        counted = {"words": len(found.words), "lines": lines, "sentences": sentences, "ideas": len(found.ideas)}
        return {"numbers": number_count(text), "statements": 0, **counted}
    source = parse_source(text) if language in {"", "python"} else None
    if source is None:
        return {"numbers": number_count(text)}
    there = {
        "numbers": literal_count(source),
        "statements": statement_count(source),
        "ideas": sum(1 for _ in idea_moves(source, knowledge.ideas)),
    }
    words, values = sum(1 for _ in strings(source, sets)), sum(1 for _ in expressions(source))
    # Told where they are all that there is: elsewhere they are hardly ever tried.
    more = {"expressions": values, **({"words": words} if sets else {})}
    return there if any(there.values()) else {**there, **more}


def _said(kind: str, count: int) -> str:
    name = _NAMES[kind]
    return f"{count} {name if count == 1 else _MANY.get(kind, f'{name}s')}"

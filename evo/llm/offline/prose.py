"""Moves on a text that is read and not run: its lines and sentences, words of small sets, and a problem's own lines.

- *ideas*: lines that the problem brings along are added;
- *lines*: one is dropped, moved, taken from another text of the prompt, or said once more with other words;
- *sentences*: one is dropped, or two change places;
- *words*: a word of a set that the brief names becomes another of that set, or another is put beside it;
- *numbers*: as in any text.

They are blind. All but the numbers are listed before one is drawn, so that it can be told when none is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from evo.errors import SpecError
from evo.llm.offline.numbers import number_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from random import Random

    from evo.llm.offline.prompt_reader import Seen
    from evo.llm.offline.word_sets import WordSet

LANGUAGE = "text"
_WEIGHTS: Mapping[str, float] = {"ideas": 3.0, "words": 3.0, "lines": 2.0, "sentences": 1.0, "numbers": 0.5}
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]+(?=\s|$)\s?")
_SHOWN = 60
_LINES_MAX = 200
_EACH_MAX = 2000
_NUMBERS = 8


@dataclass(frozen=True)
class TextIdea:
    """Lines that may be worth a place in a text, with a sentence on them."""

    sentence: str
    lines: str

    @property
    def summary(self) -> str:
        """The line by which a lineage knows it."""
        return f"idea: {self.sentence}"


@dataclass(frozen=True)
class Prose:
    """What there is to change in a text: each kind of move, listed; numbers go on without end."""

    ideas: Sequence[tuple[str, str]]
    words: Sequence[tuple[str, str]]
    lines: Sequence[tuple[str, str]]
    sentences: Sequence[tuple[str, str]]


def load_text_ideas(paths: Sequence[Path]) -> tuple[TextIdea, ...]:
    """Read ideas for texts: the first line of a file is the sentence, what stands below an empty line is added.

    Raises:
        SpecError: a file without one of them.
    """
    found: list[TextIdea] = []
    for path in paths:
        sentence, _, lines = path.read_text(encoding="utf-8").partition("\n\n")
        if not sentence.strip() or "\n" in sentence.strip() or not lines.strip():
            raise SpecError("idea: expected a sentence, an empty line, and the lines to add", path=str(path))
        found.append(TextIdea(sentence=sentence.strip().rstrip("."), lines=lines.strip("\n") + "\n"))
    return tuple(found)


def prose_moves(
    text: str, rng: Random, seen: Seen, ideas: Sequence[TextIdea], sets: Sequence[WordSet]
) -> Iterator[tuple[str, str]]:
    """Yield (summary, text), a kind of move drawn by weight first, and the others where that has none left."""
    found = prose_of(text, seen, ideas, sets)
    kinds: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
        "ideas": lambda: _shuffled(found.ideas, rng),
        "words": lambda: _shuffled(found.words, rng),
        "lines": lambda: _shuffled(found.lines, rng),
        "sentences": lambda: _shuffled(found.sentences, rng),
        "numbers": lambda: islice(number_texts(text, rng), _NUMBERS),
    }
    order = sorted((rng.expovariate(weight), kind) for kind, weight in _WEIGHTS.items())
    for _, kind in order:
        yield from kinds[kind]()


def prose_of(text: str, seen: Seen, ideas: Sequence[TextIdea], sets: Sequence[WordSet]) -> Prose:
    """Return all that can be done with a text but for its numbers."""
    return Prose(
        ideas=list(_ideas(text, ideas)),
        words=list(islice(_words(text, sets), _EACH_MAX)),
        lines=list(islice(_lines(text, seen, sets), _EACH_MAX)),
        sentences=list(islice(_sentences(text), _EACH_MAX)),
    )


def _shuffled(moves: Sequence[tuple[str, str]], rng: Random) -> Iterator[tuple[str, str]]:
    yield from rng.sample(list(moves), len(moves))


def _ideas(text: str, ideas: Sequence[TextIdea]) -> Iterator[tuple[str, str]]:
    for idea in ideas:
        if idea.lines.strip() not in text:
            yield idea.summary, f"{text.rstrip()}\n{idea.lines}" if text.strip() else idea.lines


def _words(text: str, sets: Sequence[WordSet]) -> Iterator[tuple[str, str]]:
    for words in sets:
        for place in _places(text, words):
            old = place[0]
            for new in words:
                if new != old:
                    number = text.count("\n", 0, place.start()) + 1
                    start, end = place.span()
                    yield f"word: line {number} {old} -> {new}", text[:start] + new + text[end:]
                    line = text[text.rfind("\n", 0, start) + 1 : _end(text, start)]
                    if f"{old}, " in line or f", {old}" in line or line.startswith(old):
                        yield f"word: line {number} {new} beside {old}", f"{text[:end]}, {new}{text[end:]}"


def _places(text: str, words: WordSet) -> Iterator[re.Match[str]]:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.finditer(rf"(?<![\w-])(?:{alternatives})(?![\w-])", text)


def _end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found


def _lines(text: str, seen: Seen, sets: Sequence[WordSet]) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")[:_LINES_MAX]
    rest = text.split("\n")[_LINES_MAX:]
    there = [number for number, line in enumerate(lines) if line.strip()]
    for number in there:
        kept = [line for place, line in enumerate(lines) if place != number]
        if len(there) > 1:
            yield f"line: without {_brief(lines[number])}", _joined(kept, rest)
        for other in there:
            if other != number:
                moved = [*kept[:other], lines[number], *kept[other:]]
                yield f"line: {_brief(lines[number])} as line {other + 1}", _joined(moved, rest)
        for other in _said_otherwise(lines[number], sets):
            more = [*lines[: number + 1], other, *lines[number + 1 :]]
            yield f"line: {_brief(other)} below line {number + 1}", _joined(more, rest)
    for line in _of_others(seen, set(lines)):
        for number in (*there, len(lines) - 1):
            more = [*lines[:number], line, *lines[number:]]
            yield f"line: {_brief(line)} from another, as line {number + 1}", _joined(more, rest)


def _said_otherwise(line: str, sets: Sequence[WordSet]) -> Iterator[str]:
    """Yield a line with its words of one set, or of two, each become another of theirs."""
    for words in sets:
        for place in _places(line, words):
            for new in (word for word in words if word != place[0]):
                once = line[: place.start()] + new + line[place.end() :]
                yield once
                for others in (each for each in sets if each is not words):
                    for second in _places(once, others):
                        for newer in (word for word in others if word != second[0]):
                            yield once[: second.start()] + newer + once[second.end() :]


def _of_others(seen: Seen, lines: set[str]) -> list[str]:
    """Return the lines of other texts in the prompt that this one lacks."""
    others = [*seen.parents[1:], *reversed(seen.others)]
    said = (line for other in others for text in other.files.values() for line in text.split("\n"))
    return list(dict.fromkeys(line for line in said if line.strip() and line not in lines))


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    found = list(_SENTENCE.finditer(text))[:_LINES_MAX]
    for place in found if len(found) > 1 else ():
        yield f"sentence: without {_brief(place[0])}", text[: place.start()] + text[place.end() :]
    for one, two in pairwise(found):
        first, second = one[0].rstrip(), two[0].rstrip()
        # The space behind each place stays where it is.
        between, after = text[one.start() + len(first) : two.start()], two[0][len(second) :]
        swapped = f"{second}{between}{first}{after}"
        yield f"sentence: {_brief(second)} before {_brief(first)}", text[: one.start()] + swapped + text[two.end() :]


def _joined(lines: Sequence[str], rest: Sequence[str]) -> str:
    return "\n".join([*lines, *rest])


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"

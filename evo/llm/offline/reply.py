"""From a prompt and a seed to an answer: a pure function, the offline proposer itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from evo.edits import frozen
from evo.edits.edit import is_unified_diff
from evo.llm.offline.advice_reply import notes, tactics
from evo.llm.offline.expressions import expression_moves, string_moves
from evo.llm.offline.general import general_moves
from evo.llm.offline.ideas import idea_moves, order_ideas
from evo.llm.offline.insight_reply import analyse
from evo.llm.offline.numbers import number_moves, number_texts
from evo.llm.offline.phrases import say
from evo.llm.offline.prompt_reader import read
from evo.llm.offline.prose import LANGUAGE, prose_moves
from evo.llm.offline.statements import statement_moves
from evo.llm.offline.stranger import read_stranger
from evo.llm.offline.syntax_tree import parse_source
from evo.llm.offline.transplant import transplant
from evo.llm.offline.word_sets import word_sets
from evo.rng import stream
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from random import Random

    from evo.llm.offline.ideas import Idea
    from evo.llm.offline.prompt_reader import Seen
    from evo.llm.offline.prose import TextIdea
    from evo.llm.offline.syntax_tree import Source
    from evo.llm.offline.word_sets import WordSet

Move: TypeAlias = "tuple[str, str]"
"""A summary and the text that it leads to."""

NO_MOVE = "No move applies to this program.\n"
_TRIES = 8
_MOVES_ANEW = 2


@dataclass(frozen=True)
class Knowledge:
    """What the proposer brings along: weights of the kinds of moves, a problem's ideas, and those for texts.

    `sets` are the sets of words that the brief names.
    """

    weights: Mapping[str, float]
    ideas: tuple[Idea, ...]
    texts: tuple[TextIdea, ...] = ()
    sets: tuple[WordSet, ...] = ()


def propose(prompt: str, seed: int, knowledge: Knowledge, brief: str = "") -> str:
    """Answer a prompt in the answer grammar; equal arguments give equal bytes.

    Args:
        prompt: the task.
        seed: of what is drawn.
        knowledge: what is brought along.
        brief: the standing instructions, of which only the sets of words count that they name.

    An analyst's prompt is answered with notes, see `analyse`; one in another form by what it shows between fences.
    Where no move applies to what the prompt shows, the answer says so in prose, which counts as unparsable.
    """
    seen = read(sanitise(prompt))
    if seen.asked == "insights":
        return analyse(seen)
    rng = stream(seed, "offline", 0)
    if seen.asked == "approaches":
        return tactics(seen, knowledge.ideas, rng)
    if seen.asked == "note":
        return notes(seen)
    if not seen.parents or not seen.parents[0].files:
        seen = read_stranger(sanitise(prompt)) or seen
    strange = bool(seen.parents) and not seen.parents[0].id
    if not seen.parents or not seen.parents[0].files:
        return "The prompt shows no program to change: none of ours, and none in Python between fences.\n"
    parent = seen.parents[0]
    # Of a package many files say nothing.
    path = rng.choice([each for each in sorted(parent.files) if parent.files[each].strip()] or sorted(parent.files))
    moves = _moves(seen, path, rng, replace(knowledge, sets=word_sets(about(brief))))
    if moves is None:
        return NO_MOVE
    summary, text = moves
    answer = say(summary, parent.files, path, text, whole=seen.whole)
    # Others look for the language at a fence.
    return answer.replace("```\n", "```python\n", 1) if strange and seen.whole else answer


def about(system: str) -> str:
    """Return what standing instructions say of the problem: what stands before its contract."""
    return system.partition("\n# Contract\n")[0]


def is_barren(prompt: str, seed: int, knowledge: Knowledge, brief: str) -> bool:
    """Tell whether the program of a prompt has nothing to change at all, whatever was tried on it before."""
    seen, knowledge = read(sanitise(prompt)), replace(knowledge, sets=word_sets(about(brief)))
    files = seen.parents[0].files.values() if seen.parents else ()
    return all(_one_move(seen, text, stream(seed, "offline", 0), knowledge) is None for text in files)


def _moves(seen: Seen, path: str, rng: Random, knowledge: Knowledge) -> Move | None:
    """Return the moves that are asked for as one: two for a new version, parts of others where programs are joined."""
    base = seen.parents[0].files[path]
    if seen.joins:
        crossed = next(_allowed(_crossings(seen, path, rng), base, seen, seen.done), None)
        if crossed:
            return crossed
    if not (seen.anew or seen.joins):
        return _followed(seen, base, rng, knowledge) or _one_move(seen, base, rng, knowledge, seen.done)
    # Moves that led nowhere alone may do so together, so it is the pairs that are not tried again.
    pairs = (_pair(seen, base, rng, knowledge) for _ in range(_TRIES))
    found = next((pair for pair in pairs if pair and pair[0] not in seen.done), None)
    # A program of few moves may have no pair left, and single ones still.
    return found or _one_move(seen, base, rng, knowledge, seen.done)


def _pair(seen: Seen, base: str, rng: Random, knowledge: Knowledge) -> Move | None:
    summaries: list[str] = []
    text = base
    for _ in range(_MOVES_ANEW):
        move = _followed(seen, text, rng, knowledge) or _one_move(seen, text, rng, knowledge)
        if move:
            summaries.append(move[0])
            text = move[1]
    return ("; ".join(summaries), text) if summaries else None


def _followed(seen: Seen, text: str, rng: Random, knowledge: Knowledge) -> Move | None:
    """Return the move that the approach of the prompt asks for, None where it is no idea or does not apply."""
    wanted = tuple(idea for idea in knowledge.ideas if seen.approach == idea.sentence)
    source = parse_source(text) if wanted else None
    moves = idea_moves(source, order_ideas(wanted, seen, rng)) if source else iter(())
    return next(_allowed(moves, text, seen, ()), None)


def _one_move(seen: Seen, text: str, rng: Random, knowledge: Knowledge, done: Collection[str] = ()) -> Move | None:
    """Return a move of a kind drawn by weight, none of those done; where that kind has none, of the next one drawn."""
    language = seen.parents[0].language
    numbers = islice(number_texts(text, rng), 0 if language == LANGUAGE else _TRIES)
    source = parse_source(text) if language in {"", "python"} else None
    if source is None:
        # What is no prose has its numbers changed, and its lines where it has none.
        moves = chain(numbers, prose_moves(text, rng, seen, knowledge.texts, knowledge.sets))
        return next(_allowed(moves, text, seen, done, parses=False), None)
    kinds: dict[str, Callable[[], Iterator[Move]]] = {
        "ideas": lambda: idea_moves(source, order_ideas(knowledge.ideas, seen, rng)),
        "numbers": lambda: islice(number_moves(source, rng), _TRIES),
        "statements": lambda: islice(statement_moves(source, rng), _TRIES),
        "general": lambda: islice(general_moves(source, rng), _TRIES),
    }
    order = sorted((rng.expovariate(weight), kind) for kind, weight in knowledge.weights.items() if weight > 0)
    found = next((move for _, kind in order for move in _allowed(kinds[kind](), text, seen, done)), None)
    if found is not None:
        return found
    rest = chain(string_moves(source, rng, knowledge.sets), expression_moves(source, rng))
    return next(_allowed(rest, text, seen, done), None)


def _allowed(
    moves: Iterator[Move], base: str, seen: Seen, done: Collection[str], *, parses: bool = True
) -> Iterator[Move]:
    """Drop moves that change nothing, touch frozen lines, cannot be said, do not parse, or were tried."""
    # Of two moves, the second may undo the first.
    before = {base, *seen.parents[0].files.values()}
    stays = frozen(base)
    by_markers = stays != (base,)
    for summary, raw in moves:
        text = raw.rstrip("\n") + "\n" if raw.strip() else ""
        kept = not by_markers or frozen(text) == stays
        sayable = text and not is_unified_diff(text)
        if sayable and text not in before and kept and summary not in done and (not parses or parse_source(text)):
            yield summary, text


def _crossings(seen: Seen, path: str, rng: Random) -> Iterator[Move]:
    """Yield the parent with one or more of the functions of another program, in a drawn order."""
    base = parse_source(seen.parents[0].files[path])
    donors = [*seen.parents[1:], *reversed(seen.others)]
    for program in donors if base else []:
        donor = parse_source(program.files.get(path, ""))
        if base is None or donor is None:
            continue
        parts = [
            name
            for name, node in donor.functions.items()
            if name in base.functions and donor.said(node) != base.said(base.functions[name])
        ]
        rng.shuffle(parts)
        wanted = min(len(parts), rng.choices((1, 2, 3), weights=(6, 3, 1))[0])
        for start in range(len(parts)):
            taken, text = _taken(base, donor, parts[start:] + parts[:start], wanted)
            if taken:
                yield f"crossover: {', '.join(taken)} from {program.id[:6]}", text


def _taken(base: Source, donor: Source, parts: list[str], wanted: int) -> tuple[list[str], str]:
    """Take up to `wanted` of the parts, in order, each into the result of the one before."""
    taken: list[str] = []
    for part in parts[:wanted]:
        text = transplant(base, donor, part, crossing=True)
        after = parse_source(text) if text is not None and text != base.text else None
        if after is not None:
            base = after
            taken.append(part)
    return taken, base.text

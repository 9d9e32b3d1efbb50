"""Word problems with one number as the answer, written from a seed: five kinds, each harder in a way of its own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("plain", "stray", "units", "words", "backwards")
_NAMES = ("Nia", "Ola", "Tomo", "Pia", "Ravi", "Lena", "Kofi", "Mika")
_THINGS = ("apples", "shells", "stamps", "marbles", "pencils", "cards", "buttons", "nuts")
_SPOKEN = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    12: "a dozen",
}
_STRAYS = (
    "the market is {} streets away",
    "{} birds sit on the roof",
    "the bus was {} minutes late",
    "it is {} degrees outside",
)


@dataclass(frozen=True)
class Task:
    """A word problem, its kind and its answer."""

    kind: str
    text: str
    answer: int


def tasks(count: int, seed: int) -> list[Task]:
    """Return so many problems, the kinds in turn, all of them different."""
    rng, found = Random(seed), dict[str, Task]()
    while len(found) < count:
        kind = KINDS[len(found) % len(KINDS)]
        text, answer = _WRITERS[kind](rng)
        found.setdefault(text, Task(kind=kind, text=text, answer=answer))
    return list(found.values())


def _plain(rng: Random) -> tuple[str, int]:
    name, thing = rng.choice(_NAMES), rng.choice(_THINGS)
    start, found, away = rng.randint(5, 40), rng.randint(3, 30), rng.randint(2, 5)
    bags, each = rng.randint(2, 6), rng.randint(3, 9)
    story = [(f"{name} has {start} {thing}.", start)]
    match rng.randrange(3):
        case 0:
            story.append((f"{name} finds {found} {thing} more.", found))
        case 1:
            story.append((f"{name} buys {bags} bags with {each} {thing} each.", bags * each))
        case _:
            story.append((f"{name} finds {found} {thing} more.", found))
            story.append((f"{name} gives away {away} {thing}.", -away))
    return _asked(story, f"How many {thing} does {name} have now?")


def _stray(rng: Random) -> tuple[str, int]:
    text, answer = _plain(rng)
    *story, question = text.split(". ")
    story.insert(rng.randrange(1, len(story) + 1), f"By the way, {rng.choice(_STRAYS).format(rng.randint(2, 30))}")
    return ". ".join([*story, question]), answer


def _units(rng: Random) -> tuple[str, int]:
    name, large, small = rng.choice(_NAMES), rng.randint(2, 9), rng.randint(2, 9) * 50
    match rng.randrange(3):
        case 0:
            story = [(f"{name} goes {large} km by bus.", 1000 * large), (f"Then {name} walks {small} m.", small)]
            return _asked(story, "How many m is that in all?")
        case 1:
            story = [(f"{name} has {large} kg of flour.", 1000 * large), (f"{name} uses {small} g for bread.", -small)]
            return _asked(story, "How many g are left?")
        case _:
            minutes = rng.randint(5, 55)
            story = [
                (f"{name} reads for {large} hours.", 60 * large),
                (f"Then {name} sings for {minutes} minutes.", minutes),
            ]
            return _asked(story, "How many minutes is that in all?")


def _words(rng: Random) -> tuple[str, int]:
    name, thing, start = rng.choice(_NAMES), rng.choice(_THINGS), rng.randint(13, 40)
    bags, each, away = rng.choice((2, 3, 4, 5)), rng.choice([*_SPOKEN]), rng.choice((2, 3, 4, 5))
    story = [
        (f"{name} has {start} {thing}.", start),
        (f"{name} buys {_SPOKEN[bags]} bags with {_SPOKEN[each]} {thing} each.", bags * each),
        (f"{name} loses {_SPOKEN[away]} {thing}.", -away),
    ]
    return _asked(story, f"How many {thing} does {name} have now?")


def _backwards(rng: Random) -> tuple[str, int]:
    name, thing, first = rng.choice(_NAMES), rng.choice(_THINGS), rng.randint(5, 40)
    found, away = rng.randint(6, 30), rng.randint(2, 5)
    end = first + found - away
    story = f"{name} has some {thing}. {name} finds {found} {thing} more. {name} gives away {away} {thing}."
    return f"{story} In the end there are {end} {thing}. How many {thing} did {name} have at first?", first


def _asked(story: list[tuple[str, int]], question: str) -> tuple[str, int]:
    return " ".join([*(sentence for sentence, _ in story), question]), sum(change for _, change in story)


_WRITERS: dict[str, Callable[[Random], tuple[str, int]]] = {
    "plain": _plain, "stray": _stray, "units": _units, "words": _words, "backwards": _backwards,
}  # fmt: skip

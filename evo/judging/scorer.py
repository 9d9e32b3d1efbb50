"""A plain function as a judge: it says by the names of its parameters what it wants, and may answer with a number.

    def score(output): ...                    what the entry returned, called once
    def score(program): ...                   the program, to be called: program(3, 4), program.call("f", 3)
    def score(text): ...                      its text
    def score(program, text): ...             both

`evo run FILE.py`, `evo.optimize` and what `evo new --from` writes judge by it, so that a function scores alike in all
of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OUTPUT, PROGRAM, TEXT = "output", "program", "text"
_MEANINGS = {
    **dict.fromkeys(("output", "result", "answer"), OUTPUT),
    **dict.fromkeys(("program", "candidate", "function"), PROGRAM),
    **dict.fromkeys(("text", "source", "code", "prompt"), TEXT),
}
_KEYS = ("objective", "score", "feedback", "measures", "metrics", "error")


class ScoreError(Exception):
    """A score function asks for what there is not, or answers with what is no score."""


class Live(Protocol):
    """What a handle needs of a live program."""

    files: Mapping[str, str]

    def call(self, name: str, *args: object) -> Any:  # noqa: ANN401 - plain data
        """Call a function of the program."""
        ...

    def map(self, name: str, args_list: Iterable[Sequence[object]]) -> list[Any]:
        """Call a function once for each sequence of arguments."""
        ...

    def restart(self) -> None:
        """Go on with a fresh process of the same program."""
        ...

    @property
    def usage(self) -> object:
        """What has been used up to now."""
        ...


@dataclass(frozen=True, slots=True)
class Handle:
    """A program in its own sandboxed process, as a score function sees it: every call goes there and back.

    Attributes:
        live: the program. entry: the function that is meant where it is called itself.
    """

    live: Live
    entry: str

    def __call__(self, *args: object) -> Any:  # noqa: ANN401 - plain data
        """Call the program's entry."""
        return self.live.call(self.entry, *args)

    def call(self, name: str, *args: object) -> Any:  # noqa: ANN401 - plain data
        """Call any top-level function of the program."""
        return self.live.call(name, *args)

    def map(self, args_list: Iterable[Sequence[object]]) -> list[Any]:
        """Call the entry once for each sequence of arguments; faster than one call after another."""
        return self.live.map(self.entry, args_list)

    def restart(self) -> None:
        """Go on with a fresh process of the same program, which remembers nothing."""
        self.live.restart()

    @property
    def usage(self) -> object:
        """CPU seconds and calls up to now, seen from outside."""
        return self.live.usage

    @property
    def files(self) -> Mapping[str, str]:
        """Path -> text."""
        return self.live.files

    @property
    def text(self) -> str:
        """The program's text; of several files, one after another under their names."""
        return text_of(self.live.files)


def text_of(files: Mapping[str, str]) -> str:
    """Return the text of a program of one file; of several, one after another under their names."""
    if len(files) == 1:
        return next(iter(files.values()))
    return "\n".join(f"# {path}\n{text}" for path, text in files.items())


def wanted(score: Callable[..., object], default: str = PROGRAM) -> tuple[str, ...]:
    """Return what a score function wants, one word for each of its parameters that has no default.

    Args:
        score: the function.
        default: what a single parameter with a name of its own means.

    Raises:
        ScoreError: it takes nothing, or one of several names says nothing.
    """
    try:
        parameters = list(inspect.signature(score).parameters.values())
    except (TypeError, ValueError):
        return (default,)
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_KEYWORD]
    return meanings([each.name for each in needed], default)


def meanings(names: Sequence[str], default: str = PROGRAM) -> tuple[str, ...]:
    """Return what parameters of these names mean; see `wanted`.

    Raises:
        ScoreError: there are none, or one of several names says nothing.
    """
    if not names:
        raise ScoreError("score takes no argument; expected one of output, program and text, or several by these names")
    if len(names) == 1:
        return (_MEANINGS.get(names[0], default),)
    for name in names:
        if name not in _MEANINGS:
            raise ScoreError(f"score has a parameter {name!r}; expected output, program and text alone, or a default")
    return tuple(_MEANINGS[name] for name in names)


def judged(
    score: Callable[..., object], live: Live, *, entry: str, arguments: Sequence[object] = (), default: str = PROGRAM
) -> dict[str, object]:
    """Score a live program.

    Args:
        score: the user's.
        live: the program.
        entry: its function.
        arguments: with which the entry is called where the output is wanted.
        default: see `wanted`.

    Raises:
        ScoreError: as `wanted` and `answer_of`.
    """
    given: list[object] = []
    for each in wanted(score, default):
        match each:
            case "output":
                given.append(live.call(entry, *arguments))
            case "text":
                given.append(text_of(live.files))
            case _:
                given.append(Handle(live, entry))
    return answer_of(score(*given))


def judged_text(score: Callable[..., object], text: object) -> dict[str, object]:
    """Score a text that nobody runs: it is the output, too.

    Raises:
        ScoreError: the function wants to call it; and as `answer_of`.
    """
    said = text if isinstance(text, str) else text_of(cast("Mapping[str, str]", text))
    kinds = wanted(score, TEXT)
    if PROGRAM in kinds:
        raise ScoreError("score wants a program that can be called, and this is a text; name its parameter text")
    return answer_of(score(*(said for _ in kinds)))


def answer_of(value: object) -> dict[str, object]:
    """Return what a score function answered as a judge's answer: an objective and what goes with it.

    Args:
        value: a number; (number, feedback); or a mapping with `score` (or `objective`), `feedback`, `measures`,
            `metrics` and `error`, in which any other key with a number is a metric.

    Raises:
        ScoreError: it is none of these, or a number that is not finite.
    """
    if isinstance(value, tuple):
        number, feedback = _pair(cast("tuple[object, ...]", value))
        return {"objective": _finite(number, "score"), "feedback": str(feedback)}
    if not isinstance(value, Mapping):
        return {"objective": _finite(value, "score")}
    given = {str(key): each for key, each in cast("Mapping[object, object]", value).items()}
    found = next((key for key in ("objective", "score") if key in given), None)
    if found is None:
        raise ScoreError(f"score returned {', '.join(given) or 'an empty mapping'}; expected a key score with a number")
    others = {key: _finite(each, key) for key, each in given.items() if key not in _KEYS}
    metrics = {**_numbers(given.get("metrics", {}), "metrics"), **others}
    return {
        "objective": _finite(given[found], found),
        **({"error": _finite(given["error"], "error")} if "error" in given else {}),
        **({"measures": _numbers(given["measures"], "measures")} if "measures" in given else {}),
        **({"metrics": metrics} if metrics else {}),
        "feedback": str(given.get("feedback", "")),
    }


def _pair(value: tuple[object, ...]) -> tuple[object, object]:
    if len(value) != 2:  # noqa: PLR2004 - a score and what is said of it
        raise ScoreError(f"score returned {len(value)} values; expected a number, or a number and feedback")
    return value[0], value[1]


def _numbers(values: object, what: str) -> dict[str, float]:
    if not isinstance(values, Mapping):
        raise ScoreError(f"score returned {what} as {type(values).__name__}; expected a mapping of numbers")
    items = cast("Mapping[object, object]", values).items()
    return {str(name): _finite(value, f"{what}.{name}") for name, value in items}


def _finite(value: object, what: str) -> float:
    """Return a finite number; scalars of numpy and truth values count, texts do not.

    Raises:
        ScoreError: it is none.
    """
    try:
        number = float("nan") if value is None or isinstance(value, str | bytes) else float(cast("float", value))
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number):
        raise ScoreError(
            f"score returned {'' if what == 'score' else what + ' = '}{value!r:.80}; expected a finite number; raise "
            "evo.judging.Invalid('why') to refuse a program"
        )
    return number

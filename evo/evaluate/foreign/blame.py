"""Whose failure it is when an evaluator and a program share a process: told by where it happened, and what it is.

The evaluator's: whatever keeps it from being loaded, a module that it misses, a file, socket or process that the walls
refuse it, a name that it does not have. The program's: whatever has a line of it on the way, running out of memory,
leaving, and what an evaluator makes of a value that the program returned. It is told as well as the layout permits.
"""

from __future__ import annotations

import sys
import sysconfig
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

Kind: TypeAlias = Literal["judge", "program", "refused"]
_IN_TEXTS = ("<string>", "<candidate>", "<program>", "<unknown>")
"""What code that was never a file says of where it lies: evaluators that take a text run it so."""
_FRAMES = 4
_MACHINERY = "<frozen importlib"
_OWN = (NameError, ImportError)


class NoScoreError(Exception):
    """What is to be reported in place of a score.

    Attributes:
        kind: "judge" (the evaluator is broken), "program" (the program failed), "refused" (it is not valid).
        words: why.
    """

    def __init__(self, kind: Kind, words: str) -> None:
        super().__init__(words)
        self.kind, self.words = kind, words

    def report(self) -> dict[str, object]:
        """Return it as a report."""
        return {"kind": self.kind, "words": self.words.encode("utf-8", "backslashreplace").decode()}


class Blame:
    """Tells the evaluator's failures from the program's.

    Args:
        program: the program's file; whatever else lies beside it is its own too.
        evaluator: the evaluator's file.
    """

    def __init__(self, *, program: Path, evaluator: Path) -> None:
        self._program, self._evaluator = program, evaluator
        self._missed: list[str] = []

    def listen(self) -> None:
        """Notice from now on which modules the evaluator's own files ask for in vain."""
        sys.meta_path.append(self)  # pyright: ignore[reportArgumentType] - asked when all finders have failed

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        """Find nothing, and remember what an evaluator's file was after."""
        del path, target
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        while frame is not None and frame.f_code.co_filename.startswith(_MACHINERY):
            frame = frame.f_back
        if frame is not None and self._is_evaluators(frame.f_code.co_filename):
            self._missed.append(name)

    def missing_words(self) -> str:
        """Return which module the evaluator missed, where it did; it may have swallowed that and gone on."""
        return _missing(self._missed[0], self._evaluator.name) if self._missed else ""

    def of_loading(self, error: BaseException) -> NoScoreError:
        """Return the verdict on an evaluator that cannot be loaded."""
        if isinstance(error, ModuleNotFoundError) and error.name:
            return NoScoreError("judge", _missing(error.name, self._evaluator.name))
        return NoScoreError("judge", f"{self._evaluator.name} cannot be loaded: {self._told(error)}")

    def of_scoring(self, error: BaseException) -> NoScoreError:
        """Return the verdict on an evaluator or a program that failed."""
        if isinstance(error, MemoryError):
            return NoScoreError("program", "over the limit of memory")
        if isinstance(error, SystemExit):
            return NoScoreError("program", f"left before there was a score: {error.code!r}")
        if self._in_program(error):
            return NoScoreError("program", self._told(error))
        if isinstance(error, ModuleNotFoundError) and error.name:
            return NoScoreError("judge", _missing(error.name, self._evaluator.name))
        if isinstance(error, OSError):
            advice = "it may read its own folder, and write to the current one alone"
            return NoScoreError("judge", f"{self._told(error)}\n{self._evaluator.name} was refused something: {advice}")
        if isinstance(error, _OWN):
            return NoScoreError("judge", self._told(error))
        return NoScoreError("program", f"the evaluator could not score what the program gave it: {self._told(error)}")

    def _in_program(self, error: BaseException) -> bool:
        return any(
            any(self._is_programs(step.filename) for step in traceback.extract_tb(each.__traceback__))
            or (isinstance(each, SyntaxError) and self._is_programs(each.filename or ""))
            for each in _chain(error)
        )

    def _is_programs(self, filename: str) -> bool:
        if filename.startswith("<"):
            return filename in _IN_TEXTS
        # Links lead from there to the evaluator's folder, and are looked through.
        path = Path(filename)
        resolved = path.resolve() if path.is_absolute() else (self._program.parent / path).resolve()
        return resolved.is_relative_to(self._program.parent.resolve()) and not self._is_evaluators(filename)

    def _is_evaluators(self, filename: str) -> bool:
        if filename.startswith("<"):
            return False
        resolved = Path(filename).resolve()
        return resolved.is_relative_to(self._evaluator.parent.resolve()) and not _is_installed(resolved)

    def _told(self, error: BaseException) -> str:
        """Return an exception with the lines of evaluator and program that lead to it."""
        steps = [
            step
            for step in traceback.extract_tb(error.__traceback__)
            if self._is_programs(step.filename) or self._is_evaluators(step.filename)
        ]
        lines = [f"  {Path(step.filename).name}, line {step.lineno}, in {step.name}" for step in steps[-_FRAMES:]]
        words = type(error).__name__
        with suppress(Exception):
            words = "".join(traceback.format_exception_only(error)).strip()
        return "\n".join([words, *lines])


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it was raised from."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _is_installed(path: Path) -> bool:
    return any(path.is_relative_to(place) for place in {sysconfig.get_path(name) for name in ("purelib", "stdlib")})


def _missing(module: str, evaluator: str) -> str:
    return (
        f"{evaluator} needs the module {module}, which is not installed where it runs; name an environment that has it "
        "in problem.yaml (`environment: requirements.txt`, then `evo env PROBLEM`)"
    )

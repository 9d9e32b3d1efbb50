"""The verbs. `main` is the boundary at which every error becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, TextIO

from evo.errors import EvoError, EvoWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEBUG = "EVO_DEBUG"
INTERRUPTED = 130
COMPLETING = "_EVO_COMPLETE"
"""Set by a shell that wants to know how the words on its line may go on."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after `evo`; those of the process by default.

    Returns:
        The exit code: 0 ok, 1 the run or the check failed, 2 usage, 3 invalid file, 4 not found, 130 interrupted.
    """
    _accept_any_text()
    try:
        with warnings.catch_warnings():
            _say_warnings()
            code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough. What is still buffered must not fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _say_warnings() -> None:
    """Say our own warnings on stderr, each once and in a line; others stay as they are."""
    others, said = warnings.showwarning, set[str]()

    def show(  # noqa: PLR0917 - the form that `warnings` calls
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, EvoWarning):
            others(message, category, filename, lineno, file, line)
            return
        from evo.cli.streams import note  # noqa: PLC0415 - see `_run`

        if str(message) not in said:
            note(str(message))
        said.add(str(message))

    warnings.simplefilter("always", EvoWarning)
    warnings.showwarning = show


def _run(argv: Sequence[str] | None) -> int:
    try:
        # Imported here, so that `import evo.cli` costs next to nothing.
        from evo.cli.app import app  # noqa: PLC0415 - see above

        if os.environ.get(COMPLETING):
            return _complete(lambda: app(prog_name="evo"))
        app(args=list(argv) if argv is not None else None, prog_name="evo")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except EvoError as error:
        _complain("\n".join([str(error), *getattr(error, "__notes__", [])]), error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the boundary to the person's terminal
        name = type(error).__name__
        _complain(f"evo failed in an unexpected way: {name}: {error}\n{DEBUG}=1 shows where; please report it.", error)
        return 1
    return 0


def _complete(app: Callable[[], object]) -> int:
    from evo.cli.completing import answer  # noqa: PLC0415 - see `_run`

    try:
        answer(app)
    except EvoError:
        # Nobody wants a message in the middle of the line that is being typed.
        return 1
    return 0


def _complain(message: str, error: Exception) -> None:
    from evo.cli.streams import shown  # noqa: PLC0415 - see `_run`

    if os.environ.get(DEBUG, "") not in {"", "0"}:
        import traceback  # noqa: PLC0415 - only who asks for it pays

        sys.stderr.write(shown("".join(traceback.format_exception(error))))
    sys.stderr.write(shown(message) + "\n")


def _accept_any_text() -> None:
    """Write what a stream's encoding cannot hold as escapes: a summary must never stop a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

"""`evo`: the boundary at which every error becomes a message and an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from evo.cli.exit_codes import FAILED, INTERRUPTED, OK
from evo.errors import EvoError, EvoWarning, explain
from evo.systems import system_flaw

if TYPE_CHECKING:
    from collections.abc import Sequence

DEBUG = "EVO_DEBUG"
_GARBAGE_AFTER = 20_000
"""Objects that are made before garbage is looked for. Modules make many that stay; looking through them at Python's own
700 is a twelfth of the time to a run's first model call."""
_OF_STREAMS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.ENXIO}
"""What writing fails with; everything of ours that is written has a name, but for the streams that were given."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after `evo`; those of the process by default.

    Returns:
        The exit code, see `evo.cli.exit_codes`.
    """
    gc.set_threshold(_GARBAGE_AFTER, *gc.get_threshold()[1:])
    _open_closed_streams()
    _accept_any_text()
    if flaw := system_flaw():
        sys.stderr.write(f"{flaw}\n")
        return FAILED
    try:
        with warnings.catch_warnings():
            _say_warnings()
            code = _run_command(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        _write_no_more(sys.stdout)
        return FAILED
    except OSError as error:
        _write_no_more(sys.stdout)
        _complain(f"stdout: {explain(error)}", error)
        return FAILED
    return code


def _open_closed_streams() -> None:
    """Give a stream that the caller has closed the null device, so that no file of ours comes to lie in its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def _write_no_more(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: it must not fail once more at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
        from evo.cli.streams import note

        if str(message) not in said:
            note(str(message))
        said.add(str(message))

    warnings.simplefilter("always", EvoWarning)
    warnings.showwarning = show


def _run_command(argv: Sequence[str] | None) -> int:
    try:
        from evo.cli import completion
        from evo.cli.verbs import app

        if completion.is_asked():
            return completion.answer_shell(lambda: app(prog_name="evo"))
        app(args=list(argv) if argv is not None else None, prog_name="evo")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except EvoError as error:
        _complain("\n".join([str(error), *getattr(error, "__notes__", [])]), error)
        return error.exit_code
    except OSError as error:
        if error.filename is None and error.errno in _OF_STREAMS:
            raise
        _complain(explain(error), error)
        return FAILED
    except Exception as error:  # noqa: BLE001 - the boundary to the person's terminal
        name = type(error).__name__
        _complain(f"evo failed in an unexpected way: {name}: {error}\n{DEBUG}=1 shows where; please report it.", error)
        return FAILED
    return OK


def _complain(message: str, error: Exception) -> None:
    from evo.cli.streams import hide_secrets, note

    if os.environ.get(DEBUG, "") not in {"", "0"}:
        import traceback

        sys.stderr.write(hide_secrets("".join(traceback.format_exception(error))))
    try:
        note(message)
    except OSError:
        # There is nobody left to tell.
        _write_no_more(sys.stderr)


def _accept_any_text() -> None:
    """Write what a stream's encoding cannot hold as escapes: a summary must never stop a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

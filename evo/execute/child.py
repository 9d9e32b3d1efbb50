"""The candidate's process, from the fork to its one frame.

Everything after `confine` runs with the candidate's code in the same interpreter, so nothing that it reports is
believed outside beyond being the candidate's own answer. Standard library only: it is forked warm from a zygote.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from evo.execute import command, wire
from evo.execute.confine import RESULT, TASK, confine, use_headroom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SHOWN_FRAMES = 8
_MESSAGE_MAX = 1500
_RANDOM_STATE = 0

_exit = os._exit
_write = os.write


def run(fds: Sequence[int], *, nowhere: int, zygote: int, base_bytes: int) -> NoReturn:
    """Read the task, put up the walls, run the candidate, send one frame, leave.

    Args:
        fds: task file, result pipe, stdout, stderr; each above `confine.TASK`, as is `nowhere`.
        nowhere: the null device, which becomes stdin.
        zygote: pid of the parent.
        base_bytes: the parent's address space.
    """
    task_fd, result, stdout, stderr = fds
    try:
        task = json.loads(_whole(task_fd))
        _write_files(task["scratch"], task["files"])
    except (OSError, ValueError) as error:
        _send(result, wire.NO_WALLS, _words(error))
        _exit(1)
    try:
        keep = (nowhere, stdout, stderr, result, task_fd)
        confine(task["limits"], zygote=zygote, base_bytes=base_bytes, scratch=task["scratch"], fds=keep)
    except (OSError, ValueError) as error:
        _send(RESULT, wire.NO_WALLS, _words(error))
        _exit(1)
    _settle(task["scratch"], task["entry_file"])
    # The walls are up: from here on the main process no longer believes NO_WALLS.
    os.ftruncate(TASK, 0)
    os.close(TASK)
    kind, data = command.outcome(task) if task["command"] else _outcome(task)
    for stream in (sys.stdout, sys.stderr):
        # Whatever the candidate has put there may raise whatever it likes.
        with contextlib.suppress(BaseException):
            stream.flush()
    _send(RESULT, kind, data)
    _exit(0)


def _whole(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size, 0)


def _write_files(scratch: str, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = os.path.join(scratch, path)  # noqa: PTH118 - pathlib costs every fork memory
        if "/" in path:
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        with open(target, "wb") as file:  # noqa: PTH123 - as above
            file.write(text.encode("utf-8", "surrogatepass"))


def _settle(scratch: str, entry_file: str) -> None:
    """Make the interpreter look freshly started: no environment, one argument, own import path, fixed randomness."""
    os.environ.clear()
    sys.argv[:] = [entry_file]
    sys.path.insert(0, scratch)
    if "tempfile" in sys.modules:
        setattr(sys.modules["tempfile"], "tempdir", scratch)  # noqa: B010 - an attribute that modules as such lack
    # `random` seeds itself anew after a fork; an evaluation is a function of the program.
    for name in ("random", "numpy.random"):
        if name in sys.modules:
            sys.modules[name].seed(_RANDOM_STATE)


def _outcome(task: Mapping[str, Any]) -> tuple[int, bytes]:
    try:
        entry = _load(task["entry_file"], task["files"][task["entry_file"]], task["entry"])
        value = entry(**task["kwargs"])
    except SystemExit as error:
        return wire.EXIT, _words(error)
    except MemoryError:
        pass
    except BaseException as error:  # noqa: BLE001 - the boundary to the candidate's code
        return wire.RAISED, _report(error, task)
    else:
        return _encoded(value)
    # Out of the handler, so that what the traceback held is free again.
    use_headroom()
    return wire.NO_MEMORY, b""


def _load(path: str, text: str, entry: str) -> Callable[..., object]:
    name = path.rpartition("/")[2].removesuffix(".py")
    module = ModuleType(name)
    module.__file__ = path
    sys.modules.setdefault(name, module)
    exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - what this process is for
    return getattr(module, entry)


def _encoded(value: object) -> tuple[int, bytes]:
    try:
        # NaN goes out as such: refusing it is for the judge, with a reason.
        return wire.RESULT, json.dumps(value, default=_plain, separators=(",", ":")).encode()
    except MemoryError:
        pass
    except BaseException as error:  # noqa: BLE001 - subclasses of plain types run the candidate's code
        return wire.NOT_PLAIN, _words(error)
    use_headroom()
    return wire.NO_MEMORY, b""


def _plain(value: Any) -> object:  # noqa: ANN401 - anything comes here
    """Turn numpy arrays and scalars into lists and numbers."""
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(
        f"expected None, bool, int, float, str, list, tuple, dict or a numpy array; got {type(value).__name__}"
    )


def _words(error: BaseException) -> bytes:
    """Return "Type: message", whatever the exception does when it is asked."""
    try:
        name, message = type(error).__name__, str(error)[:_MESSAGE_MAX]
    except BaseException:  # noqa: BLE001 - the candidate's own __str__
        return b"an exception that cannot be printed"
    text = name if not message else f"{name}: {message}"
    return text.encode("utf-8", "backslashreplace")


def _report(error: BaseException, task: Mapping[str, Any]) -> bytes:
    """Return the traceback as far as it lies in the candidate's own files."""
    lines: list[str] = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        path = code.co_filename.removeprefix(task["scratch"] + "/")
        if path in task["files"]:
            lines.append(f'  File "{path}", line {step.tb_lineno}, in {code.co_name}')
            lines += _source(task["files"][path], step.tb_lineno)
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename in task["files"] and error.lineno:
        lines.append(f'  File "{error.filename}", line {error.lineno}')
        lines += _source(task["files"][error.filename], error.lineno)
        name, message = type(error).__name__, error.msg
        return "\n".join([*lines, f"{name}: {message}"]).encode("utf-8", "backslashreplace")
    shown = lines[-2 * _SHOWN_FRAMES :]
    head = ["Traceback (most recent call last):"] if shown else []
    text = "\n".join([*head, *shown, ""]) if shown else ""
    return text.encode("utf-8", "backslashreplace") + _words(error)


def _source(text: str, number: int) -> list[str]:
    """Return one line of the program, indented; a blank one where it has no such line, so that pairs stay pairs."""
    lines = text.splitlines()
    return ["    " + (lines[number - 1].strip()[:200] if 0 < number <= len(lines) else "")]


def _send(fd: int, kind: int, data: bytes) -> None:
    rest = memoryview(wire.FRAME.pack(kind, len(data)) + data)
    # A closed pipe means that the verdict has been reached without us.
    with contextlib.suppress(OSError):
        while rest:
            rest = rest[_write(fd, rest) :]

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

from evo.execute.inside import attendant, calls, command, wire
from evo.execute.inside.confine import RESULT, TASK, confine, use_headroom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.execute.inside.confine import Walls

_SHOWN_FRAMES = 8
_MESSAGE_MAX = 1500
_RANDOM_STATE = 0
_PACKAGE = __name__.partition(".")[0]

_exit = os._exit
_write = os.write


def prepare(fds: Sequence[int], *, walls: Walls, nowhere: int, zygote: int, base_bytes: int) -> Mapping[str, Any]:
    """Read the task and put up the walls; a command, whose candidate is another program, is run here.

    Args:
        fds: task file, result pipe, stdout, stderr, and a pipe of questions if it is to answer such; each above
            `confine.TASK`, as is `nowhere`.
        nowhere: the null device, which becomes stdin.
        zygote: pid of the parent.
        base_bytes: the parent's address space.
        walls: those of the tier.

    Returns:
        The task, for `run`.
    """
    task_fd, result, stdout, stderr, *questions = fds
    try:
        task = json.loads(_whole(task_fd))
        walls.enter(task["scratch"], task["limits"], task["tree"])
        _write_files(task["scratch"], task["files"])
    except (OSError, ValueError) as error:
        _send(result, wire.NO_WALLS, _words(error))
        _exit(1)
    try:
        # Questions come in as stdin until the walls are up.
        keep = (questions[0] if questions else nowhere, stdout, stderr, result, task_fd)
        programs = bool(task.get("command"))
        confine(
            *(walls, task["limits"]),
            zygote=zygote,
            base_bytes=base_bytes,
            scratch=task["scratch"],
            fds=keep,
            programs=programs,
        )
    except (OSError, ValueError) as error:
        _send(RESULT, wire.NO_WALLS, _words(error))
        _exit(1)
    if task["command"]:
        _command(task, walls, called=bool(questions))
    return {**task, "called": bool(questions)}


def run(task: Mapping[str, Any]) -> NoReturn:
    """Run the candidate, send one frame, leave; what there was before is not to be found from inside."""
    _settle(task["scratch"], task["entry_file"])
    _began()
    kind, data = _serve(task) if task["called"] else _outcome(task)
    _flush()
    if kind:
        _send(RESULT, kind, data)
    _exit(0)


def _command(task: Mapping[str, Any], walls: Walls, *, called: bool) -> NoReturn:
    """Run the steps of a command; the candidate's code is theirs, and so are the walls.

    Where a judge calls it the program is built, which an empty result says, and then run as often as it is asked.
    """
    kind, data = 0, b""
    try:
        if not called:
            kind, data = command.outcome(task, walls, _began)
        elif task["attended"]:
            _send(RESULT, wire.RESULT, b"")
            kind, data = attendant.attend(task, walls, _began, questions=calls.take_stdin(), answers=RESULT)
        elif failure := command.build(task, walls, _began):
            kind, data = failure
        else:
            questions, runner = calls.take_stdin(), command.Runner(task, walls, _began)
            _send(RESULT, wire.RESULT, b"")
            calls.serve({"run": runner.run}, command.guarded, questions=questions, answers=RESULT)
    except OSError as error:
        kind, data = wire.NO_WALLS, _words(error)
    if kind:
        _send(RESULT, kind, data)
    _exit(0)


def _began() -> None:
    """Say that the walls are up: from here on the main process no longer believes NO_WALLS."""
    os.ftruncate(TASK, 0)
    os.close(TASK)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # Whatever the candidate has put there may raise whatever it likes.
        with contextlib.suppress(BaseException):
            stream.flush()


def _serve(task: Mapping[str, Any]) -> tuple[int, bytes]:
    """Load the program, say so with an empty result, and answer questions until there are no more.

    Returns:
        What is still to be sent, as a frame; kind 0 for nothing.
    """
    questions = calls.take_stdin()
    found: dict[str, Any] = {}

    def load() -> tuple[int, bytes]:
        found.update(_module(task["entry_file"], task["files"][task["entry_file"]]).__dict__)
        return wire.RESULT, b""

    kind, data = _guarded(task, load)
    if kind != wire.RESULT:
        return kind, data
    _send(RESULT, kind, data)
    calls.serve(found, lambda action: _guarded(task, action), questions=questions, answers=RESULT)
    return 0, b""


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
    sys.orig_argv[:] = [sys.executable, entry_file]
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]
    started = vars(sys.modules["__main__"])
    for name in [name for name in started if not name.startswith("__")]:
        del started[name]
    sys.path.insert(0, scratch)
    if "tempfile" in sys.modules:
        setattr(sys.modules["tempfile"], "tempdir", scratch)  # noqa: B010 - an attribute that modules as such lack
    # `random` seeds itself anew after a fork; an evaluation is a function of the program.
    for name in ("random", "numpy.random"):
        if name in sys.modules:
            sys.modules[name].seed(_RANDOM_STATE)


def _outcome(task: Mapping[str, Any]) -> tuple[int, bytes]:
    def call() -> tuple[int, bytes]:
        module = _module(task["entry_file"], task["files"][task["entry_file"]])
        return _encoded(getattr(module, task["entry"])(**task["kwargs"]))

    return _guarded(task, call)


def _guarded(task: Mapping[str, Any], action: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """Return the kind and the bytes of a frame: what the action returns, or how it failed."""
    try:
        return action()
    except SystemExit as error:
        return wire.EXIT, _words(error)
    except MemoryError:
        pass
    except BaseException as error:  # noqa: BLE001 - the boundary to the candidate's code
        return wire.RAISED, _report(error, task)
    # Out of the handler, so that what the traceback held is free again.
    use_headroom()
    return wire.NO_MEMORY, b""


def _module(path: str, text: str) -> ModuleType:
    name = path.rpartition("/")[2].removesuffix(".py")
    module = ModuleType(name)
    module.__file__ = path
    sys.modules.setdefault(name, module)
    exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - what this process is for
    return module


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

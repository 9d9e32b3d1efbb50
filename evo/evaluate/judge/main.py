"""The judge: a warm, trusted process that decodes and scores outputs and parses texts, and never runs a candidate.

It answers one request after another over a socket: a JSON header and raw bytes in, one JSON object out. Standard
library only until a problem's own `evaluate.py` asks for more.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import resource
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from evo.evaluate.judge import lexer, source
from evo.evaluate.judge.finite import read_finite
from evo.execute.inside import kernel
from evo.execute.inside.judge_line import LIVES, PIDS, PIPES, RENEWED, REPLY, REQUEST

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import ModuleType

    from evo.evaluate.judge.candidate import Candidate

MEMORY_BYTES = 8 << 30
_TRACEBACK_MAX = 4000
_TOLD_EVERY_SECONDS = 0.2
_SCORING = ("score", "conduct")
_ANSWERED = ("objective", "measures", "metrics", "feedback", "error")

_modules: dict[str, ModuleType] = {}


class OutOfTimeError(BaseException):
    """The CPU seconds of a request are used up. No Exception, so that no judge swallows it."""


class ContractError(Exception):
    """`evaluate.py` answered something else than it promised."""


def main(argv: Sequence[str]) -> NoReturn:
    """Answer until the socket closes.

    Args:
        argv: the parent's pid and the socket's descriptor.
    """
    parent, control = argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernel.die_with(int(parent))
    kernel.close_memory()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Systems that refuse this limit judge without it: what runs here is trusted.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with socket.socket(fileno=int(control)) as line, contextlib.suppress(ConnectionError):
        _serve(line)
    # Libraries that a problem loaded have nothing to do at exit.
    os._exit(0)


def _serve(line: socket.socket) -> None:
    while True:
        # The descriptors, if any, come with the first byte.
        first, fds, _, _ = socket.recv_fds(line, 1, PIPES * LIVES)
        head = first + _receive(line, REQUEST.size - 1) if first else b""
        if len(head) < REQUEST.size:
            return
        header, body, cpu_seconds = REQUEST.unpack(head)
        request = json.loads(_receive(line, header))
        candidate = _candidate(line, fds, request) if fds else None
        _reply(line, _answer(line, request, _receive(line, body), cpu_seconds, candidate))


def _reply(line: socket.socket, reply: Mapping[str, object]) -> None:
    text = json.dumps(reply).encode()
    line.sendall(REPLY.pack(len(text)) + text)


def _candidate(line: socket.socket, fds: Sequence[int], request: Mapping[str, Any]) -> Candidate:
    """Return the candidate at the other end of two pipes, and what it is measured against, if there is such.

    Whoever ordered the judgement can start either afresh.
    """
    from evo.evaluate.judge.candidate import Candidate  # noqa: PLC0415 - most judges call nobody

    lives = [
        Candidate(
            _pipes(fds[PIPES * number : PIPES * (number + 1)]),
            pid=pid,
            renew=partial(_renewed, line, number),
            answer_bytes=request["answer_bytes"],
            answer_seconds=request["answer_seconds"],
        )
        for number, pid in enumerate(request[PIDS])
    ]
    lives[0].files = request.get("files", {})
    lives[0].reference = lives[1] if lives[1:] else None
    return lives[0]


def _renewed(line: socket.socket, number: int) -> tuple[tuple[int, int], int] | None:
    """Return pipes and pid of a fresh process of one of the programs; None when it cannot be loaded again."""
    # Broken off in the middle, the line would be out of step.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    try:
        _reply(line, {"restart": number})
        data, fresh, _, _ = socket.recv_fds(line, RENEWED.size, PIPES)
        data += _receive(line, RENEWED.size - len(data))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})
    return (_pipes(fresh), RENEWED.unpack(data)[0]) if fresh else None


def _pipes(fds: Sequence[int]) -> tuple[int, int]:
    questions, answers = fds
    # A candidate that does not read must not hold up who asks it.
    os.set_blocking(questions, False)
    # The main process reads without waiting.
    os.set_blocking(answers, True)
    return questions, answers


def _receive(line: socket.socket, size: int) -> bytes:
    """Return exactly `size` bytes; none when the other side has gone."""
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        got = line.recv_into(rest)
        if not got:
            return b""
        rest = rest[got:]
    return bytes(data)


def _out_of_time(*_: object) -> None:
    raise OutOfTimeError


def _answer(
    line: socket.socket, request: Mapping[str, Any], body: bytes, cpu_seconds: float, candidate: Candidate | None
) -> dict[str, object]:
    """Return {"value": ...} or {"error": text}; whatever goes wrong, the process goes on."""
    start = time.process_time()
    try:
        try:
            # The parser does not come back to run a handler: over a text the whole process ends (see `JudgePool`).
            signal.signal(signal.SIGPROF, signal.SIG_DFL if request["op"] in _TEXTUAL else _out_of_time)
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            with _asking(request), _on_course(line, request) as curve:
                value = _OPERATIONS[request["op"]](request, body) if candidate is None else _conduct(request, candidate)
            answer: dict[str, object] = {"value": {**value, **curve()}}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except OutOfTimeError:
        limit = f"over the limit of {cpu_seconds:g} CPU seconds"
        answer = {"error": limit}
        if candidate is not None and candidate.overheard(f"which took the judge {limit}"):
            answer = {"value": _died(candidate)}
    except source.Refused as refusal:
        answer = {"value": {"refusal": str(refusal)}}
    except ContractError as error:
        answer = {"error": str(error)}
    except BaseException as error:  # noqa: BLE001 - the boundary to the problem's code
        # By their attributes: most judges never load the modules that have their classes.
        asks = getattr(error, "asks", None) if "answered" in request else None
        ended = getattr(error, "ended", None) if "race" in request else None
        if asks is not None:
            answer = {"value": {"asks": asks}}
        elif ended is not None:
            answer = {"value": {"ended": ended, "curve": getattr(error, "curve", [])}}
        else:
            answer = {"error": _traceback(error, request)}
    finally:
        if candidate is not None:
            candidate.close()
    answer["cpu_seconds"] = time.process_time() - start
    return answer


@contextlib.contextmanager
def _asking(request: Mapping[str, Any]) -> Generator[None]:
    """Let the problem's own code ask models, where it may; see `evo.judging.questions`."""
    if "answered" not in request:
        yield
        return
    from evo.judging.questions import open_answers  # noqa: PLC0415 - see `_score`

    open_answers(request["answered"])
    try:
        yield
    finally:
        open_answers(None)


@contextlib.contextmanager
def _on_course(line: socket.socket, request: Mapping[str, Any]) -> Generator[Callable[[], dict[str, object]]]:
    """Let the problem's own code tell its progress (`evo.judging.progress`); yields what gives the curve, if wanted."""
    if request["op"] not in _SCORING:
        yield dict
        return
    from evo.judging.progress import Course, open_course  # noqa: PLC0415 - see `_score`

    race: Mapping[str, Any] = request.get("race", {})
    course = Course(race.get("bars", ()), minimize=race.get("minimize", False), tell=_Teller(line))
    open_course(course)
    try:
        yield lambda: {"curve": course.curve} if race else {}
    finally:
        open_course(None)


class _Teller:
    """Tells the main process how far a judgement is, now and then."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._told = line, time.monotonic()

    def __call__(self, fraction: float, objective: float | None) -> None:
        if time.monotonic() - self._told < _TOLD_EVERY_SECONDS:
            return
        self._told = time.monotonic()
        # Broken off in the middle, the line would be out of step.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
        try:
            _reply(self._line, {"progress": [fraction, objective]})
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})


def _traceback(error: BaseException, request: Mapping[str, Any]) -> str:
    import traceback  # noqa: PLC0415 - a broken judge alone pays for it

    folder = str(request.get("folder") or request.get("root", ""))
    steps = [step for step in traceback.extract_tb(error.__traceback__) if not folder or folder in step.filename]
    text = "".join([*traceback.format_list(steps), *traceback.format_exception_only(error)])
    return text.replace(folder + os.sep, "")[-_TRACEBACK_MAX:] if folder else text[-_TRACEBACK_MAX:]


def _syntax(request: Mapping[str, Any], _: bytes) -> dict[str, object]:
    warm, language = request["warm"], lexer.language_of("", request.get("language", lexer.PYTHON))
    if language != lexer.PYTHON:
        lexer.check_files(request["files"], request["entry_file"], request["entry"], language)
        return {"imports": []}
    with source.refusing("parsed"):
        imports = source.check(request["files"], request["entry_file"], request["entry"], request["allowed"], warm)
    return {"imports": imports}


def _source_metrics(request: Mapping[str, Any], _: bytes) -> dict[str, object]:
    language = lexer.language_of("", request.get("language", lexer.PYTHON))
    if language != lexer.PYTHON:
        return {**lexer.measure_files(request["files"], request["count"], language)}
    with source.refusing("measured"):
        return {**source.measure(request["files"], request["count"])}


def _several(request: Mapping[str, Any], body: bytes) -> dict[str, object]:
    """Answer questions about one text in order, up to the first one that is refused."""
    answers: list[dict[str, object]] = []
    for each in request["questions"]:
        start = time.process_time()
        try:
            value = _OPERATIONS[each["op"]](each, body)
        except source.Refused as refusal:
            value = {"refusal": str(refusal)}
        answers.append({"value": value, "cpu_seconds": time.process_time() - start})
        if "refusal" in value:
            break
    return {"answers": answers}


def _form(request: Mapping[str, Any], _: bytes) -> dict[str, object]:
    from evo.evaluate.judge.form import form  # noqa: PLC0415 - only runs that compare forms ask

    with source.refusing("compared"):
        return {"form": form(request["files"], request["entry"])}


def _score(request: Mapping[str, Any], raw: bytes) -> dict[str, object]:
    from evo.judging import Invalid, decode  # noqa: PLC0415 - parsing texts needs none of it

    evaluate = function_of(request["folder"], "evaluate")
    try:
        answer = evaluate(decode(raw), request["params"])
    except Invalid as refusal:
        return {"refusal": refusal.reason}
    return checked(answer, request["measures"])


def _conduct(request: Mapping[str, Any], candidate: Candidate) -> dict[str, object]:
    """Let the problem's judge or artist call a live candidate; return the answer, or how the candidate died."""
    from evo.judging import CandidateDied, Invalid  # noqa: PLC0415 - see `_score`

    drawn = request["op"] == "portray"
    function = function_of(request["folder"], *(("picture", "draw") if drawn else ("evaluate",)))
    try:
        answer = function(candidate, request["params"], *([request["path"]] if drawn else []))
        candidate.settle()
    except Invalid as refusal:
        return {"refusal": refusal.reason}
    except CandidateDied:
        if candidate.death is None:
            raise
        return _died(candidate)
    return {} if drawn else checked(answer, request["measures"])


def _died(candidate: Candidate) -> dict[str, object]:
    kind, words = candidate.death or (0, "")
    return {"died": [kind, words]}


def _stage(request: Mapping[str, Any], _: bytes) -> dict[str, object]:
    from evo.evaluate.judge import plugin  # noqa: PLC0415 - few pipelines have custom stages

    try:
        return plugin.run(request)
    except plugin.BrokenStageError as error:
        raise ContractError(str(error)) from error


def _report(request: Mapping[str, Any], raw: bytes) -> dict[str, object]:
    from evo.evaluate.judge.report import BrokenEvaluatorError, read_report  # noqa: PLC0415 - few problems have such

    try:
        return read_report(request, raw)
    except BrokenEvaluatorError as error:
        raise ContractError(str(error)) from error


def _picture(request: Mapping[str, Any], raw: bytes) -> dict[str, object]:
    from evo.judging import decode  # noqa: PLC0415 - see `_score`

    function_of(request["folder"], "picture", "draw")(decode(raw), request["params"], request["path"])
    return {}


def function_of(folder: str, stem: str, name: str = "") -> Callable[..., Any]:
    """Return a function of a problem's module, which is loaded once; neighbours in its folder can be imported."""
    path = str(Path(folder, f"{stem}.py"))
    if path not in _modules:
        spec = importlib.util.spec_from_file_location(stem, path)
        if spec is None or spec.loader is None or not Path(path).is_file():
            raise ContractError(f"expected a file {stem}.py in {folder}")
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _modules[path] = module
    function = getattr(_modules[path], name or stem, None)
    if not callable(function):
        raise ContractError(f"expected a function {name or stem} in {stem}.py; none is defined")
    return function


def checked(answer: object, measures: Sequence[str]) -> dict[str, object]:
    """Return a judge's answer as plain numbers.

    Args:
        answer: what `evaluate` returned.
        measures: the names that problem.yaml declares.

    Raises:
        ContractError: a missing or unknown key, a measure that is not declared, or a value that is no finite number.
    """
    if not isinstance(answer, dict):
        raise ContractError(f"evaluate returned {type(answer).__name__}; expected a dict with objective and measures")
    answer = cast("dict[object, object]", answer)
    unknown = sorted(str(key) for key in answer if key not in _ANSWERED)
    if unknown:
        raise ContractError(f"evaluate returned {unknown[0]!r}; expected {', '.join(_ANSWERED)}")
    if "objective" not in answer:
        raise ContractError("evaluate returned no objective")
    given = _numbers(answer.get("measures", {}), "measures")
    for name in measures:
        if name not in given:
            raise ContractError(f"evaluate returned no measure {name!r}, which problem.yaml declares")
    for name in given:
        if name not in measures:
            raise ContractError(f"evaluate returned the measure {name!r}; problem.yaml declares {', '.join(measures)}")
    error = _number(answer.get("error", 0.0), "error")
    if error < 0:
        raise ContractError(f"evaluate returned error = {error}; expected a standard error, at least 0")
    return {
        "objective": _number(answer["objective"], "objective"),
        **({"error": error} if error else {}),
        "measures": given,
        "metrics": _numbers(answer.get("metrics", {}), "metrics"),
        "feedback": str(answer.get("feedback", "")),
    }


def _numbers(values: object, what: str) -> dict[str, float]:
    if not isinstance(values, dict):
        raise ContractError(f"evaluate returned {what} as {type(values).__name__}; expected a dict of numbers")
    values = cast("dict[object, object]", values)
    return {str(name): _number(value, f"{what}.{name}") for name, value in values.items()}


def _number(value: object, what: str) -> float:
    try:
        return read_finite(value)
    except ValueError as error:
        raise ContractError(f"evaluate returned {what} = {error}") from None


_TEXTUAL = frozenset({"syntax", "source_metrics", "form", "several"})
"""What reads a candidate's text in the interpreter's own parser."""

_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any], bytes], dict[str, object]]] = {
    "syntax": _syntax,
    "source_metrics": _source_metrics,
    "form": _form,
    "several": _several,
    "score": _score,
    "stage": _stage,
    "picture": _picture,
    "report": _report,
}

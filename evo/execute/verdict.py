"""From what was seen outside to a verdict; the candidate's own words decide nothing but its own failure."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.execute.inside import wire
from evo.execute.inside.confine import SCRATCH_ENTRIES, SCRATCH_FILES
from evo.execute.usage import MAX_DEPTH, MAX_THREADS
from evo.execute.watch import Cause
from evo.records import StageStatus

if TYPE_CHECKING:
    from evo.execute.sandbox import Limits
    from evo.execute.zygote_pool import Exit

_CPU_SIGNALS = frozenset({signal.SIGPROF, signal.SIGXCPU})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is known of a process that has ended.

    Attributes:
        began: the walls were up, so the candidate's code may have run.
        steps: it was a command, whose frame comes from the trusted process above its steps.
        frame: kind and bytes, if a whole one came.
    """

    cause: Cause
    began: bool
    frame: tuple[int, bytes] | None
    ended: Exit
    steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The status with its reason; `output` iff it is SUCCESS. `detail` is not yet normalised.

    Attributes:
        run: of a command that succeeded, the CPU seconds of its run step and the most MB that it was seen to hold.
    """

    status: StageStatus
    detail: str = ""
    output: bytes | None = None
    by_wall: bool = False
    run: tuple[float, float] | None = None


def decide(seen: Observation, limits: Limits) -> Verdict:
    """Return the verdict on one process."""
    if not seen.began:
        kind, words = seen.frame or (0, b"")
        why = words.decode(errors="replace") if kind == wire.NO_WALLS else _ending(seen.ended)
        return Verdict(status=StageStatus.INFRA_ERROR, detail=f"the sandbox could not be put up: {why}")
    if seen.ended.cpu_seconds >= limits.cpu_seconds or _signal(seen.ended) in _CPU_SIGNALS:
        return Verdict(status=StageStatus.TIMEOUT, detail=f"over the limit of {limits.cpu_seconds:g} CPU seconds")
    match seen.cause:
        case Cause.DEADLINE:
            return _idle(limits)
        case Cause.LARGE_RESULT:
            return Verdict(status=StageStatus.OUTPUT_LIMIT, detail=f"result over the limit of {limits.output_kb:g} kB")
        case Cause.LARGE_STREAM:
            detail = f"over {limits.stream_mb} MB written to stdout or stderr"
            return Verdict(status=StageStatus.OUTPUT_LIMIT, detail=detail)
        case Cause.MANY_FILES:
            size = SCRATCH_FILES * limits.file_mb
            detail = f"over {size} MB, {SCRATCH_ENTRIES} entries or {MAX_DEPTH} levels in its directory"
            return Verdict(status=StageStatus.OUTPUT_LIMIT, detail=detail)
        case Cause.MANY_THREADS:
            return Verdict(status=StageStatus.KILLED, detail=f"over {MAX_THREADS} threads")
        case Cause.FRAME | Cause.EXIT | Cause.CPU:
            if seen.frame is None:
                return _by_exit(seen.ended)
            return _by_steps(*seen.frame, limits) if seen.steps else _by_frame(*seen.frame, limits)


def _idle(limits: Limits) -> Verdict:
    detail = f"not done after {limits.wall_seconds:g} s, most of them idle: it sleeps or waits"
    return Verdict(status=StageStatus.TIMEOUT, detail=detail, by_wall=True)


def _by_steps(kind: int, data: bytes, limits: Limits) -> Verdict:
    """Return what the process above the steps of a command says of them."""
    if kind == wire.RAN and len(data) >= wire.RUN_USAGE.size:
        used, peak = wire.RUN_USAGE.unpack_from(data)
        return Verdict(status=StageStatus.SUCCESS, output=data[wire.RUN_USAGE.size :], run=(used, peak))
    if kind == wire.OVER_MEMORY:
        return Verdict(status=StageStatus.MEMORY, detail=data.decode("utf-8", "replace"))
    if kind == wire.OVER_FILES:
        return Verdict(status=StageStatus.OUTPUT_LIMIT, detail=data.decode("utf-8", "replace"))
    return _by_frame(kind, data, limits)


def _by_frame(kind: int, data: bytes, limits: Limits) -> Verdict:
    if kind == wire.RESULT:
        return Verdict(status=StageStatus.SUCCESS, output=data)
    words = data.decode("utf-8", "replace")
    match kind:
        case wire.RAISED:
            return Verdict(status=StageStatus.FAILED, detail=words)
        case wire.NO_MEMORY:
            return Verdict(status=StageStatus.MEMORY, detail=f"over the limit of {limits.memory_mb:g} MB")
        case wire.NOT_PLAIN:
            return Verdict(status=StageStatus.INVALID_RESULT, detail=f"the result is not plain data: {words}")
        case wire.OVER_TIME:
            return Verdict(status=StageStatus.TIMEOUT, detail=words)
        case wire.DIED:
            return Verdict(status=StageStatus.KILLED, detail=words)
        case wire.EXIT:
            return Verdict(status=StageStatus.EXIT, detail=f"left before returning a result: {words}")
        case wire.BROKEN:
            return Verdict(status=StageStatus.INVALID_RESULT, detail=words)
        case wire.IDLE:
            return _idle(limits)
        case wire.TOO_LARGE:
            return Verdict(status=StageStatus.OUTPUT_LIMIT, detail=words)
        case _:
            return Verdict(status=StageStatus.INVALID_RESULT, detail="something else than a result was sent")


def _by_exit(ended: Exit) -> Verdict:
    status = StageStatus.EXIT if _signal(ended) is None else StageStatus.KILLED
    return Verdict(status=status, detail=_ending(ended))


def unexplained(seen: Observation) -> bool:
    """Tell whether someone else may have killed it: an out-of-memory killer, or a person.

    It may also have killed itself, so the answer is a reason to try once more, and no more.
    """
    return seen.began and seen.cause is Cause.EXIT and seen.frame is None and _signal(seen.ended) == signal.SIGKILL


def _signal(ended: Exit) -> int | None:
    return os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else None


def _ending(ended: Exit) -> str:
    number = _signal(ended)
    if number is None:
        return f"exit code {os.waitstatus_to_exitcode(ended.status)} without a result"
    known = number in signal.valid_signals()
    name = signal.Signals(number).name if known and number < signal.SIGRTMIN else f"signal {number}"
    return f"killed by {name}"

"""The judge's end of a conversation with a candidate: questions out, answers in, decoded strictly.

The other end belongs to the candidate, whatever it makes of it: it can write any bytes at any time. Each question
carries a fresh random token, so that nothing sent before it was asked can pass for its answer.
"""

from __future__ import annotations

import json
import math
import os
import select
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn, cast

from evo.evaluate.judge.counters import Counters
from evo.execute.inside import wire
from evo.judging import Array, CandidateDied, decode
from evo.judging.arrays import CODES, MAX_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MAX_QUESTION_BYTES = 8_000_000
MAX_CALLS = 50_000_000
MAX_TOTAL_BYTES = 1 << 36
MAX_RESTARTS = 400
MANY_TURNS = 1000
"""A consultation that has come so far and goes on is long because the program makes it so."""
BATCH = 1024
"""Most items of a `map` that travel together."""
_CHUNK = 1 << 16
_TOKENS = 512
_LONGEST = 1 << 32
_FAILED = frozenset(
    {
        wire.RAISED,
        wire.NO_MEMORY,
        wire.NOT_PLAIN,
        wire.EXIT,
        wire.OVER_TIME,
        wire.OVER_MEMORY,
        wire.OVER_FILES,
        wire.DIED,
    }
)
_FOREVER_SECONDS = 1e6
_MARK = wire.ARRAY.encode()
_SIZES = {dtype: int(dtype[2:]) for dtype in CODES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the conversation has cost so far.

    Attributes:
        calls: of functions; each item of a `map` is one.
        sent_bytes, received_bytes: both ways, with all wrapping.
        seconds: wall time spent waiting for answers: never a part of a score.
        restarts: fresh processes after the first.
        cpu_seconds: CPU time of its processes, with that of loading it.
        instructions: of its own code, since it was first asked for here; None where the kernel does not count them.
        uncounted: why not; "" where it does.
    """

    calls: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    seconds: float = 0.0
    restarts: int = 0
    cpu_seconds: float = 0.0
    instructions: int | None = None
    uncounted: str = ""


class Candidate:
    """A live program: its top-level functions can be called with plain data and arrays of numbers.

    Arguments are None, bool, int, float, str, lists, tuples, dicts with str keys, `evo.judging.Array` and numpy arrays
    of an allowed dtype; the program sees arrays as numpy arrays of its own. Results are decoded as by
    `evo.judging.decode`; numpy arrays in them arrive as `Array`. What the program keeps between calls it keeps until
    `restart`.

    Args:
        pipes: to write questions to, which must not block, and to read answers from.
        renew: starts a fresh process.
        answer_bytes: the largest answer.
        answer_seconds: how long all answers together may be waited for, by the clock.

    Attributes:
        death: how it ended, if it did: a kind as in a frame, and words.
        files: its text, by path, for a judge that reads it as well.
        reference: what it is measured against (`program.reference` in problem.yaml), alive beside it; None without.
    """

    def __init__(
        self,
        pipes: tuple[int, int],
        *,
        renew: Callable[[], tuple[tuple[int, int], int] | None],
        answer_bytes: int,
        answer_seconds: float = math.inf,
        pid: int = 0,
    ) -> None:
        self._pipes: tuple[int, int] | None = pipes
        self._pid = pid
        self._counters: Counters | None = None
        self._core: int | None = None
        self._cpu_seconds, self._instructions = 0.0, 0
        self.reference: Candidate | None = None
        self.files: Mapping[str, str] = {}
        self._renew, self._answer_bytes, self._answer_seconds = renew, answer_bytes, answer_seconds
        self._until = math.inf
        self._answers = _poll(pipes[1], select.POLLIN)
        self._tokens = b""
        self._usage = Usage()
        self._calls = self._sent = self._received = 0
        self._turns = 0
        self._seconds = 0.0
        self.death: tuple[int, str] | None = None

    @property
    def usage(self) -> Usage:
        """What has been used up to now."""
        counters = self._counted()
        instructions = counters.instructions()
        return replace(
            self._usage,
            cpu_seconds=self._cpu_seconds + counters.cpu_seconds(),
            instructions=None if instructions is None else self._instructions + instructions,
            uncounted=counters.uncounted,
            calls=self._calls,
            sent_bytes=self._sent,
            received_bytes=self._received,
            seconds=self._seconds,
        )

    def call(self, name: str, *args: object) -> Any:  # noqa: ANN401 - the judge checks the types of what comes
        """Call a function of the program and return what it returned.

        Raises:
            CandidateDied: it raised, ended, ran out of its limits, or sent something else than an answer.
            Invalid: the answer is not finite plain data.
        """
        return self._ask(wire.CALL, (name, args), calls=1)

    def map(self, name: str, args_list: Iterable[Sequence[object]]) -> list[Any]:
        """Call a function once for each sequence of arguments; the program may see many of them before it answers.

        Raises:
            CandidateDied, Invalid: as `call`.
        """
        items = [tuple(args) for args in args_list]
        results: list[Any] = []
        for start in range(0, len(items), BATCH):
            results += self._batch(name, items[start : start + BATCH])
        return results

    def consult(self, name: str, *args: object, reply: Callable[[Any], object]) -> Any:  # noqa: ANN401 - see `call`
        """Run a generator function of the program: answer everything that it yields, and return what it returns.

        One question is outstanding at a time. What `reply` raises ends the consultation; the generator is then let go
        of at the next one.

        Args:
            name: of the generator function.
            args: what it is called with.
            reply: is handed each value that it yields, and returns what `yield` is to give it.

        Raises:
            CandidateDied, Invalid: as `call`; it is no generator function.
        """
        ended, said = self._turn(self._ask(wire.OPEN, (name, args), calls=1))
        while not ended:
            self._turns += 1
            ended, said = self._turn(self._ask(wire.SEND, ("", [reply(said)]), calls=1))
        self._turns = 0
        return said

    def overheard(self, limit: str) -> bool:
        """Tell whether the judge came to a limit of its own because the program asks without end; it is over if so.

        The judge leads a conversation of calls, so its length is the judge's own doing; a consultation is led by the
        program, and an error of the judge for it would let a program stop a run.

        Args:
            limit: which one, in words.
        """
        if self._turns < MANY_TURNS:
            return False
        self._died(wire.OVER_TIME, f"it asked without end: {self._turns} questions of one consultation, {limit}")
        return True

    def _turn(self, answer: object) -> tuple[bool, Any]:
        turn = cast("list[Any]", answer)
        if type(turn) is not list or [type(each) for each in turn[:1]] != [bool] or len(turn) != 2:  # noqa: PLR2004
            raise self._died(wire.BROKEN, "it sent something that is no turn of a consultation")
        return turn[0], turn[1]

    def run(self, given: object) -> Any:  # noqa: ANN401 - the judge checks the types of what comes
        """Run a command once (stage `command`), with `given` as JSON on its stdin; return what it wrote to stdout.

        Raises:
            CandidateDied: it failed, or ran out of its limits.
            Invalid: what it wrote is not finite plain data.
        """
        answer = self._ask(wire.CALL, ("run", [given]), calls=1)
        if type(answer) is not list or [type(each) for each in cast("list[Any]", answer)] != [str, float]:
            raise self._died(wire.BROKEN, "it sent something that is no answer to a run")
        text, cpu_seconds = cast("tuple[str, float]", answer)
        self._cpu_seconds += cpu_seconds
        return decode(text.encode("utf-8", "surrogateescape"), max_bytes=self._answer_bytes)

    def pin(self, core: int) -> bool:
        """Keep it on one core from now on, restarts included; tell whether that could be done."""
        self._core = core
        try:
            os.sched_setaffinity(self._pid, {core})
        except (AttributeError, OSError):
            return False
        return True

    def restart(self) -> None:
        """Go on with a fresh process of the same program, which remembers nothing.

        Raises:
            CandidateDied: it cannot be loaded again.
        """
        if self._usage.restarts >= MAX_RESTARTS:
            raise RuntimeError(f"the judge restarted the candidate {MAX_RESTARTS} times; expected fewer")
        self._let_go()
        self._usage = replace(self._usage, restarts=self._usage.restarts + 1)
        self.death, fresh = None, self._renew()
        if fresh is None:
            raise self._died(wire.CLOSED, "it could not be loaded again")
        self._pipes, self._pid = fresh
        self._answers = _poll(self._pipes[1], select.POLLIN)
        if self._core is not None:
            self.pin(self._core)

    def settle(self) -> None:
        """Make sure at the end that it sent nothing besides its answers.

        Raises:
            CandidateDied: it did.
        """
        if self._pipes is None:
            return
        if any(event & select.POLLIN for _, event in self._answers.poll(0)):
            raise self._died(wire.BROKEN, "it sent something that it was not asked for")

    def close(self) -> None:
        """Let go of the pipes, and of those of the reference; may be called twice."""
        self._let_go()
        if self.reference is not None:
            self.reference.close()

    def _let_go(self) -> None:
        if self._counters is not None:
            self._counters.close()
            self._cpu_seconds += self._counters.cpu_seconds()
            self._instructions += self._counters.instructions() or 0
            self._counters = None
        if self._pipes is not None:
            for fd in self._pipes:
                os.close(fd)
            self._pipes = None

    def _counted(self) -> Counters:
        """Return the counters of the process that lives now; most judges ask for none."""
        if self._counters is None:
            self._counters = Counters(self._pid if self._pipes else 0)
        return self._counters

    def _batch(self, name: str, items: list[tuple[object, ...]]) -> list[Any]:
        packed: list[bytes] = []
        text = _packed((name, items), packed)
        if len(items) > 1 and len(text) + sum(map(len, packed)) > MAX_QUESTION_BYTES:
            half = len(items) // 2
            return self._batch(name, items[:half]) + self._batch(name, items[half:])
        results: object = self._exchange(wire.MAP, text, packed, calls=len(items))
        if type(results) is not list or len(cast("list[Any]", results)) != len(items):
            raise self._died(wire.BROKEN, f"it answered a map of {len(items)} items with something else")
        return cast("list[Any]", results)

    def _ask(self, kind: int, question: object, *, calls: int) -> Any:  # noqa: ANN401 - see `call`
        packed: list[bytes] = []
        return self._exchange(kind, _packed(question, packed), packed, calls=calls)

    def _exchange(self, kind: int, text: bytes, packed: list[bytes], *, calls: int) -> Any:  # noqa: ANN401 - see `call`
        if self._pipes is None:
            raise CandidateDied(self.death[1] if self.death else "the conversation is over")
        token, behind = self._token(), b"".join(packed) if packed else b""
        question = wire.QUESTION.pack(token, kind, len(text), len(behind)) + text + behind
        self._calls += calls
        self._sent += len(question)
        self._bound(len(question))
        began = time.perf_counter()
        self._until = began + self._answer_seconds - self._seconds
        try:
            self._write(self._pipes[0], question)
            answer = self._read(self._pipes[1], token, calls)
        except OSError:
            raise self._died(wire.CLOSED, "its process ended") from None
        finally:
            self._seconds += time.perf_counter() - began
        return self._decoded(*answer, calls)

    def _bound(self, size: int) -> None:
        if size > MAX_QUESTION_BYTES + wire.QUESTION.size:
            raise RuntimeError(f"the judge's question has {size} bytes; expected {MAX_QUESTION_BYTES} at most")
        if self._calls > MAX_CALLS:
            self._too_long(f"made more than {MAX_CALLS} calls")
        if self._sent + self._received > MAX_TOTAL_BYTES:
            self._too_long(f"exchanged more than {MAX_TOTAL_BYTES} bytes with the candidate")

    def _too_long(self, words: str) -> NoReturn:
        if self.overheard(f"for which the judge {words}"):
            raise CandidateDied("it asked without end")
        raise RuntimeError(f"the judge {words}; expected fewer")

    def _token(self) -> bytes:
        if not self._tokens:
            self._tokens = os.urandom(8 * _TOKENS)
        token, self._tokens = self._tokens[:8], self._tokens[8:]
        return token

    def _most(self, calls: int) -> int:
        """Return the largest answer, for a batch as much as its calls could have answered one by one."""
        return min(self._answer_bytes * calls, max(self._answer_bytes, MAX_QUESTION_BYTES))

    def _read(self, fd: int, token: bytes, calls: int) -> tuple[int, bytes, bytes]:
        """Return kind, text and arrays of the answer to the question with this token."""
        self._await(self._answers)
        data = os.read(fd, _CHUNK)
        while len(data) < wire.ANSWER.size:
            if data:
                self._await(self._answers)
            more = os.read(fd, _CHUNK) if data else b""
            if not more:
                raise self._died(wire.CLOSED, "its process ended")
            data += more
        given, kind, text, arrays = wire.ANSWER.unpack_from(data)
        if given != token:
            raise self._died(wire.BROKEN, "it sent something that is no answer to the question")
        start, end = wire.ANSWER.size, wire.ANSWER.size + text + arrays
        if end - start > self._most(calls):
            limit = f"over the limit of {self._most(calls) / 1000:g} kB"
            raise self._died(wire.TOO_LARGE, f"an answer of {(end - start) / 1000:g} kB, {limit}")
        if len(data) < end:
            data = self._rest(fd, data, end)
        elif len(data) > end:
            raise self._died(wire.BROKEN, "it sent more than the answer")
        self._received += end
        return kind, data[start : start + text], data[start + text :]

    def _write(self, fd: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(fd, rest) :]
            except BlockingIOError:
                self._await(_poll(fd, select.POLLOUT))

    def _await(self, poll: select.poll) -> None:
        """Wait for the other side, as long as it may take for everything.

        Raises:
            CandidateDied: that was too long.
        """
        left = self._until - time.perf_counter()
        ready = poll.poll(left * 1000 if left < _FOREVER_SECONDS else None) if left > 0 else []
        if not ready:
            raise self._died(wire.IDLE, "it took too long, most of the time idle")

    def _rest(self, fd: int, data: bytes, end: int) -> bytes:
        whole = bytearray(end)
        whole[: len(data)] = data
        rest = memoryview(whole)[len(data) :]
        while rest:
            self._await(self._answers)
            got = os.readv(fd, [rest])
            if not got:
                raise self._died(wire.CLOSED, "its process ended")
            rest = rest[got:]
        return bytes(whole)

    def _decoded(self, kind: int, text: bytes, arrays: bytes, calls: int) -> Any:  # noqa: ANN401 - see `call`
        if kind == wire.RESULT:
            value = decode(text, max_bytes=self._most(calls))
            if not arrays and _MARK not in text:
                return value
            return self._with_arrays(value, arrays)
        words = text.decode("utf-8", "replace")
        if kind in _FAILED:
            raise self._died(kind, words)
        raise self._died(wire.BROKEN, "it sent something that is no answer")

    def _with_arrays(self, value: object, data: bytes) -> Any:  # noqa: ANN401 - see `call`
        place = 0

        def walk(value: Any) -> Any:  # noqa: ANN401 - plain data
            nonlocal place
            if type(value) is list:
                return [walk(entry) for entry in cast("list[Any]", value)]
            if type(value) is not dict:
                return value
            entries = cast("dict[str, Any]", value)
            if len(entries) != 1 or wire.ARRAY not in entries:
                return {key: walk(entry) for key, entry in entries.items()}
            array = _array(entries[wire.ARRAY], data, place)
            place += len(array.data)
            return array

        try:
            found = walk(value)
        except ValueError as error:
            raise self._died(wire.BROKEN, f"it sent a broken array: {error}") from None
        if place != len(data):
            raise self._died(wire.BROKEN, "it sent bytes that belong to no array")
        return found

    def _died(self, kind: int, words: str) -> CandidateDied:
        self._let_go()
        self.death = (kind, words)
        return CandidateDied(words or "it ran out of memory")


def _poll(fd: int, event: int) -> select.poll:
    poll = select.poll()
    poll.register(fd, event)
    return poll


def _packed(question: object, packed: list[bytes]) -> bytes:
    def plain(value: Any) -> object:  # noqa: ANN401 - anything comes here
        if type(value) is Array:
            packed.append(value.data)
            return {wire.ARRAY: [value.dtype, value.shape]}
        if type(value).__module__ == "numpy":
            if getattr(value, "shape", ()) == ():
                return value.item()
            if value.dtype.str in CODES:
                packed.append(value.tobytes())
                return {wire.ARRAY: [value.dtype.str, value.shape]}
        raise TypeError(f"expected plain data or an array of numbers as an argument; got {type(value).__name__}")

    return json.dumps(question, default=plain, separators=(",", ":")).encode()


def _array(described: object, data: bytes, place: int) -> Array:
    """Return the array at `place`.

    Raises:
        ValueError: it is not described as an array has to be, or has not all its bytes.
    """
    described = cast("list[Any]", described)
    if type(described) is not list or len(described) != 2:  # noqa: PLR2004 - dtype and shape
        raise ValueError("expected its dtype and shape")
    dtype, shape = described
    if type(dtype) is not str or dtype not in CODES:
        raise ValueError(f"expected a dtype of {', '.join(CODES)}")
    if type(shape) is not list or len(cast("list[Any]", shape)) > MAX_DIMENSIONS:
        raise ValueError(f"expected a shape of {MAX_DIMENSIONS} lengths at most")
    lengths = cast("list[Any]", shape)
    if any(type(length) is not int or not 0 <= length <= _LONGEST for length in lengths):
        raise ValueError("expected lengths from 0 up")
    size = math.prod(lengths) * _SIZES[dtype]
    found = data[place : place + size]
    if len(found) != size:
        raise ValueError("it has fewer bytes than its shape says")
    if dtype == "|b1" and found.translate(None, b"\0\1"):
        raise ValueError("expected booleans")
    return Array(dtype=dtype, shape=tuple(lengths), data=found)

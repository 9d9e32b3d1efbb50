"""The candidate's end of a conversation with its judge: questions come in on one pipe, answers leave on another.

Whoever wrote the program may write to these pipes as well; what arrives is checked on the other side alone. Standard
library only, numpy where the program has it: it is resident in every zygote.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from evo.execute.inside import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    Frame = tuple[int, bytes]

_CHUNK = 1 << 16
_MARK = wire.ARRAY.encode()
_read = os.read
_write = os.write


def take_stdin() -> int:
    """Return a descriptor of what is stdin now, and put an empty pipe in its place."""
    questions = os.dup(0)
    read, write = os.pipe()
    os.dup2(read, 0, inheritable=False)
    os.close(read)
    os.close(write)
    return questions


def serve(
    functions: Mapping[str, Any], guard: Callable[[Callable[[], Frame]], Frame], *, questions: int, answers: int
) -> None:
    """Answer one question after another, until the judge has gone or an answer is a failure.

    Args:
        functions: the program's top-level names.
        guard: runs an action and turns its exceptions into the kind and the text of a failure.
        questions: descriptor to read from.
        answers: descriptor to write to.
    """
    program = _Program(functions)
    while question := _receive(questions):
        token, *asked = question
        packed: list[bytes] = []
        kind, data = guard(partial(program.answer, packed, *asked))
        behind = b"".join(packed) if kind == wire.RESULT else b""
        heard = _send(answers, wire.ANSWER.pack(token, kind, len(data), len(behind)) + data + behind)
        if not heard or kind != wire.RESULT:
            return


class _Program:
    """A program's functions, and the generator that the judge opened last and has not heard the end of."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self._functions = functions
        self._open: Generator[Any, Any, Any] | None = None

    def answer(self, packed: list[bytes], kind: int, text: bytes, arrays: bytearray) -> Frame:
        name, given = _unpacked(text, arrays)
        if kind == wire.SEND:
            return _packed(self._go_on(given[0]), packed)
        function = self._functions.get(name)
        if not callable(function):
            raise TypeError(f"expected a top-level function {name}: the judge calls it")
        if kind == wire.MAP:
            return _packed([function(*args) for args in given], packed)
        value = function(*given)
        if kind == wire.OPEN:
            if not hasattr(value, "send"):
                raise TypeError(
                    f"expected {name} to be a generator, which asks by `reply = yield ...`; it has no yield"
                )
            self._open = cast("Generator[Any, Any, Any]", value)
            value = self._go_on(None)
        return _packed(value, packed)

    def _go_on(self, reply: object) -> list[object]:
        """Return [False, what the open generator yields next], or [True, its result] at its end."""
        if self._open is None:
            raise TypeError("expected an open generator")
        try:
            return [False, self._open.send(reply)]
        except StopIteration as end:
            self._open = None
            return [True, end.value]


def _receive(fd: int) -> tuple[bytes, int, bytes, bytearray] | None:
    """Return token, kind, text and arrays of the next question; None when there will be none."""
    data = _read(fd, _CHUNK)
    while len(data) < wire.QUESTION.size:
        more = _read(fd, _CHUNK)
        if not more:
            return None
        data += more
    token, kind, text, arrays = wire.QUESTION.unpack_from(data)
    start, end = wire.QUESTION.size, wire.QUESTION.size + text + arrays
    if len(data) < end:
        whole = bytearray(end)
        whole[: len(data)] = data
        rest = memoryview(whole)[len(data) :]
        while rest:
            got = os.readv(fd, [rest])
            if not got:
                return None
            rest = rest[got:]
        data = bytes(whole)
    return token, kind, data[start : start + text], bytearray(data[start + text :])


def _send(fd: int, data: bytes) -> bool:
    """Write everything; False when nobody listens any more."""
    try:
        sent = _write(fd, data)
        rest = memoryview(data)[sent:]
        while rest:
            rest = rest[_write(fd, rest) :]
    except OSError:
        return False
    return True


def _unpacked(text: bytes, arrays: bytearray) -> tuple[str, list[Any]]:
    """Return the question, with numpy arrays over `arrays` where the text says so: writable, and nobody else's."""
    if not arrays and _MARK not in text:
        return json.loads(text)
    import numpy as np  # noqa: PLC0415 - only where arrays are passed

    place = 0

    def hook(given: dict[str, Any]) -> object:
        nonlocal place
        if len(given) != 1 or wire.ARRAY not in given:
            return given
        dtype, shape = given[wire.ARRAY]
        count = 1
        for length in shape:
            count *= length
        array = np.frombuffer(arrays, dtype, count, place)
        place += array.nbytes
        return array if len(shape) == 1 else array.reshape(shape)

    return json.loads(text, object_hook=hook)


def _packed(value: object, packed: list[bytes]) -> Frame:
    """Return the answer's kind and text; arrays are appended to `packed` in the order of the text."""

    def plain(value: Any) -> object:  # noqa: ANN401 - anything comes here
        if type(value).__module__.partition(".")[0] == "numpy":
            if type(value) is sys.modules["numpy"].ndarray and value.dtype.str in wire.DTYPES:
                packed.append(value.tobytes())
                return {wire.ARRAY: [value.dtype.str, value.shape]}
            if not getattr(value, "shape", True):
                return value.item()
        raise TypeError(f"expected plain data or an array of numbers; got {type(value).__name__}")

    if type(value) is int:
        return wire.RESULT, str(value).encode()
    try:
        return wire.RESULT, json.dumps(value, default=plain, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        return wire.NOT_PLAIN, f"{type(error).__name__}: {error}"[:1500].encode("utf-8", "backslashreplace")

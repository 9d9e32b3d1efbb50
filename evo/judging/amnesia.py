"""A program with little memory: a stream in blocks, and between blocks nothing survives but so many bytes.

What a judge says of memory is worth what stands behind it: a program that is called again and again keeps globals,
closures and caches, whatever it returns as its state. So each block is handled by a process that was forked afresh and
has loaded the program anew; it is handed the bytes that the one before it returned, and nothing else is left of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from evo.judging.arrays import Array
from evo.judging.invalid import Invalid
from evo.judging.shapes import kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BYTES = "|u1"
"""The dtype of a state, as numpy writes it."""


class Forgetful(Protocol):
    """A live program, as judges see it."""

    def restart(self) -> None:
        """Go on with a fresh process of the same program."""
        ...

    def call(self, name: str, *args: object) -> Any:  # noqa: ANN401 - plain data
        """Call a function of the program."""
        ...


class Amnesia:
    """A program between whose calls nothing survives but a state.

    The program's functions get the state first, as an array of bytes (numpy, uint8, one dimension): empty at the
    beginning of a stream.

    Args:
        candidate: the live program.
        most_bytes: the longest state.

    Attributes:
        state: as it was returned last.
        longest: the length of the longest state so far, in bytes.
    """

    def __init__(self, candidate: Forgetful, most_bytes: int) -> None:
        if most_bytes < 0:
            raise ValueError(f"expected a state of at least 0 bytes, got {most_bytes}")
        self._candidate, self.most_bytes = candidate, most_bytes
        self.state, self.longest = b"", 0

    def begin(self) -> None:
        """Begin another stream: with an empty state."""
        self.state = b""

    def absorb(self, name: str, *args: object) -> None:
        """Have a fresh process handle a block, `name(state, *args)`, and keep the state that it returns.

        Raises:
            Invalid: it returns no array of bytes, or a longer one than is allowed.
            CandidateDied: as for any call.
        """
        self.state = read_state(self.ask(name, *args), self.most_bytes)
        self.longest = max(self.longest, len(self.state))

    def ask(self, name: str, *args: object) -> Any:  # noqa: ANN401 - plain data, which the judge checks
        """Have a fresh process answer from the state, `name(state, *args)`; the state stays as it is.

        Raises:
            CandidateDied, Invalid: as for any call.
        """
        self._candidate.restart()
        return self._candidate.call(name, Array(dtype=BYTES, shape=(len(self.state),), data=self.state), *args)


def stream(
    candidate: Forgetful,
    blocks: Iterable[object],
    *,
    most_bytes: int,
    absorb: str = "absorb",
    answer: str = "answer",
    watch: Callable[[bytes], object] | None = None,
) -> Any:  # noqa: ANN401 - plain data, which the judge checks
    """Show a program a stream, block by block, and return what it answers from the state that is left.

    Args:
        candidate: the live program, with `absorb(state, block) -> state` and `answer(state)`.
        blocks: of the stream; at most `MAX_RESTARTS` of a candidate, over all streams, can be handled.
        most_bytes: the longest state.
        absorb: the name of its function that takes a block in.
        answer: of the one that answers.
        watch: is told every state.

    Raises:
        Invalid, CandidateDied: as `Amnesia.absorb`.
    """
    memory = Amnesia(candidate, most_bytes)
    for block in blocks:
        memory.absorb(absorb, block)
        if watch is not None:
            watch(memory.state)
    return memory.ask(answer)


def read_state(answer: object, most_bytes: int) -> bytes:
    """Return the bytes of a state that came from a program.

    Raises:
        Invalid: it is no array of bytes in one dimension, or longer than allowed.
    """
    if not isinstance(answer, Array):
        raise Invalid(f"state: expected an array of bytes (numpy, uint8), got {kind(answer)}")
    if answer.dtype != BYTES or len(answer.shape) != 1:
        raise Invalid(f"state: expected bytes in one dimension, got {answer.dtype} of shape {list(answer.shape)}")
    if len(answer.data) > most_bytes:
        raise Invalid(f"state: expected at most {most_bytes} bytes, got {len(answer.data)}")
    return answer.data

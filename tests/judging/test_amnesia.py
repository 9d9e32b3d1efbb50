"""A program with little memory, without processes: what is handed on, what is refused."""

import pytest

from evo.judging import Amnesia, Array, Invalid, stream
from evo.judging.amnesia import read_state


def of_bytes(data, dtype="|u1", shape=None):
    return Array(dtype=dtype, shape=(len(data),) if shape is None else shape, data=data)


class Counting:
    """Counts its blocks in the state, and how often it was started."""

    def __init__(self):
        self.starts, self.calls = 0, []

    def restart(self):
        self.starts += 1

    def call(self, name, state, *args):
        assert (state.dtype, state.shape) == ("|u1", (len(state.data),))
        self.calls.append((name, state.data, *args))
        return len(state.data) if name == "answer" else of_bytes(state.data + b"x")


def test_each_block_has_a_fresh_process_and_the_state_of_the_one_before():
    program, seen = Counting(), []
    assert stream(program, ["a", "b", "c"], most_bytes=3, watch=seen.append) == 3
    assert program.starts == 4
    assert seen == [b"x", b"xx", b"xxx"]
    assert program.calls == [
        ("absorb", b"", "a"),
        ("absorb", b"x", "b"),
        ("absorb", b"xx", "c"),
        ("answer", b"xxx"),
    ]


def test_another_stream_begins_with_nothing_and_asking_changes_nothing():
    program = Counting()
    memory = Amnesia(program, 8)
    for _ in range(3):
        memory.absorb("absorb", 1)
    assert memory.ask("answer") == memory.ask("answer") == 3
    memory.begin()
    assert memory.ask("answer") == 0
    assert memory.longest == 3
    assert program.starts == 6


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([1, 2], "expected an array of bytes"),
        ("state", "expected an array of bytes"),
        (None, "expected an array of bytes"),
        (of_bytes(b"12345678", dtype="<f8", shape=(1,)), "expected bytes in one dimension, got <f8"),
        (of_bytes(b"1234", shape=(2, 2)), r"expected bytes in one dimension, got \|u1 of shape"),
        (of_bytes(b"123456789"), "expected at most 8 bytes, got 9"),
    ],
)
def test_what_is_no_state_is_refused(answer, said):
    with pytest.raises(Invalid, match=said):
        read_state(answer, 8)


def test_a_state_may_be_empty_or_as_long_as_allowed():
    assert read_state(of_bytes(b""), 0) == b""
    assert read_state(of_bytes(b"12345678"), 8) == b"12345678"
    with pytest.raises(ValueError, match="at least 0 bytes"):
        Amnesia(Counting(), -1)

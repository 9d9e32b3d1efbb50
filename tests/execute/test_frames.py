import pytest

from evo.errors import EvoError
from evo.execute.frames import HEAD_BYTES, frame_bytes, pack, unpack


def test_a_frame_holds_plain_data_with_raw_bytes_anywhere():
    message = {"a": [1, b"x", {"b": b""}], "c": None, "d": b"\x00\xff" * 3}
    frame = pack(message)
    assert unpack(frame) == message
    assert frame_bytes(frame[:HEAD_BYTES]) == len(frame)


@pytest.mark.parametrize("cut", [0, 5, -1])
def test_less_than_a_frame_is_refused(cut):
    with pytest.raises(EvoError, match="bytes"):
        unpack(pack({"a": b"xyz"})[:cut])

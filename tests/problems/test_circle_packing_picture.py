"""The picture: a PNG of the promised size, with the contacts that the judge counts."""

import struct

import pytest
from packing import SEEDS, load, namespace, published


@pytest.mark.parametrize("n", [1, 26])
def test_png(tmp_path, n):
    output = namespace(SEEDS["grid"])["pack"](n=n, seed=1, work=1)
    path = tmp_path / "picture.png"
    load("picture").draw(output, {"n": n}, path)
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (1000, 1000)


def test_contacts_of_the_record():
    assert len(load("picture").contacts(published("circles_square_26_ae2"))) == 78

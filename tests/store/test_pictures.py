"""Pictures in a run's folder: written whole, and read only where they are pictures of a bounded size."""

import os

import pytest

from evo.errors import StoreError
from evo.store.pictures import MOST_BYTES, is_picture, read_picture, write_picture

HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def picture(width=4, height=3, rest=b""):
    return HEAD + width.to_bytes(4, "big") + height.to_bytes(4, "big") + rest


def test_what_is_written_is_read(tmp_path):
    path = write_picture(tmp_path, "ab12", picture())
    assert path == tmp_path / "pictures" / "ab12.png"
    assert read_picture(tmp_path, "ab12") == picture()
    assert read_picture(tmp_path, "ff") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg onload=alert(1)>" + b" " * 40,
        HEAD,
        picture(100_000, 100_000),
        picture(0, 3),
        picture(rest=b"x" * MOST_BYTES),
    ],
    ids=["empty", "svg", "cut", "bomb", "flat", "long"],
)
def test_what_is_no_picture_of_a_sensible_size_is_not_shown(tmp_path, content):
    assert not is_picture(content)
    write_picture(tmp_path, "ab", content)
    assert read_picture(tmp_path, "ab") is None


def test_links_pipes_and_other_folders_are_not_followed(tmp_path):
    write_picture(tmp_path, "ab", picture())
    (tmp_path / "pictures" / "cd.png").symlink_to(tmp_path / "pictures" / "ab.png")
    os.mkfifo(tmp_path / "pictures" / "ef.png")
    assert read_picture(tmp_path, "cd") is None
    assert read_picture(tmp_path, "ef") is None
    assert read_picture(tmp_path, "../pictures/ab") is None


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "pictures").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        write_picture(tmp_path, "ab", picture())

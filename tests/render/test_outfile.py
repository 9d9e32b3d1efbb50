"""Where a person says that something is to be written: whole or not at all, and never in place of what is no file."""

import os
import stat
import threading
from pathlib import Path

import pytest

from evo.errors import EvoError
from evo.render.outfile import make_folder, outfile, write_file


def test_a_file_appears_whole_or_stays_as_it_was(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    path.chmod(0o640)

    def break_off():
        with outfile(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert path.read_text() == "old"
    write_file(path, b"new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize("there", [True, False])
def test_links_are_followed(tmp_path, there):
    real = tmp_path / "far" / "real.csv"
    real.parent.mkdir()
    if there:
        real.write_text("old")
    (tmp_path / "link").symlink_to("hop")
    (tmp_path / "hop").symlink_to(real)
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert real.read_text() == "new"


def test_into_a_fifo_is_written_as_it_stands(tmp_path):
    path, came = tmp_path / "fifo", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: came.append(path.read_bytes()))
    reader.start()
    write_file(path, b"a" * 100_000)
    reader.join()
    assert came == [b"a" * 100_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has it")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/dev/full", "No space left"),
        ("folder", "Is a directory"),
        ("file/x", "Not a directory"),
        ("nowhere/x", "No such file"),
        ("loop", "symbolic links"),
        ("n" * 300, "too long"),
    ],
)
def test_what_cannot_be_written_is_named(tmp_path, name, why):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(EvoError, match=why) as refused:
        write_file(tmp_path / name, b"x" * 100_000, hint="name another file after -o")
    assert str(refused.value).startswith(f"{tmp_path / name}: cannot be written (")
    assert str(refused.value).endswith("; name another file after -o")
    assert (tmp_path / "file").read_text() == "kept"
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".draft")]


def test_devices_stay_devices():
    write_file(Path(os.devnull), b"x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    make_folder(tmp_path / "a" / "b")
    with pytest.raises(EvoError, match="cannot be made as a folder"):
        make_folder(tmp_path / "file")

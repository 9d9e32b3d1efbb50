"""Directories go away whatever was put into them, and links are never followed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evo.execute import scratch


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_three_thousand_levels(root: Path):
    here = os.open(root, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    scratch.remove_tree(root)
    assert not root.exists()


def test_directories_without_permissions(root: Path):
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "f").write_text("x")
    inner.chmod(0)
    (root / "a").chmod(0)
    root.chmod(0)
    scratch.remove_tree(root)
    assert not root.exists()


def test_links_are_removed_and_not_followed(root: Path, tmp_path: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("kept")
    (root / "link").symlink_to(precious)
    (root / "sub").mkdir()
    (root / "sub" / "link").symlink_to(precious)
    (root / "broken").symlink_to(root / "nowhere")
    os.mkfifo(root / "fifo")
    scratch.remove_tree(root)
    assert not root.exists()
    assert (precious / "file").read_text() == "kept"


def test_odd_names(root: Path):
    for name in (b"\xff\xfe", b"new\nline", b"-rf", b"x" * 255):
        folder = root / os.fsdecode(name)
        folder.mkdir()
        (folder / "f").touch()
    scratch.remove_tree(root)
    assert not root.exists()


def test_a_root_that_is_gone_or_is_a_link_is_no_error(root: Path, tmp_path: Path):
    scratch.remove_tree(tmp_path / "nowhere")
    (tmp_path / "link").symlink_to(root)
    scratch.remove_tree(tmp_path / "link")
    assert root.exists()


def test_plain_removal_takes_files_and_leaves_the_rest_untouched(root: Path):
    (root / "program.py").write_text("x")
    assert scratch.remove_plain(root)
    assert not root.exists()
    root.mkdir()
    (root / "sub").mkdir()
    (root / "file").write_text("x")
    assert not scratch.remove_plain(root)
    assert (root / "file").exists()


def test_the_janitor_takes_only_what_has_no_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(scratch, "places", lambda: (tmp_path,))
    mine = scratch.make_root()
    dead = subprocess.Popen([sys.executable, "-S", "-c", ""])
    dead.wait()
    gone = tmp_path / f"evo-{dead.pid}-12345-0123abcd"
    reused = tmp_path / f"evo-{os.getpid()}-1-0123abcd"
    foreign = tmp_path / "evo-notes"
    target = tmp_path / "target"
    for folder in (gone, reused, foreign, target):
        folder.mkdir()
        (folder / "file").write_text("x")
    (tmp_path / f"evo-{dead.pid}-12345-ffffffff").symlink_to(target)
    scratch.remove_abandoned()
    assert mine.exists()
    assert foreign.exists()
    assert (target / "file").exists()
    assert not gone.exists()
    assert not reused.exists()

from dataclasses import replace
from pathlib import Path

import pytest

from evo.errors import EvoError
from evo.execute import scratch
from evo.execute.folder import Checkout, Folder
from evo.execute.parcel import lay_out_parcel, pack_checkout, pack_folder


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "problem"
    (place / "data").mkdir(parents=True)
    (place / "evaluate.py").write_text("x = 1\n")
    (place / "notes.md").write_text("not sent")
    (place / "data" / "rows.csv").write_bytes(b"1,2\n")
    return Folder.of(place)


def test_a_folder_arrives_without_what_no_judge_may_load_and_cannot_be_written(folder, tmp_path):
    place = tmp_path / "there"
    lay_out_parcel(pack_folder(folder), place, folder=folder.digest)
    assert Folder.of(place).digest == folder.digest
    assert not (place / "notes.md").exists()
    for each in (place, place / "data", place / "evaluate.py"):
        assert each.stat().st_mode & 0o222 == 0, each
    scratch.remove_tree(place)
    assert not place.exists()


def test_equal_folders_are_equal_parcels_whoever_made_them_when(folder):
    before = pack_folder(folder)
    Path(folder.path, "evaluate.py").touch()
    assert pack_folder(folder) == before


def test_something_else_than_was_sent_is_refused(folder, tmp_path):
    parcel = pack_folder(folder)
    with pytest.raises(EvoError, match="what arrived"):
        lay_out_parcel(parcel, tmp_path / "there", folder=replace(folder, digest="0" * 32).digest)
    assert not (tmp_path / "there").exists()


def test_a_tree_keeps_its_links_and_its_programs(tmp_path):
    root = tmp_path / "tree"
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "tool").write_text("#!/bin/sh\n")
    (root / "bin" / "tool").chmod(0o755)
    (root / "link").symlink_to("bin/tool")
    place = tmp_path / "there"
    lay_out_parcel(pack_checkout(Checkout(path=str(root), digest="d", entries=3, size_bytes=0)), place)
    assert (place / "link").readlink() == Path("bin/tool")
    assert (place / "bin" / "tool").stat().st_mode & 0o777 == 0o555

import os

import pytest

from evo.config import contents
from evo.config.contents import contents_of
from evo.errors import SpecError

COUNTED = ("evaluate.py", "lib/deep/table.bin", "data/items.json", "seeds/one.py", "cases.yaml", "notes.txt")
LEFT_OUT = (
    ".hidden",
    "__pycache__/evaluate.cpython-311.pyc",
    "evaluate.py~",
    "run.yaml",
    "runs/1/run.db",
    "runs/1/best/program.py",
    ".venv/x.py",
    "env/pyvenv.cfg",
    "env/lib.py",
)


@pytest.fixture
def folder(tmp_path):
    for name in (*COUNTED, *LEFT_OUT):
        path = tmp_path / "sums" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "sums"


def test_the_whole_folder_counts_but_what_nobody_put_there_to_be_read(folder):
    assert sorted(contents_of(folder)) == sorted(COUNTED)


def test_a_byte_more_or_less_shows(folder):
    before = contents_of(folder)
    (folder / "lib/deep/table.bin").write_bytes(b"\0")
    (folder / "data/items.json").unlink()
    (folder / "new.py").touch()
    after = contents_of(folder)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {
        "lib/deep/table.bin",
        "data/items.json",
        "new.py",
    }


def test_what_a_link_leads_to_counts_once(folder):
    elsewhere = folder.parent / "shared"
    elsewhere.mkdir()
    (elsewhere / "big.bin").write_text("1")
    (folder / "linked").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(folder)
    (folder / "gone").symlink_to("nowhere")
    before = contents_of(folder)
    assert "linked/big.bin" in before
    (elsewhere / "big.bin").write_text("2")
    assert contents_of(folder)["linked/big.bin"] != before["linked/big.bin"]


def test_a_config_may_change_and_a_pipeline_may_not(folder):
    (folder / "mine.yaml").write_text("# one of mine\nextends: base.yaml\n")
    (folder / "steps.yaml").write_text("stages: {call: {use: call}}\n")
    assert "steps.yaml" in contents_of(folder)
    assert "mine.yaml" not in contents_of(folder)


def test_data_elsewhere_and_what_nothing_rests_on(folder):
    other = folder.parent / "shared.bin"
    other.write_bytes(b"1")
    before = contents_of(folder, data=["../shared.bin", "data/"], unread=["notes.txt", "lib"])
    assert sorted(before) == ["../shared.bin", "cases.yaml", "data/items.json", "evaluate.py", "seeds/one.py"]
    other.write_bytes(b"2")
    assert contents_of(folder, data=["../shared.bin"])["../shared.bin"] != before["../shared.bin"]
    with pytest.raises(SpecError, match=r"data: no file or folder 'there'"):
        contents_of(folder, data=["there"])


def test_a_large_file_is_named_or_refused(folder, monkeypatch):
    monkeypatch.setattr(contents, "LARGE_MB", 0)
    for name in COUNTED:
        os.truncate(folder / name, 0)
    (folder / "big.bin").write_bytes(b"1")
    with pytest.raises(SpecError, match=r"big\.bin.*data: \[big\.bin\].*unread"):
        contents_of(folder)
    assert "big.bin" in contents_of(folder, data=["big.bin"])
    assert "big.bin" not in contents_of(folder, unread=["big.bin"])


def test_what_cannot_be_read_is_named(folder):
    (folder / "shut").symlink_to("/proc/1/mem" if os.getuid() else "/proc/self/mem")
    with pytest.raises(SpecError, match=r"shut.*cannot be read"):
        contents_of(folder)

from pathlib import Path

from evo.execute.folder import Folder


def make(root: Path, **changes: str) -> Folder:
    files = {
        "evaluate.py": "x = 1\n",
        "helper.py": "",
        "data/deep/table.txt": "1 2",
        "seeds/seed.py": "",
        "brief.md": "",
    }
    for name, text in {**files, **changes}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Folder.of(root)


def test_it_holds_the_modules_and_the_data_and_nothing_else(tmp_path: Path):
    folder = make(tmp_path)
    assert folder.path == str(tmp_path.resolve())
    assert folder.files == ("data/deep/table.txt", "evaluate.py", "helper.py")
    assert folder.contents() == {"data/deep/table.txt": b"1 2", "evaluate.py": b"x = 1\n", "helper.py": b""}


def test_the_digest_is_of_names_and_contents_wherever_it_lies(tmp_path: Path):
    first = make(tmp_path / "a")
    assert make(tmp_path / "b").digest == first.digest
    changes = [{"evaluate.py": "x = 2\n"}, {"data/deep/table.txt": "1"}, {"other.py": ""}]
    others = [make(tmp_path / str(i), **each).digest for i, each in enumerate(changes)]
    assert len({first.digest, *others}) == 4
    assert make(tmp_path / "c", **{"brief.md": "another"}).digest == first.digest

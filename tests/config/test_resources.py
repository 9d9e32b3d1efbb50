from __future__ import annotations

from pathlib import Path

import pytest

from evo.config import resources
from evo.config.resources import known, resolve, shipped
from evo.errors import NotFoundError


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder `here`, and a package with shipped copies."""
    (tmp_path / "here").mkdir()
    (tmp_path / "package" / "shipped" / "configs").mkdir(parents=True)
    (tmp_path / "package" / "shipped" / "problems").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "package")
    return tmp_path


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a: 1\n")
    return path


def test_what_ships_is_found_as_a_checkout_spells_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resources.resolve("configs", "configs/smoke.yaml").is_file()
    assert resources.resolve("problems", "problems/circle_packing").is_dir()


def test_precedence(folders: Path) -> None:
    last = write(folders / "package/shipped/configs/base.yaml")
    assert resolve("configs", "base.yaml") == last
    assert resolve("configs", "base") == last
    third = write(Path("configs/base.yaml"))
    assert resolve("configs", "base") == third == Path("configs/base.yaml")
    second = write(Path("mine/base.yaml"))
    assert resolve("configs", "base", beside=Path("mine")) == second
    assert resolve("configs", "base") == third
    first = write(Path("base.yaml"))
    assert resolve("configs", "base.yaml", beside=Path("mine")) == first
    assert resolve("configs", "base", beside=Path("mine")) == second
    assert resolve("configs", "mine/base.yaml") == second


def test_problems_are_folders_with_a_problem_file(folders: Path) -> None:
    write(folders / "package/shipped/problems/circles/problem.yaml")
    assert resolve("problems", "circles").parent == folders / "package/shipped/problems"
    Path("circles").mkdir()
    assert resolve("problems", "circles").parent == folders / "package/shipped/problems"
    write(Path("circles/problem.yaml"))
    assert resolve("problems", "circles") == Path("circles")
    with pytest.raises(NotFoundError):
        resolve("problems", ".")
    write(Path("problem.yaml"))
    assert resolve("problems", ".") == Path()
    assert resolve("problems", str(folders / "package/shipped/problems/circles")).is_absolute()


def test_known_and_nearest(folders: Path) -> None:
    write(folders / "package/shipped/configs/base.yaml")
    write(Path("configs/smoke.yaml"))
    write(Path("configs/notes.txt"))
    write(Path("mine/special.yaml"))
    assert known("configs") == ["base", "smoke"]
    assert known("configs", Path("mine")) == ["base", "smoke", "special"]
    assert known("problems") == []
    with pytest.raises(NotFoundError) as caught:
        resolve("configs", "smok")
    assert str(caught.value) == "config 'smok' not found; did you mean smoke?"
    assert caught.value.exit_code == 4
    with pytest.raises(NotFoundError, match=r"^config 'zzz' not found; there are base, smoke$"):
        resolve("configs", "zzz")
    with pytest.raises(NotFoundError, match=r"^problem 'x' not found$"):
        resolve("problems", "x")


@pytest.mark.parametrize("name", ["", "x" * 5000, "a\0b", "/", "..", "~nobody/x"])
def test_strange_names_are_not_found(folders: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        resolve("configs", name)


def test_a_checkout_ships_its_top_level_folders() -> None:
    assert shipped("problems") == Path(resources.__file__).parents[2] / "problems"

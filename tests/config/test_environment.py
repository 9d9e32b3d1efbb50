"""What is known of a virtual environment without starting anything in it."""

import pytest

from evo.config.environment import find_environment
from evo.errors import SpecError
from tests import venvs


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return venvs.make(tmp_path_factory.mktemp("made") / "venv")


def test_none_is_named(tmp_path):
    assert find_environment(tmp_path, "") is None


def test_a_requirements_file_stands_for_a_hidden_folder_beside_it(tmp_path):
    (tmp_path / "needs.txt").write_text("")
    found = find_environment(tmp_path, "needs.txt")
    assert (found.folder, found.requirements) == (tmp_path / ".needs-environment", tmp_path / "needs.txt")
    assert found.flaw() == "environment needs.txt is not built yet; `evo env PROBLEM` builds it"


@pytest.mark.parametrize(
    ("named", "words"),
    [("nowhere", "no file or folder 'nowhere'"), ("seeds", "'seeds' is no virtual environment (it has no pyvenv.cfg)")],
)
def test_what_is_no_environment_is_refused(tmp_path, named, words):
    (tmp_path / "seeds").mkdir()
    with pytest.raises(SpecError) as refused:
        find_environment(tmp_path, named)
    assert words in str(refused.value)


def test_what_is_installed_is_told_by_version_and_hash(made):
    found = find_environment(made.parent, "venv")
    before = found.installed()
    assert sorted(before) == ["five", "five.py", "python"]
    assert before["five"].startswith("1.2 ")
    assert found.flaw() == ""
    assert found.has("five")
    assert not found.has("six")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"version": "1.3"}, {"five"}),
        ({"text": "FIVE = 6\n"}, {"five", "five.py"}),
        ({"text": "FIVE = 55\n"}, {"five", "five.py"}),
    ],
)
def test_another_version_another_build_and_an_edit_are_told(made, changes, names):
    found = find_environment(made.parent, "venv")
    venvs.install(made)
    before = found.installed()
    venvs.install(made, **changes)
    after = found.installed()
    assert {name for name in before if before[name] != after[name]} == names


def test_an_old_python_is_refused(made, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(made / "bin" / "python")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.9.1\n")
    found = find_environment(tmp_path.parent, tmp_path.name)
    assert found.flaw() == f"environment {tmp_path.name} has Python 3.9.1; expected 3.11 or later"


def test_changed_requirements_are_told(made, tmp_path):
    (tmp_path / "needs.txt").write_text("five\n")
    (tmp_path / ".needs-environment").symlink_to(made)
    flaw = find_environment(tmp_path, "needs.txt").flaw()
    assert flaw == "needs.txt is not what its environment was built from; `evo env PROBLEM` builds it anew"

"""What a program changes, as `git apply` takes it, and on disk."""

import subprocess

import pytest

from evo.records import Program
from evo.repository.checkout import write_tree, written_files
from evo.repository.patch import patch_of
from evo.repository.snapshot import Repository, take_snapshot
from tests.repository_problem import git, make_repository

TEXTS = {
    "src/core/plain.py": b"a = 1\nb = 2\nc = 3\n",
    "src/core/dos.py": b"a = 1\r\nb = 2\r\nc = 3\r\n",
    "src/core/endless.py": b"a = 1\nb = 2",
    "src/core/marked.py": "\ufeffa = 1\nb = 'é\u2028'\n".encode(),
    "src/core/mixed.py": b"a = 1\r\nb = 2\r\nc = 3\n",
    "src/core/empty.py": b"",
    "src/core/form.py": b"a = 1\n\x0c\nb = 2\n",
}


@pytest.fixture
def tree(tmp_path):
    root = make_repository(tmp_path / "lib", {"src/fixed.py": "x = 1\n", "README.md": "hello\n"})
    for name, data in TEXTS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    return take_snapshot(Repository(root=root.resolve(), editable=("src/core/*.py",)))


def changed(tree, **more):
    files = {path: text.replace("b = ", "b = -") for path, text in tree.trunk.texts.items()}
    return Program.of({**files, "src/core/new.py": "n = 1\n", **more}, trunk=tree.trunk)


def test_the_patch_applies_and_gives_what_is_written(tree, tmp_path):
    program = changed(tree)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(tmp_path / "lib"), str(clone)], check=True)
    subprocess.run(["git", "apply"], cwd=clone, check=True, input=patch_of(program, tree).encode())
    for path, text in written_files(program, tree).items():
        assert (clone / path).read_bytes() == text.encode(), path
    assert (clone / "src/core/dos.py").read_bytes() == b"a = 1\r\nb = -2\r\nc = 3\r\n"
    assert (clone / "src/core/endless.py").read_bytes() == b"a = 1\nb = -2"
    assert (clone / "src/core/marked.py").read_bytes().startswith(b"\xef\xbb\xbfa = 1")
    assert (clone / "src/core/form.py").read_bytes() == b"a = 1\n\x0c\nb = -2\n"


def test_what_is_not_changed_stays_byte_for_byte(tree):
    program = Program.of(tree.trunk.texts, trunk=tree.trunk)
    assert written_files(program, tree) == {}
    assert patch_of(program, tree) == ""


def test_the_root_may_lie_within_its_repository(tmp_path):
    root = make_repository(tmp_path / "lib", {"packages/one/src/core/a.py": "a = 1\n", "other.txt": "x\n"})
    tree = take_snapshot(Repository(root=(root / "packages/one").resolve(), editable=("src/core/*.py",)))
    assert set(tree.entries) == {"src/core/a.py"}
    assert not tree.dirty
    patch = patch_of(Program.of({"src/core/a.py": "a = 2\n"}, trunk=tree.trunk), tree)
    subprocess.run(["git", "apply"], cwd=root, check=True, input=patch.encode())
    assert (root / "packages/one/src/core/a.py").read_text() == "a = 2\n"


def test_a_tree_is_written_as_it_was(tree, tmp_path):
    folder = tmp_path / "laid"
    folder.mkdir()
    write_tree(tree, folder)
    again = take_snapshot(Repository(root=folder.resolve(), editable=("src/core/*.py",)))
    assert again.entries == tree.entries
    assert again.digest == tree.digest

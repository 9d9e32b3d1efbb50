"""A branch is made beside whatever is checked out, and nothing else is touched."""

import subprocess

import pytest

from evo.errors import ConflictError, NotFoundError, UsageError
from evo.records import Program
from evo.repository.branch import make_branch
from evo.repository.snapshot import Repository, take_snapshot
from tests.repository_problem import git, make_repository, write

NEW = "LIMIT = 37.5\n"


@pytest.fixture
def root(tmp_path):
    return make_repository(tmp_path / "lib").resolve()


def tree_of(root):
    return take_snapshot(Repository(root=root, editable=("src/core/*.py",)))


def better(tree):
    return Program.of({**tree.trunk.texts, "src/core/other.py": NEW, "src/core/new.py": "N = 1\n"}, trunk=tree.trunk)


def test_it_has_the_change_and_leaves_branch_index_and_dirt_alone(root):
    tree = tree_of(root)
    write(root, {"src/core/speed.py": "dirty\n", "staged.txt": "s\n", "untracked.txt": "u\n"})
    git(root, "add", "staged.txt")

    def state():
        return git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD"), git(root, "branch", "--show-current")

    before = state()
    commit = make_branch(better(tree), tree, "evo/best", root, "tidy: nearer\n\nObjective 1.0\n")
    assert state() == before
    assert git(root, "rev-parse", "evo/best").strip() == commit
    assert git(root, "show", "evo/best:src/core/other.py") == NEW
    assert git(root, "diff", "--name-only", "main", "evo/best").split() == ["src/core/new.py", "src/core/other.py"]
    assert git(root, "log", "-1", "--format=%s", "evo/best").strip() == "tidy: nearer"
    assert git(root, "rev-parse", "evo/best^").strip() == tree.revision
    assert (root / "src/core/speed.py").read_text() == "dirty\n"


def test_it_can_be_made_in_a_clone(root, tmp_path):
    tree = tree_of(root)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)
    make_branch(better(tree), tree, "evo/best", clone, "m")
    assert git(clone, "show", "evo/best:src/core/other.py") == NEW
    assert "evo/best" not in git(root, "branch", "--all")


def test_what_cannot_be_made_is_said_with_a_way_out(root, tmp_path):
    tree = tree_of(root)
    program = better(tree)
    make_branch(program, tree, "evo/best", root, "m")
    with pytest.raises(ConflictError, match="branch evo/best exists"):
        make_branch(program, tree, "evo/best", root, "m")
    with pytest.raises(UsageError, match="git takes no such name"):
        make_branch(program, tree, "two words", root, "m")
    with pytest.raises(NotFoundError, match="no clone of a git repository"):
        make_branch(program, tree, "x", tmp_path / "nowhere", "m")
    with pytest.raises(NotFoundError, match=r"no commit .* with which the run began"):
        make_branch(program, tree, "x", make_repository(tmp_path / "other", {"a.txt": "a\n"}), "m")


def test_a_change_of_what_was_not_committed_is_said_to_be_one(root):
    write(root, {"src/core/other.py": "FIRST = 1\nSECOND = 2\nLIMIT = 39.0\n"})
    tree = tree_of(root)
    program = Program.of({**tree.trunk.texts, "src/core/other.py": "FIRST = 1\nLIMIT = 3.0\n"}, trunk=tree.trunk)
    with pytest.raises(ConflictError, match=r"with changes that were not committed\. Take `evo best --patch`"):
        make_branch(program, tree, "evo/best", root, "m")
    assert git(root, "branch", "--list", "evo/best") == ""


def test_a_folder_without_a_commit_has_patches_alone(tmp_path):
    write(tmp_path / "plain", {"src/core/a.py": "A = 1\n"})
    tree = tree_of(tmp_path / "plain")
    program = Program.of({"src/core/a.py": "A = 2\n"}, trunk=tree.trunk)
    with pytest.raises(NotFoundError, match="no commit, so no branch can begin there; use --patch"):
        make_branch(program, tree, "x", make_repository(tmp_path / "r", {"a.txt": "a\n"}), "m")

"""What of a checkout is the program, and what is not."""

import os
import subprocess

import pytest

from evo.errors import SpecError
from evo.records import EntryKind, Program
from evo.repository import snapshot
from evo.repository.snapshot import Repository, editable_of, take_snapshot
from tests.repository_problem import git, make_repository, write

GLOBS = ("src/core/*.py",)


def snap(root, **given):
    return take_snapshot(Repository(root=root.resolve(), **{"editable": GLOBS, **given}))


@pytest.fixture
def root(tmp_path):
    return make_repository(tmp_path / "lib")


def test_it_is_what_git_knows_and_what_it_would(root):
    write(root, {"new.txt": "not added\n", "ignored/x.txt": "x\n", "src/core/speed.py": "OFFSET = 6.0\n"})
    (root / "bench.py").unlink()
    tree = snap(root)
    assert "new.txt" in tree.entries
    assert "ignored/x.txt" not in tree.entries
    assert "bench.py" not in tree.entries
    assert tree.trunk.texts["src/core/speed.py"] == "OFFSET = 6.0\n"
    assert tree.editable == ("src/core/__init__.py", "src/core/other.py", "src/core/speed.py")
    assert tree.revision == git(root, "rev-parse", "HEAD").strip()
    assert tree.dirty
    assert not snap(make_repository(root.parent / "clean")).dirty


def test_nothing_of_the_checkout_is_touched(root):
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    snap(root)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == before


def test_secrets_are_left_out_by_name_and_that_is_said(root):
    names = (".env", ".env.local", "deploy/server.pem", "id_ed25519", ".aws/credentials", "secrets.yaml", ".netrc")
    write(root, dict.fromkeys(names, "sk-canary\n"))
    write(root, {".env.example": "KEY=\n", "src/keys.py": "", "src/secrets.py": "", "docs/secret.md": ""})
    git(root, "add", "-f", ".")
    tree = snap(root)
    assert b"canary" not in b"".join(entry.data for entry in tree.entries.values())
    assert {".env.example", "src/keys.py", "src/secrets.py", "docs/secret.md"} <= set(tree.entries)
    assert any(".env" in words and "may hold a secret" in words for words in tree.left_out)


def test_modes_links_and_bytes_are_kept(root):
    (root / "tool.sh").write_text("#!/bin/sh\n")
    (root / "tool.sh").chmod(0o755)
    (root / "logo.bin").write_bytes(bytes(range(256)))
    (root / "inner").symlink_to("src/core")
    (root / "out").symlink_to("/etc/passwd")
    (root / "src/up").symlink_to("../../elsewhere")
    os.mkfifo(root / "pipe")
    tree = snap(root)
    assert tree.entries["tool.sh"].kind is EntryKind.PROGRAM
    assert tree.entries["logo.bin"].data == bytes(range(256))
    assert tree.entries["inner"].kind is EntryKind.LINK
    assert tree.entries["inner"].data == b"src/core"
    assert not {"out", "src/up", "pipe"} & set(tree.entries)
    assert any("leads out" in words for words in tree.left_out)


def test_what_is_no_text_may_not_change_whatever_the_globs_say(root):
    (root / "src/core/table.bin").write_bytes(b"\0\1")
    (root / "src/core/alias").symlink_to("../fixed.py")
    tree = snap(root, editable=("src/core",))
    assert "src/core/table.bin" not in tree.editable
    may = editable_of(tree, ("src/core",))
    assert may.flaw("src/core/speed.py") == ""
    assert may.flaw("src/core/new.py") == ""
    for path in ("src/core/table.bin", "src/core/alias", "src/core/alias/x.py", "src/fixed.py"):
        assert may.flaw(path), path
    assert "is a folder" in editable_of(tree, ("src",)).flaw("src/core")


def test_a_submodule_is_there_and_stays_as_it_is(root):
    inner = make_repository(root.parent / "inner", {"core/deep.py": "X = 1\n"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "vendor")
    tree = snap(root)
    assert tree.entries["vendor/core/deep.py"].data == b"X = 1\n"
    with pytest.raises(SpecError, match=r"vendor/core/deep\.py lies in a submodule"):
        snap(root, editable=("vendor/**",))
    git(root, "submodule", "deinit", "-f", "vendor")
    assert any("not checked out" in words for words in snap(root).left_out)


def test_a_folder_without_git_is_walked(tmp_path):
    root = tmp_path / "plain"
    write(root, {"src/core/a.py": "A = 1\n", "node_modules/x.js": "", "venv/pyvenv.cfg": "", "venv/x.py": ""})
    write(root, {"runs/one/run.db": "", "runs/one/x.txt": "", "src/core/__pycache__/a.pyc": ""})
    tree = snap(root)
    assert set(tree.entries) == {"src/core/a.py"}
    assert tree.revision == ""


def test_the_problem_is_no_part_of_it_and_what_is_left_out_neither(root):
    write(root, {"problem/evaluate.py": "", "large/data.txt": "x\n"})
    tree = snap(root, without=(root / "problem",), left_out=("large",))
    assert not {"problem/evaluate.py", "large/data.txt"} & set(tree.entries)


def test_globs_that_match_nothing_and_trees_beyond_all_bounds_are_refused(root, monkeypatch):
    with pytest.raises(SpecError, match=r"editable: no text matches lib/\*\.py"):
        snap(root, editable=("lib/*.py",))
    monkeypatch.setattr(snapshot, "TREE_MAX_FILES", 3)
    with pytest.raises(SpecError, match=r"expected at most 3 and 256 MB\. Name in `left_out`"):
        snap(root)


def test_the_digest_is_that_of_all_that_is_there(root):
    first = snap(root)
    assert snap(root).digest == first.digest
    (root / "bench.py").chmod(0o755)
    other = snap(root)
    assert other.digest != first.digest
    program, same = (Program.of(tree.trunk.texts, trunk=tree.trunk) for tree in (first, other))
    assert program.id != same.id
    assert program.changed == {}


def test_a_variable_of_a_hook_leads_to_no_other_repository(root, tmp_path, monkeypatch):
    other = make_repository(tmp_path / "other", {"elsewhere.py": "X = 1\n"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert "src/fixed.py" in snap(root).entries


def test_a_watcher_that_the_repository_names_is_not_started(root, tmp_path):
    mark = tmp_path / "started"
    hook = tmp_path / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    subprocess.run(["git", "-C", str(root), "config", "core.fsmonitor", str(hook)], check=True)
    snap(root)
    assert not mark.exists()

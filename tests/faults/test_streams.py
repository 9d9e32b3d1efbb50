"""Streams that are closed, full or gone, places where nothing can be made: a sentence or silence, never a trace."""

import os
import subprocess
import sys

import pytest

from tests.faults.rig import ROOT
from tests.render.small_run import write_run

EVO = [sys.executable, "-m", "evo"]
RUN = ("run", "smoke", "--quiet", "--set", "budget.tickets=1", "--set", "executor.sandbox=none")
READING = (("status",), ("export",), ("show", "--json"), ("best",))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams") / "runs"
    write_run(folder / "20260101-120000-toy-3fa9")
    return folder


def shell(words, runs, streams):
    """Run a verb with its streams as a shell would leave them; return code, and what else was said."""
    line = f"{' '.join(EVO)} {' '.join(words)} --runs-dir {runs} {streams}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, env=env)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_full_stdout_is_named(runs, words):
    code, said = shell(words, runs, "> /dev/full")
    assert code == 1
    assert (
        said == "stdout: No space left on device; the disk is full, or has no room for another file; free some space\n"
    )


@pytest.mark.parametrize("streams", [">&-", "2>&- >/dev/null", "<&- >&- 2>&-"])
def test_a_closed_stream_is_silence(runs, streams):
    code, said = shell(("status",), runs, streams)
    assert (code, said) == (0, "")


def test_a_reader_that_has_gone_is_silence(runs):
    code, said = shell(("export",), runs, "| true; exit ${PIPESTATUS[0]}")
    assert (code, said) in {(1, ""), (0, "")}


def test_nothing_of_ours_comes_to_lie_in_the_place_of_a_closed_stream(runs):
    """A file that took descriptor 1 would get what is printed, also by children."""
    text = (
        "import os, sys\nfrom evo.cli.main import main\nmain(['--version'])\nprint('x')\n"
        "import sys; open(sys.argv[1], 'w').write(os.readlink('/proc/self/fd/1'))\n"
    )
    told = runs / "told"
    line = f'{sys.executable} -c "$TEXT" {told} >&-'
    subprocess.run(["bash", "-c", line], cwd=ROOT, check=True, env={**os.environ, "TEXT": text})
    assert told.read_text() == os.devnull
    told.unlink()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("file", "not a folder"),
        ("file/below", "Not a directory"),
        ("dangling", "a link that leads nowhere"),
        ("loop", "a link that leads nowhere"),
        ("/proc/none", "No such file or directory"),
    ],
)
def test_a_runs_directory_that_cannot_be_is_named(tmp_path, name, words):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "else")
    (tmp_path / "loop").symlink_to("loop")
    code, said = shell(RUN, tmp_path / name, "2>&1")
    assert code == 1
    assert words in said
    assert said.startswith(str(tmp_path / name) if name[0] != "/" else name)
    assert "Traceback" not in said
    assert "unexpected" not in said
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("ro", "Read-only file system"),
        ("nr_inodes=4", "No space left on device"),
        ("size=64k", "database cannot be made (database or disk is full)"),
    ],
)
def test_a_disk_without_room_is_named_when_a_run_is_made(tmp_path, options, words):
    line = f"mount -t tmpfs -o {options} tmpfs {tmp_path} && {' '.join(EVO)} {' '.join(RUN)} --runs-dir {tmp_path}; "
    line += f"echo code=$?; ls -A {tmp_path}"
    mounted = subprocess.run(
        ["unshare", "-m", "bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "mount:" in mounted.stderr or "unshare" in mounted.stderr:
        pytest.skip("no mounts here")
    assert mounted.stdout == "code=1\n", "nothing is left of the run"
    assert words in mounted.stderr
    assert "unexpected" not in mounted.stderr

"""`evo certify`: a folder that a bare Python believes, and what is refused."""

import json
import subprocess
import sys


def test_a_finished_run_hands_over_its_best(evo, finished, tmp_path):
    folder = tmp_path / "certificate"
    done = evo("certify", "@best", folder, "--json", "--runs-dir", finished)
    assert done.code == 0, done.err
    said = json.loads(done.out)
    status = json.loads(evo("status", "--json", "--runs-dir", finished).out)
    assert said["objective"] == status["best"]["objective"]
    assert said["problem"] == "circle_packing(work=2, n=26)"
    bare = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    checked = subprocess.run(bare, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert f"= {said['objective']!r} " in checked.stdout
    assert (folder / "program" / "program.py").read_text() == evo("best", "--runs-dir", finished).out
    again = evo("certify", "@best", folder, "--runs-dir", finished)
    assert again.code == 2
    assert "is there already; name a folder that is new or empty" in again.err


def test_nothing_is_written_for_what_is_not_there(evo, finished, tmp_path):
    folder = tmp_path / "certificate"
    assert evo("certify", "ffff", folder, "--runs-dir", finished).code == 4
    assert evo("certify", "@best", "--runs-dir", finished).code == 2
    assert not folder.exists()

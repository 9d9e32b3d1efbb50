"""The gallery, typed: each of its problems gets better, from nothing, by the commands as they stand."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.third_party.place import furnish

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/gallery.md").read_text()
KINDS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
CHEAP = ("A text",)
"""Typed by `make test`; the others by `make soak`, since each takes up to a minute of computing."""


def commands(kind):
    return re.findall(r"^ {4}(evo [^\n]+)$", KINDS[kind], re.MULTILINE)


def test_there_are_seven_kinds_and_each_has_its_commands():
    assert len(KINDS) == 7
    assert all(len(commands(kind)) >= 3 for kind in KINDS)


@pytest.mark.parametrize("kind", [pytest.param(k, marks=[] if k in CHEAP else [pytest.mark.soak]) for k in KINDS])
def test_a_problem_gets_better(wheel, tmp_path, kind):
    if "C++" in kind and not shutil.which("g++"):
        pytest.skip("g++ is not installed")
    python, _ = furnish(tmp_path / "env", [wheel])
    script = python.with_name("evo")
    script.write_text(f"#!{python}\nimport sys\nfrom evo.cli.main import main\nsys.exit(main())\n")
    script.chmod(0o755)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
    environment = {**clean, "PATH": f"{python.parent}:{clean['PATH']}"}
    here = tmp_path / "here"
    here.mkdir()

    def typed(line):
        done = subprocess.run(
            ["bash", "-c", line], cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout

    for config in re.findall(r"^```yaml\n(.*?)\n^```$", KINDS[kind], re.MULTILINE | re.DOTALL):
        (here / "sheet.yaml").write_text(config)
    for line in commands(kind):
        typed(line)
    (run,) = (here / "runs").glob("2*")
    status = json.loads(typed("evo status --json"))
    rows = [json.loads(line) for line in typed("evo export --format jsonl").splitlines()]
    seeds = [row["objective"] for row in rows if row.get("operator") == "seed" and row["objective"] is not None]
    better = max if status["direction"] == "maximize" else min
    assert better(status["best"]["objective"], better(seeds)) != better(seeds), (run, seeds, status["best"])

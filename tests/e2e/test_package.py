"""What is installed is whole: the wheel carries problems, pipelines and configs, and works from an empty folder."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.third_party.place import furnish

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A virtual environment with our wheel; the dependencies are borrowed from the one that runs the tests."""
    place = tmp_path_factory.mktemp("installed")
    python, _ = furnish(place / "env", [wheel])
    return python, wheel


def evo(python, *args, cwd):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
    command = [python, "-m", "evo", *args]
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=500)


def test_the_wheel_carries_what_names_resolve_to(installed):
    names = zipfile.ZipFile(installed[1]).namelist()
    for name in (
        "configs/base.yaml",
        "pipelines/default.yaml",
        "problems/circle_packing/problem.yaml",
        "problems/cap_set/run.yaml",
    ):
        assert f"evo/shipped/{name}" in names
    pages = {f"evo/shipped/docs/{page.name}" for page in (ROOT / "docs").iterdir() if page.is_file()}
    assert {name for name in names if "/docs/" in name} == pages
    assert any(name.endswith("emitters/diff.j2") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "runs/"))]


def test_a_run_from_an_empty_folder(installed, tmp_path):
    done = evo(installed[0], "run", "circle_packing/26", "--set", "budget.tickets=6", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    status = json.loads(evo(installed[0], "status", "--json", cwd=tmp_path).stdout)
    assert status["committed"] == 6
    assert status["best"]["objective"] > 1
    listed = evo(installed[0], "help", cwd=tmp_path).stdout
    assert all(f"  {page.stem} " in listed for page in (ROOT / "docs").glob("*.md"))
    assert evo(installed[0], "help", "configs", cwd=tmp_path).stdout == (ROOT / "docs/configs.md").read_text()
    where = evo(installed[0], "-c", cwd=tmp_path)
    assert where.returncode == 2
    code = [installed[0], "-c", "import evo; print(evo.__file__)"]
    home = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "site-packages" in home


READING = """
import asyncio, sys
from pathlib import Path
from evo.config.resources import shipped
from evo.execute.executor import Command, Task
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, offered

async def main(others):
    packs = [(shipped("problems") / "online_bin_packing", ()), (Path(others), (others,))]
    for tier in [tier for tier in offered() if tier in (Tier.STRICT, Tier.STANDARD)]:
        executor = LocalExecutor(sandbox=f"required:{tier}")
        for folder, hidden in packs:
            for name in ("evaluate.py", "cases.yaml"):
                assert (folder / name).is_file()
                text = f"def entry():\\n    return open({str(folder / name)!r}).read()\\n"
                called = await executor.run(Task(files={"program.py": text}, entry="entry", hidden=hidden))
                limits = {"cpu_seconds": 1, "memory_mb": 100, "build_seconds": 1, "build_memory_mb": 1}
                command = Command(run=("cat", str(folder / name)), **limits)
                ran = await executor.run(Task(files={"program.py": ""}, command=command, hidden=hidden))
                print(tier, name, called.status, called.detail.splitlines()[-1][:40], ran.status)
        honest = "import colorsys, numpy.polynomial\\ndef entry():\\n    import numpy.testing\\n    return 1\\n"
        print(tier, "honest", (await executor.run(Task(files={"program.py": honest}, entry="entry"))).output)
        await executor.close()

asyncio.run(main(sys.argv[1]))
"""


def test_no_candidate_reads_an_installed_judge(installed, tmp_path):
    """Neither one of ours nor one of a package that brings problems of its own, by no tier that has walls."""
    python = installed[0]
    site = next((python.parents[1] / "lib").glob("python3*")) / "site-packages"
    others = site / "somebody" / "problems" / "theirs"
    others.mkdir(parents=True)
    for name in ("evaluate.py", "cases.yaml"):
        (others / name).write_text("truth")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
    done = subprocess.run(
        [python, "-c", READING, str(others)],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    *lines, _ = done.stdout.split("\n")
    for line in lines:
        assert line.endswith("honest b'1'") or ("FAILED PermissionError" in line and line.endswith("EXIT")), line

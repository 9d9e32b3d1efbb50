"""What is installed is whole: the wheel carries problems, pipelines and configs, and works from an empty folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A virtual environment with our wheel; the dependencies are borrowed from the one that runs the tests."""
    place = tmp_path_factory.mktemp("installed")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(place),
        str(ROOT),
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    wheel = next(place.glob("evo_search-*.whl"))
    venv.create(place / "env", with_pip=False)
    python = place / "env" / "bin" / "python"
    site = next((place / "env" / "lib").glob("python3*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
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
    assert any(name.endswith("emitters/diff.j2") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "runs/"))]


def test_a_run_from_an_empty_folder(installed, tmp_path):
    done = evo(installed[0], "run", "circle_packing/26", "--set", "budget.tickets=6", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    status = json.loads(evo(installed[0], "status", "--json", cwd=tmp_path).stdout)
    assert status["committed"] == 6
    assert status["best"]["objective"] > 1
    where = evo(installed[0], "-c", cwd=tmp_path)
    assert where.returncode == 2
    code = [installed[0], "-c", "import evo; print(evo.__file__)"]
    home = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "site-packages" in home

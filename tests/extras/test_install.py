"""Getting it as docs/install.md says: pip, uvx and pipx, from a built wheel, each in a clean environment.

The wheels of all dependencies are collected first; from then on nobody asks an index, so what is missing would show.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.third_party.place import build

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/install.md").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def house(wheel, tmp_path_factory):
    """A folder with the wheels of everything that ours needs."""
    place = tmp_path_factory.mktemp("house")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "-w", place, wheel]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        pytest.skip(f"the wheels of the dependencies cannot be had here: {done.stderr[-500:]}")
    return place


@pytest.fixture
def shell(house, tmp_path):
    """Type a line in an empty folder, at home nowhere, with no index but the folder of wheels."""
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL", "UV_"))}
    environment = {
        **{key: value for key, value in kept.items() if not key.startswith(("PIP_", "PIPX_"))},
        "HOME": str(home),
        "PIPX_HOME": str(home / "pipx"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(house),
        "PIP_CONFIG_FILE": os.devnull,
        "UV_FIND_LINKS": str(house),
        "UV_NO_INDEX": "1",
        "UV_OFFLINE": "1",
        "UV_PYTHON": sys.executable,
        "UV_CACHE_DIR": str(home / "uv"),
        "UV_NO_CONFIG": "1",
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }

    def typed(line):
        done = subprocess.run(
            ["bash", "-c", line], cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, (line, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout

    environment["PATH"] = f"{home / 'bin'}:{Path(sys.executable).parent}:{environment['PATH']}"
    return typed


def lines(title):
    """Return what is typed under a heading of docs/install.md."""
    section = re.search(rf"^## {title}.*?$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(r"^ {4}([^\n]+)$", section[1], re.MULTILINE)


def shortened(line, wheel):
    """Return a line with the wheel for PLACE, and a search that ends soon."""
    budget = "--set budget.tickets=60"
    return line.replace("PLACE", str(wheel)).replace(budget, "--set budget.tickets=4 --set params.work=1 --quiet")


def test_pip(shell, wheel):
    typed = [shortened(line, wheel) for line in lines("With pip$")]
    assert [line.split()[0] for line in typed] == ["python3", ".", "pip", "evo", "evo"]
    # As one sitting, since an environment is made active in it.
    whole = "set -e\n" + "\n".join(typed).replace("python3 -m venv", f"{sys.executable} -m venv")
    assert "checked" in shell(f"{whole}\nevo help install >/dev/null && echo checked")


def test_uvx(shell, wheel):
    # The developer's tools have uv.
    there = shutil.which("uvx", path=f"{ROOT / '.venv/bin'}:{os.environ['PATH']}")
    if there is None:
        pytest.skip("uv is not installed")
    (line,) = [shortened(line, wheel) for line in lines("With uv")]
    shell(f"PATH={Path(there).parent}:$PATH; {line}")


def test_pipx(shell, wheel):
    pytest.importorskip("pipx")
    install, run = [shortened(line, wheel) for line in lines("With pipx")]
    shell(install.replace("pipx", f"{sys.executable} -m pipx", 1))
    shell(run)
    shell(f"{sys.executable} -m pipx list")

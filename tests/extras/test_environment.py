"""The environment of the extras: evo, what its tests need, and a package or two that nobody else has."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "notebooks": "nbclient",
    "tensorboard": "tensorboard",
    "mlflow": "mlflow",
    "wandb": "wandb",
    "mcp": "mcp",
    "pipx": "pipx",
    "ray": "ray",
}


def test_every_extra_has_its_packages_named():
    assert {path.stem for path in Path(__file__).parent.glob("*.txt")} == set(PACKAGES)


def test_evo_is_found_from_any_folder(tmp_path):
    code = "import evo; print(evo.__file__)"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()) == ROOT / "evo/__init__.py"


def test_at_least_one_of_them_could_be_installed():
    assert [name for name, module in PACKAGES.items() if find_spec(module)]

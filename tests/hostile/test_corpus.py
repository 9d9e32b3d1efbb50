"""Every attack of the corpus is contained, with controls in between, on each tier, as root and as an ordinary user."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from evo.execute.sandbox import Tier, offered

ROOT = Path(__file__).resolve().parents[2]
ARENA = Path("tests/hostile/arena.py")
ORDINARY = 61234
"""A user without a name, a home or a privilege."""
KINDS = {
    *("time", "memory", "processes", "output", "crashes", "files", "secrets", "attacks", "forgery", "leftovers"),
    *("names", "commands", "frames", "judges", "scratch"),
}

TRIAL = "import numpy, yaml, evo.execute.local"
PACKAGES = ("numpy", "numpy.libs", "yaml", "_yaml")
"""What the arena imports; whatever else is installed stays away."""
UNUSED = shutil.ignore_patterns(
    "__pycache__",
    "site-packages",
    "test",
    "tests",
    "idlelib",
    "lib2to3",
    "tkinter",
    "ensurepip",
    "config-*",
    "turtledemo",
)


@dataclass(frozen=True)
class Home:
    """An interpreter, and the folder that holds `evo` and `tests`."""

    python: Path
    root: Path


def works_for(home: Home, user: int) -> bool:
    who = {"user": user, "group": user, "extra_groups": [], "env": {"PYTHONPATH": str(home.root)}}
    trial = [str(home.python), "-c", TRIAL]
    try:
        subprocess.run(trial, cwd="/", capture_output=True, timeout=300, check=True, **who)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def link(source: str, target: str) -> None:
    """Hard links cost neither time nor space; a copy where the file systems differ."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def copy_of_interpreter(folder: Path) -> Home:
    """This interpreter with the standard library, the packages of the arena and the code, where everybody may read."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    python, library = folder / "bin" / version, folder / "lib" / version
    python.parent.mkdir(parents=True)
    data = Path(sys._base_executable).resolve().read_bytes()
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        origin, name = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME")
        link(f"{origin}/{name}", str(python.parent / name))
        # Helpers get no LD_LIBRARY_PATH, so the executable itself has to say that its library lies beside it.
        written = b"\0" + origin.encode() + b"\0"
        data = data.replace(written, b"\0$ORIGIN".ljust(len(written), b"\0"))
    python.write_bytes(data)
    python.chmod(0o755)
    shutil.copytree(sysconfig.get_path("stdlib"), library, copy_function=link, ignore=UNUSED)
    installed = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    for name in PACKAGES:
        for found in {place / name for place in installed if (place / name).is_dir()}:
            shutil.copytree(found, library / "site-packages" / name, copy_function=link, ignore=UNUSED)
    for name in ("evo", "tests/hostile", "problems"):
        shutil.copytree(ROOT / name, folder / name, copy_function=link, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    return Home(python, folder)


@pytest.fixture(scope="session")
def home_of():
    """The interpreter for a user: this one, or a copy of it where this one lies in a closed home."""

    def find(user: int | None) -> Home:
        here = Home(Path(sys.executable), ROOT)
        if user is None:
            return here
        if os.getuid() != 0:
            pytest.skip("only root can become another user")
        if works_for(here, user):
            return here
        if not made:
            # Not pytest's folder of temporary files: that one is closed to others.
            made.append(Path("/tmp") / f"evo-python-{secrets.token_hex(4)}")
            copy_of_interpreter(made[0])
        home = Home(made[0] / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}", made[0])
        assert works_for(home, user)
        return home

    made: list[Path] = []
    yield find
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def fight(home: Home, tier: Tier, user: int | None, workers: int) -> dict:
    who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    canary = f"canary-{secrets.token_hex(8)}"
    done = subprocess.run(
        [str(home.python), str(home.root / ARENA), tier, str(workers)],
        env={"EVO_CANARY": canary, "PATH": os.defpath, "PYTHONPATH": str(home.root)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
        **who,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def combination(tier: Tier, user: int | None, workers: int, *, soak: bool = True):
    name = f"{tier}-{'self' if user is None else 'ordinary'}-{workers}"
    return pytest.param(tier, user, workers, id=name, marks=[pytest.mark.soak] if soak else [])


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("tier", "user", "workers"),
    [
        combination(Tier.STANDARD, None, 8, soak=False),
        combination(Tier.STRICT, ORDINARY, 8, soak=False),
        combination(Tier.STANDARD, None, 1),
        combination(Tier.STRICT, None, 1),
        combination(Tier.STRICT, None, 8),
        combination(Tier.STANDARD, ORDINARY, 1),
        combination(Tier.STANDARD, ORDINARY, 8),
        combination(Tier.STRICT, ORDINARY, 1),
    ],
)
def test_every_attack_is_contained(tier: Tier, user: int | None, workers: int, home_of):
    if tier not in offered():
        pytest.skip(f"this machine does not pass tier {tier}")
    report = fight(home_of(user), tier, user, workers)
    assert report["faults"] == []


def test_the_corpus_is_large_and_of_every_kind():
    sys.path.insert(0, str(ROOT / ARENA.parent))
    try:
        import arena
    finally:
        sys.path.pop(0)
    attacks = arena.corpus()
    assert len(attacks) >= 80
    assert {attack.kind for attack in attacks} == KINDS
    assert len({(attack.kind, attack.name) for attack in attacks}) == len(attacks)

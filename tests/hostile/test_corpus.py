"""Every attack of the corpus is contained, with controls in between, on each tier, as root and as an ordinary user."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from evo.execute.sandbox import Tier, offered

ROOT = Path(__file__).resolve().parents[2]
ARENA = Path(__file__).with_name("arena.py")
ORDINARY = 61234
"""A user without a name, a home or a privilege."""
KINDS = {
    *("time", "memory", "processes", "output", "crashes", "files", "secrets", "attacks", "forgery", "leftovers"),
}

TRIAL = "import numpy, yaml, evo.execute.local, sys; sys.exit(sys.version_info[:2] != ({}, {}))"


def works_for(python: Path, user: int) -> bool:
    trial = [str(python), "-c", TRIAL.format(*sys.version_info[:2])]
    try:
        subprocess.run(
            trial, user=user, group=user, extra_groups=[], cwd="/", capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def copy_of_environment(folder: Path, base: str) -> Path:
    """A virtual environment on another interpreter of the same version, with this one's packages."""
    packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(base).parent}\ninclude-system-site-packages = false\n")
    paths = [str(ROOT), sysconfig.get_path("purelib"), *(path for path in sys.path if path.endswith("-packages"))]
    (packages / "same.pth").write_text("".join(f"{path}\n" for path in paths))
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def python_of(tmp_path_factory: pytest.TempPathFactory):
    """The interpreter for a user: this one, or another where this one lies in a closed home."""

    def find(user: int | None) -> Path:
        if user is None:
            return Path(sys.executable)
        if os.getuid() != 0:
            pytest.skip("only root can become another user")
        if works_for(Path(sys.executable), user):
            return Path(sys.executable)
        other = shutil.which(f"python{sys.version_info[0]}.{sys.version_info[1]}", path="/usr/bin:/usr/local/bin")
        if other is None:
            pytest.skip(f"user {user} cannot read this interpreter, and the system has no other of its version")
        folder = Path("/tmp") / f"evo-python-{secrets.token_hex(4)}"
        try:
            python = copy_of_environment(folder, other)
            if not works_for(python, user):
                pytest.skip(f"user {user} can read neither this interpreter nor its packages")
            made.append(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return python

    made: list[Path] = []
    yield find
    for folder in made:
        shutil.rmtree(folder)


def fight(python: Path, tier: Tier, user: int | None, workers: int) -> dict:
    who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    canary = f"canary-{secrets.token_hex(8)}"
    done = subprocess.run(
        [str(python), str(ARENA), tier, str(workers)],
        env={"EVO_CANARY": canary, "PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **who,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def combination(tier: Tier, user: int | None, workers: int, *, soak: bool = True):
    name = f"{tier}-{'self' if user is None else 'ordinary'}-{workers}"
    return pytest.param(tier, user, workers, id=name, marks=[pytest.mark.soak] if soak else [])


@pytest.mark.timeout(700)
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
def test_every_attack_is_contained(tier: Tier, user: int | None, workers: int, python_of):
    if tier not in offered():
        pytest.skip(f"this machine does not pass tier {tier}")
    report = fight(python_of(user), tier, user, workers)
    assert report["faults"] == []


def test_the_corpus_is_large_and_of_every_kind():
    sys.path.insert(0, str(ARENA.parent))
    try:
        import arena
    finally:
        sys.path.pop(0)
    attacks = arena.corpus()
    assert len(attacks) >= 80
    assert {attack.kind for attack in attacks} == KINDS
    assert len({(attack.kind, attack.name) for attack in attacks}) == len(attacks)

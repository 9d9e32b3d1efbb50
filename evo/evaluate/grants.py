"""What a problem's programs may read and start beside what every program may: its declaration, as `Grants`."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import SpecError
from evo.execute.executor import Grants

if TYPE_CHECKING:
    from evo.config.environment import Environment
    from evo.config.problem import Problem


def check_environment(problem: Problem) -> None:
    """Refuse a problem whose environment is not there to run in.

    Raises:
        SpecError: it is not built, or was built from something else; says what to do.
    """
    flaw = problem.environment.flaw() if problem.environment else ""
    if flaw:
        command = f"evo env {problem.folder}"
        raise SpecError(flaw.replace("evo env PROBLEM", command), path=str(problem.folder / "problem.yaml"))


def called_grants(problem: Problem) -> Grants:
    """Return what a program gets that is called: what the problem lets it read, under its environment's interpreter."""
    environment = problem.environment
    return Grants(readable=problem.readable, python=str(environment.python) if environment else "")


def started_grants(problem: Problem) -> Grants:
    """Return what a command gets: what the problem lets it read, and the programs of its environment first."""
    if problem.environment is None:
        return Grants(readable=problem.readable)
    own = environment_grants(problem.environment)
    return replace(own, readable=(*problem.readable, *own.readable))


@lru_cache(maxsize=64)
def environment_grants(environment: Environment) -> Grants:
    """Return what it takes to start an environment's interpreter afresh."""
    return _interpreter(environment.folder, environment.base)


@lru_cache(maxsize=1)
def own_grants() -> Grants:
    """Return what it takes to start the interpreter that runs here afresh, with all that is installed for it."""
    found = _interpreter(Path(sys.prefix), Path(sys.base_prefix))
    packages = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    return replace(found, readable=(*found.readable, *packages))


def _interpreter(prefix: Path, base: Path) -> Grants:
    programs = tuple(str(folder) for folder in dict.fromkeys((prefix / "bin", base / "bin")) if folder.is_dir())
    libraries = [root / name for root in (prefix, base) for name in ("lib", "lib64", "pyvenv.cfg", "share")]
    readable = tuple(str(path) for path in dict.fromkeys(libraries) if path.exists())
    return Grants(readable=readable, startable=programs, path=programs[:1])

"""Building the virtual environment of a problem from its requirements file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from evo.config.contents import digest_of
from evo.config.environment import OLDEST, RECORD
from evo.errors import ConflictError, EvoError, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.config.environment import Environment
    from evo.config.problem import Problem

_WORDS = 12
"""How many of the last lines of a failed step are told."""


def environment_of(problem: Problem) -> Environment:
    """Return the environment that a problem names.

    Raises:
        SpecError: it names none.
    """
    if problem.environment is None:
        raise SpecError(
            "no environment is named, so programs run in what evo itself runs in; write for example "
            "`environment: requirements.txt`, and the file beside it",
            path=str(problem.folder / "problem.yaml"),
        )
    return problem.environment


def build_environment(environment: Environment, *, python: str = "", anew: bool = False) -> bool:
    """Build an environment, unless it is there as its requirements say; what the installer says goes to stderr.

    Args:
        environment: what to build.
        python: the interpreter that it is made from; "" for the one that runs here.
        anew: build it whatever is there.

    Returns:
        Whether anything was built.

    Raises:
        ConflictError: it was made by somebody else, who has to look after it.
        EvoError: a step failed; its last words are told.
    """
    requirements, folder = environment.requirements, environment.folder
    if not environment.flaw() and not anew:
        return False
    if requirements is None:
        raise ConflictError(f"{folder} was not built by evo, so it is left as it is; name a requirements file instead")
    made_from = python or sys.executable
    _check_version(made_from)
    if folder.is_dir():
        shutil.rmtree(folder)
    # Ours installs into it from outside where it can: an environment then holds what the programs need, and no more.
    outside = find_spec("pip") is not None
    _step([made_from, "-m", "venv", *(["--without-pip"] if outside else []), str(folder)], "it cannot be made")
    pip = [sys.executable, "-m", "pip", "--python", str(environment.python)]
    pip = pip if outside else [str(environment.python), "-m", "pip"]
    wanted = ["install", "--no-input", "--disable-pip-version-check", "-r", requirements.name]
    _step([*pip, *wanted], f"{requirements} cannot be installed", requirements.parent)
    record = {"requirements": digest_of(requirements)}
    (folder / RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")
    return True


def _check_version(python: str) -> None:
    """Refuse an interpreter that candidates cannot be forked from.

    Raises:
        EvoError: it is too old, or none.
    """
    said = _step([python, "-c", "import sys; print(*sys.version_info[:2])"], f"{python} cannot be started")
    found = tuple(int(part) for part in said.split())
    if found < OLDEST:
        wanted, came = (".".join(str(part) for part in each) for each in (OLDEST, found))
        raise EvoError(f"{python} is Python {came}; expected {wanted} or later")


def _step(argv: Sequence[str], failure: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace", check=False, cwd=folder)
    except OSError as error:
        raise EvoError(f"{failure}: {error}") from error
    if done.returncode:
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise EvoError(f"{failure}:\n" + "\n".join(f"  {line}" for line in words[-_WORDS:]))
    return done.stdout

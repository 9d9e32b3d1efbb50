"""Git, as far as it is asked: from the command line, without locks, hooks or helpers of the repository's own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SECONDS = 120
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.quotepath=off", "-c", "core.hooksPath=/dev/null")
_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
"""Variables by which somebody, a hook for example, speaks of another repository."""


def git(
    folder: Path, *args: str, check: bool = True, given: bytes = b"", variables: Mapping[str, str] | None = None
) -> str:
    """Return what git says in a folder, as text; names that are no text come as lone surrogates.

    Args:
        folder: where it is asked.
        *args: the command.
        check: whether it may not fail; else "" comes where it does.
        given: its stdin.
        variables: beside the environment.

    Raises:
        EvoError: git is not installed, or it failed.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _OWN}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", **(variables or {})}
    try:
        done = subprocess.run(
            ["git", *_QUIET, "-C", str(folder), *args],
            input=given,
            capture_output=True,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EvoError(f"git {args[0]} in {folder}: {error}; install git, or name a folder without .git") from error
    if done.returncode:
        if check:
            words = done.stderr.decode(errors="replace").strip()
            raise EvoError(f"git {args[0]} in {folder} failed: {words or f'exit code {done.returncode}'}")
        return ""
    return done.stdout.decode("utf-8", "surrogateescape")


def is_checkout(folder: Path) -> bool:
    """Tell whether a folder lies in a checkout of git."""
    above = (folder, *folder.parents)
    return any((each / ".git").exists() for each in above)


def git_paths(folder: Path) -> Iterator[str]:
    """Yield what git keeps below a folder, and what it would if it were told to; repositories in it end in "/"."""
    said = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    yield from (path for path in said.split("\0") if path)

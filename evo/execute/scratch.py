"""Scratch directories: one root per executor, one directory per candidate, removed however hostile their content.

Candidates may leave anything there: directories thousands deep, without permissions, links to elsewhere. Links are
never followed, and the depth never recurses.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path

_ROOT = re.compile(r"evo-(\d+)-(\d+)-[0-9a-f]{8}")
_FEW = 32
"""Entries that are removed at once, without a thread."""


def places() -> tuple[Path, ...]:
    """Return where roots may lie, best first: memory where there is some, then the system's temporary directory."""
    memory = Path("/dev/shm")  # noqa: S108 - a private directory is made in it
    usual = Path(tempfile.gettempdir())
    return (memory, usual) if os.access(memory, os.W_OK | os.X_OK) else (usual,)


def make_root(*, executable: bool = False) -> Path:
    """Make a private root that names its owner by pid and start time.

    Args:
        executable: only where files can be run as programs, which memory file systems in containers often forbid.

    Raises:
        OSError: no place could be written.
    """
    fit = [place for place in places() if not executable or _runs_programs(place)]
    *others, last = fit or places()
    name = f"evo-{os.getpid()}-{_start_time(os.getpid())}-{secrets.token_hex(4)}"
    for place in others:
        with contextlib.suppress(OSError):
            (place / name).mkdir(mode=0o700)
            return place / name
    (last / name).mkdir(mode=0o700)
    return last / name


def _runs_programs(place: Path) -> bool:
    return not os.statvfs(place).f_flag & getattr(os, "ST_NOEXEC", 0)


def remove_abandoned() -> None:
    """Remove the roots of this user whose owners are gone: what a killed process left behind."""
    for place in places():
        with contextlib.suppress(OSError):
            for root in place.iterdir():
                match = _ROOT.fullmatch(root.name)
                if match and _is_ours(root) and not _lives(int(match[1]), int(match[2])):
                    remove_tree(root)


def _is_ours(root: Path) -> bool:
    try:
        return root.lstat().st_uid == os.getuid() and root.is_dir() and not root.is_symlink()
    except OSError:
        return False


def _lives(pid: int, start: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _start_time(pid) == start


def _start_time(pid: int) -> int:
    """Return when a process started, in clock ticks since boot; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return int(fields[19])
    except (OSError, IndexError, ValueError):
        return 0


def remove_plain(folder: Path) -> bool:
    """Remove a directory that holds a few files only; return False, having done nothing, when it holds more."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for _, entry in zip(range(_FEW + 1), entries, strict=False)]
        if len(found) > _FEW or any(entry.is_dir(follow_symlinks=False) for entry in found):
            return False
        for entry in found:
            Path(entry.path).unlink()
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def remove_tree(root: Path) -> None:
    """Remove a directory and everything in it, as far as the system allows; never follow a link, never raise OSError.

    Every directory found is first moved up to the root, so that no path gets long and nothing recurses.
    """
    with contextlib.suppress(OSError):
        root.chmod(0o700)
        _flatten(root)
        root.rmdir()


def _flatten(root: Path) -> None:
    """Empty the root, one directory at a time."""
    # Names that nothing in the tree can have foreseen.
    token = secrets.token_hex(8)
    queue, moved = [root], 0
    while queue:
        folder = queue.pop()
        for entry in _entries(folder):
            with contextlib.suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    Path(entry.path).unlink()
                    continue
                # Moving a directory needs the right to write to it, and reading it later the others.
                child = Path(entry.path)
                child.chmod(0o700)
                queue.append(child.rename(root / f"{token}-{moved}"))
                moved += 1
        if folder != root:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []

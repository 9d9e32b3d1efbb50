"""The tree of a repository as it lies on disk: what git knows of it, byte for byte, without what is nobody's business.

Files that are not committed belong to it as they are. What `.gitignore` names does not, nor what holds secrets by its
name, nor links that lead out of it. Nothing is written: git is asked without locks.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from evo.edits.editable import EditableGlobs, matches
from evo.errors import SpecError
from evo.records import EntryKind, Tree, TreeEntry, path_flaw
from evo.repository.git import git, git_paths, is_checkout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

TREE_MAX_FILES: Final = 50_000
TREE_MAX_BYTES: Final = 256 << 20
SECRETS: Final = (
    r"\.env(?:\..+)?|\.netrc|\.pgpass|\.pypirc|\.npmrc|\.git-credentials|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt))?"
)
"""Names of files that hold secrets; samples of them do not."""
_SECRET = re.compile(SECRETS, re.IGNORECASE)
_SAMPLE = re.compile(r".*\.(?:example|sample|template|dist)", re.IGNORECASE)
_SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg"})
_LEFTOVERS = frozenset({".git", "__pycache__", "node_modules", ".venv", ".tox", ".mypy_cache", ".pytest_cache"})
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where a tree lies and which of it may change, as a problem declares it.

    Attributes:
        root: the folder, absolute and without links.
        editable: globs of what may change.
        shown: globs of what prompts show besides, read only.
        left_out: globs of what does not belong to it.
        without: absolute paths that do not belong to it: the problem's own files.
    """

    root: Path
    editable: tuple[str, ...]
    shown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    without: tuple[Path, ...] = field(default=())


def take_snapshot(repository: Repository) -> Tree:
    """Read the tree of a repository.

    Raises:
        SpecError: there is nothing that may change, or too much in all.
    """
    root, left = repository.root, _LeftOut()
    entries = dict(_entries(repository, left))
    size = sum(len(entry.data) for entry in entries.values())
    if len(entries) > TREE_MAX_FILES or size > TREE_MAX_BYTES:
        raise _too_large(entries, size, root)
    editable = tuple(path for path in sorted(entries) if matches(path, repository.editable))
    texts = tuple(path for path in editable if _is_text(path, entries[path]))
    submodules = left.submodules
    inside = [path for path in texts if any(path.startswith(f"{module}/") for module in submodules)]
    if inside:
        message = f"editable: {inside[0]} lies in a submodule, which has a history of its own; name that as the root"
        raise SpecError(message, path=str(root))
    if not texts:
        there = f"; {editable[0]} is no text" if editable else ""
        raise SpecError(f"editable: no text matches {', '.join(repository.editable)}{there}", path=str(root))
    prefix, revision, dirty = _origin(root, entries)
    return Tree(
        entries=dict(sorted(entries.items())),
        editable=texts,
        prefix=prefix,
        revision=revision,
        dirty=dirty,
        left_out=left.words(),
    )


def editable_of(tree: Tree, globs: Sequence[str]) -> EditableGlobs:
    """Return what may change of a tree."""
    may = frozenset(tree.editable)
    folders = {above for path in tree.entries for above in _above(path)}
    return EditableGlobs(globs=tuple(globs), fixed=frozenset(tree.entries) - may, folders=frozenset(folders))


class _LeftOut:
    """What was left out, by reason."""

    def __init__(self) -> None:
        self._paths: dict[str, list[str]] = {}
        self.submodules: list[str] = []

    def add(self, why: str, path: str) -> None:
        self._paths.setdefault(why, []).append(path)

    def words(self) -> tuple[str, ...]:
        return tuple(
            f"{', '.join(paths[:_SHOWN])}{f' and {len(paths) - _SHOWN} more' if len(paths) > _SHOWN else ''}: {why}"
            for why, paths in self._paths.items()
        )


def _entries(repository: Repository, left: _LeftOut) -> Iterator[tuple[str, TreeEntry]]:
    root = repository.root
    listed = sorted(set(_listed(root, "", left)))
    runs = {path.rpartition("/")[0] + "/" for path in listed if path.rpartition("/")[2] == "run.db"}
    for path in listed:
        whole = root / path
        if any(whole == each or each in whole.parents for each in repository.without):
            continue
        if matches(path, repository.left_out) or any(path.startswith(each) for each in runs):
            continue
        if entry := _entry(root, path, left):
            yield path, entry


def _entry(root: Path, path: str, left: _LeftOut) -> TreeEntry | None:
    whole = root / path
    try:
        path.encode()
        mode = whole.lstat().st_mode
        if _is_secret(path):
            left.add("it may hold a secret, by its name", path)
        elif stat.S_ISLNK(mode):
            target = str(whole.readlink())
            if _leads_out(path, target):
                left.add("a link that leads out of the repository", path)
                return None
            return TreeEntry(kind=EntryKind.LINK, data=target.encode())
        elif stat.S_ISREG(mode):
            kind = EntryKind.PROGRAM if mode & stat.S_IXUSR else EntryKind.FILE
            return TreeEntry(kind=kind, data=whole.read_bytes())
        else:
            left.add("neither a file nor a link", path)
    except FileNotFoundError:  # git knows it, and it was removed
        return None
    except UnicodeEncodeError:
        left.add("its name is no text", repr(path))
    except OSError as error:
        left.add(f"cannot be read ({error.strerror})", path)
    return None


def _listed(root: Path, prefix: str, left: _LeftOut) -> Iterator[str]:
    """Yield the paths of all files below a folder, relative to the root of the whole."""
    here = root / prefix
    if not is_checkout(here):
        yield from (f"{prefix}{path}" for path in _walked(here, ""))
        return
    for path in git_paths(here):
        if path.endswith("/"):
            left.add("a repository of its own", f"{prefix}{path}")
        elif (here / path).is_dir() and not (here / path).is_symlink():
            left.submodules.append(f"{prefix}{path}")
            if (here / path / ".git").exists():
                yield from _listed(root, f"{prefix}{path}/", left)
            else:
                left.add("a submodule that is not checked out", f"{prefix}{path}")
        else:
            yield f"{prefix}{path}"


def _walked(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if any(entry.name == "pyvenv.cfg" for entry in found):
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _LEFTOVERS:
                yield from _walked(folder / entry.name, f"{prefix}{entry.name}/")
        elif not entry.name.endswith((".pyc", "~")):
            yield prefix + entry.name


def _is_secret(path: str) -> bool:
    *folders, name = path.split("/")
    return bool(_SECRET.fullmatch(name) and not _SAMPLE.fullmatch(name)) or not _SECRET_FOLDERS.isdisjoint(folders)


def _leads_out(path: str, target: str) -> bool:
    led = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return target.startswith("/") or led == ".." or led.startswith("../")


def _is_text(path: str, entry: TreeEntry) -> bool:
    if entry.kind is EntryKind.LINK or path_flaw(path) or b"\0" in entry.data:
        return False
    try:
        entry.data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _too_large(entries: Mapping[str, TreeEntry], size: int, root: Path) -> SpecError:
    largest = sorted(entries, key=lambda path: -len(entries[path].data))[:_SHOWN]
    return SpecError(
        f"the repository has {len(entries)} files, {size >> 20} MB; expected at most {TREE_MAX_FILES} and "
        f"{TREE_MAX_BYTES >> 20} MB. Name in `left_out` what no test and no score needs; the largest are "
        + ", ".join(largest),
        path=str(root),
    )


def _origin(root: Path, entries: Mapping[str, TreeEntry]) -> tuple[str, str, bool]:
    """Return prefix, revision and whether the tree is what was committed; nothing where there is no git."""
    if not is_checkout(root):
        return "", "", False
    revision = git(root, "rev-parse", "--verify", "--quiet", "HEAD", check=False).strip()
    changed = git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".", check=False)
    prefix = git(root, "rev-parse", "--show-prefix").strip()
    said = [each[3:].removeprefix(prefix) for each in changed.split("\0") if each]
    return prefix, revision, any(path in entries for path in said)

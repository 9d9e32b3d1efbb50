"""A candidate's files, known by the hash of their content."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


PROGRAM_MAX_BYTES = 256 * 1024
PROGRAM_MAX_ENTRIES = 1000
"""Files and folders together: a quarter of what a scratch directory holds (`inside.confine.SCRATCH_ENTRIES`)."""
NAME_MAX_CHARS, PATH_MAX_CHARS, PATH_MAX_FOLDERS = 128, 512, 16
"""Of a file's or folder's name, of a whole path, and of the folders in one: below what any file system takes."""
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """What all programs of one repository have in common: the tree that they are changes of.

    Attributes:
        digest: of the whole tree, what may not change included.
        texts: the files that may change, as they are in it, normalised like those of a program.
    """

    digest: str
    texts: Mapping[str, str] = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Program:
    """The files of a candidate, and nothing else: no score, no parent.

    Attributes:
        files: relative POSIX path -> text, normalised by `Program.of`; of a repository those that may change, all of
            them.
        language: the language of the entry file.
        trunk: of a repository, the tree that it changes; None for a program that is its files alone.
    """

    files: Mapping[str, str]
    language: str = "python"
    trunk: Trunk | None = None

    @classmethod
    def of(cls, files: Mapping[str, str] | str, *, language: str = "python", trunk: Trunk | None = None) -> Program:
        """Make a program from texts; a bare string is the single file `program.py`.

        Line ends become line feeds and every file ends in exactly one, so that texts that differ in nothing else meet
        in one program.

        Raises:
            EvoError: what `files_flaw` finds.
        """
        given = {"program.py": files} if isinstance(files, str) else files
        texts = {path: normalised(text) for path, text in sorted(given.items())}
        if flaw := files_flaw(texts):
            raise EvoError(flaw)
        return cls(files=MappingProxyType(texts), language=language, trunk=trunk)

    @cached_property
    def id(self) -> str:
        """The hash of the content, that of the tree around it included: 32 hex digits."""
        around = [self.trunk.digest] if self.trunk else []
        return fingerprint(canonical([self.language, sorted(self.files.items()), *around]))

    @property
    def changed(self) -> Mapping[str, str]:
        """The files that differ from the tree, or all of them where there is none."""
        if self.trunk is None:
            return self.files
        return {path: text for path, text in self.files.items() if self.trunk.texts.get(path) != text}

    @property
    def text(self) -> str:
        """The text of the only file, or all files one after another under their names."""
        if len(self.files) == 1:
            return next(iter(self.files.values()))
        return "\n".join(f"# file: {path}\n{text}" for path, text in self.files.items())


def files_flaw(files: Mapping[str, str]) -> str:
    """Say why files cannot be those of a program; "" if they can.

    What passes can be written into an empty directory of any file system, so a file name is never this machine's
    trouble: there is a file, all are 256 kB and 1,000 files and folders at most, paths are relative and of letters,
    digits and ._-/ alone, within `NAME_MAX_CHARS` and its neighbours, and no file stands where another one needs a
    folder, nor where it would be the same file if case did not count.
    """
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in files.values())
    if not files or size > PROGRAM_MAX_BYTES:
        return (
            f"program has {len(files)} files, {size} bytes; "
            f"expected 1 file or more and at most {PROGRAM_MAX_BYTES} bytes"
        )
    if len(files) > PROGRAM_MAX_ENTRIES:
        return f"program has {len(files)} files; expected at most {PROGRAM_MAX_ENTRIES} files and folders"
    return next((flaw for path in files if (flaw := path_flaw(path))), "") or _clash(files)


def path_flaw(path: str) -> str:
    """Say why a path cannot be a program's; "" if it can. It then stays below the folder that it is written to."""
    *folders, name = path.split("/")
    if not all(c.isascii() and (c.isalnum() or c in "._-") for part in (*folders, name) for c in part) or (
        {"", ".", ".."} & {*folders, name}
    ):
        return f"program file {_shown(path)}: expected a relative path without '..', made of letters, digits and ._-/"
    longest = max(map(len, (*folders, name)))
    if longest > NAME_MAX_CHARS or len(path) > PATH_MAX_CHARS or len(folders) > PATH_MAX_FOLDERS:
        return (
            f"program file {_shown(path)}: {len(path)} characters, {longest} in one name, {len(folders)} folders; "
            f"expected at most {PATH_MAX_CHARS}, {NAME_MAX_CHARS} and {PATH_MAX_FOLDERS}"
        )
    return ""


def _clash(files: Iterable[str]) -> str:
    """Say which two paths cannot lie in one directory, or that there are too many entries; "" if all is well."""
    known: dict[str, str] = {}
    for path in files:
        if (other := known.setdefault(path.casefold(), path)) != path:
            return f"program files {_shown(other)} and {_shown(path)} differ in case alone; expected another name"
    folders = {folder for path in known for folder in _folders(path)}
    if both := sorted(folders & known.keys()):
        return f"program file {_shown(known[both[0]])} is a folder of another one as well; expected another name"
    if len(known) + len(folders) > PROGRAM_MAX_ENTRIES:
        return (
            f"program has {len(known)} files in {len(folders)} folders; "
            f"expected at most {PROGRAM_MAX_ENTRIES} files and folders"
        )
    return ""


def _folders(path: str) -> Iterator[str]:
    while cut := path.rpartition("/")[0]:
        path = cut
        yield path


def _shown(path: str) -> str:
    return repr(path if len(path) <= _SHOWN_CHARS else f"{path[:_SHOWN_CHARS]}...")


def normalised(text: str) -> str:
    """Return a text with line feeds for line ends, and one of them at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"

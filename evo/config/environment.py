"""The virtual environment that a problem's programs run in: where it lies, its interpreter, what is installed in it.

Nothing in it is imported or started to find out, so that whoever only reads a problem runs nobody's code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evo.config.contents import digest_of
from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RECORD: Final = "evo-environment.json"
"""In an environment that `evo env` built: the hash of the requirements that it was built from."""
OLDEST: Final = (3, 11)
"""The oldest Python whose process candidates can be forked from."""
_MARK = "pyvenv.cfg"
_DISTRIBUTION = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)\.dist-info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment, built or still to be built.

    Attributes:
        named: as `problem.yaml` names it.
        folder: where it lies, or will.
        requirements: the file that it is built from; None for one that somebody else made.
    """

    named: str
    folder: Path
    requirements: Path | None = None

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def base(self) -> Path:
        """The folder of the installation that it was made from.

        Raises:
            SpecError: it does not say.
        """
        home = _settings(self.folder).get("home")
        if home is None:
            raise SpecError(f"{_MARK} has no home, so this is no virtual environment", path=str(self.folder))
        return Path(home).parent

    def flaw(self) -> str:
        """Return why nothing can run in it, "" where all is well; it ends in what to do."""
        if not (self.folder / _MARK).is_file() or not self.python.exists():
            return f"environment {self.named} is not built yet; `evo env PROBLEM` builds it"
        version = _settings(self.folder).get("version", _settings(self.folder).get("version_info", ""))
        if (found := tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())) and found < OLDEST:
            return f"environment {self.named} has Python {version}; expected {'.'.join(map(str, OLDEST))} or later"
        if self.requirements is not None and _recorded(self.folder) != digest_of(self.requirements):
            return f"{self.named} is not what its environment was built from; `evo env PROBLEM` builds it anew"
        return ""

    def installed(self) -> dict[str, str]:
        """Return name -> version and a hash of everything that is installed in it; `python` is among the names.

        A hash stands on what the installer recorded of every file and on the size that it has now: another version,
        another build and an edit that is not of equal length are told from what was there.

        Raises:
            SpecError: a folder of it cannot be read.
        """
        found = {"python": _settings(self.folder).get("version", "")}
        for folder in self._packages():
            for entry in sorted(folder.iterdir()):
                if match := _DISTRIBUTION.fullmatch(entry.name):
                    found[match["name"]] = f"{match['version']} {_digest(folder, entry)}"
                elif entry.name.endswith((".py", ".pth")):
                    found[entry.name] = digest_of(entry)
        return found

    def has(self, module: str) -> bool:
        """Tell whether a top-level module of that name lies among what is installed."""
        return any(any(folder.glob(f"{module}{end}")) for folder in self._packages() for end in ("", ".py", ".*.so"))

    def _packages(self) -> Iterator[Path]:
        for lib in ("lib", "lib64"):
            root = self.folder / lib
            if root.is_dir() and not root.is_symlink():
                yield from sorted(root.glob("python*/site-packages"))


def find_environment(folder: Path, named: str) -> Environment | None:
    """Return what `environment` in a problem means: a requirements file, or a folder that is an environment.

    Args:
        folder: the problem's.
        named: relative to it, or absolute; "" for none.

    Raises:
        SpecError: there is nothing of that name, or it is neither.
    """
    if not named:
        return None
    path, where = folder / named, str(folder / "problem.yaml")
    if path.is_file():
        built = path.resolve().with_name(f".{path.stem}-environment")
        return Environment(named=named, folder=built, requirements=path)
    if not path.is_dir():
        message = f"environment: no file or folder {named!r} in {folder}; expected a requirements file, for example "
        raise SpecError(f"{message}requirements.txt, or the folder of a virtual environment", path=where)
    if not (path / _MARK).is_file():
        raise SpecError(f"environment: {named!r} is no virtual environment (it has no {_MARK})", path=where)
    return Environment(named=named, folder=path.absolute())


def _settings(folder: Path) -> Mapping[str, str]:
    try:
        lines = (folder / _MARK).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise SpecError(f"{_MARK} cannot be read ({error.strerror or error})", path=str(folder)) from error
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _recorded(folder: Path) -> str:
    try:
        return str(json.loads((folder / RECORD).read_text(encoding="utf-8")).get("requirements", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _digest(packages: Path, record: Path) -> str:
    """Return the hash of what an installer says of a distribution's files, and of their sizes as they are."""
    digest = blake2b(digest_size=8)
    try:
        lines = (record / "RECORD").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "without a record"
    for line in sorted(lines):
        name = line.split(",", 1)[0].strip('"')
        if name.endswith((".pyc", "INSTALLER", "REQUESTED", "RECORD", "direct_url.json")) or name.startswith("../"):
            continue
        try:
            size = (packages / name).stat().st_size
        except OSError:
            size = -1
        digest.update(f"{line} {size}\n".encode())
    return digest.hexdigest()

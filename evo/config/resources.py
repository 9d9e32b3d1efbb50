"""Where names resolve: `circle_packing/26`, `default`, `base.yaml`.

In this order: the explicit path; beside the file that names it; `./problems`, `./pipelines`, `./configs` of the
current folder; the copies that ship with the package. Paths stay as the user wrote them, so that messages do too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from evo.errors import NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind: TypeAlias = Literal["problems", "pipelines", "configs", "templates"]

_PACKAGE = Path(__file__).parent.parent
_FOLDERS: frozenset[Kind] = frozenset({"problems", "templates"})
"""What is a folder with a `problem.yaml`, and not a file."""


def resolve(kind: Kind, name: str, beside: Path | None = None) -> Path:
    """Return the file that `name` means, or the folder where `kind` is "problems" or "templates".

    Args:
        kind: what is looked for.
        name: a path or a name; ".yaml" may be left out for pipelines and configs, except in an explicit path.
        beside: the folder of the file that names it, if a file does.

    Raises:
        NotFoundError: nothing of that name; the message names the nearest.
    """
    for path in _candidates(kind, name, beside):
        if _exists(kind, path):
            return path
    names = known(kind, beside)
    hint = nearest(name, names) or (f"; there are {', '.join(names)}" if names else "")
    raise NotFoundError(f"{kind.removesuffix('s')} {name!r} not found{hint}")


def known(kind: Kind, beside: Path | None = None) -> list[str]:
    """Return the names that `resolve` finds in folders of that kind, and beside a file if given, sorted."""
    folders = [Path(kind), shipped(kind), *([beside] if beside and kind not in _FOLDERS else [])]
    paths = [path for folder in folders for path in _entries(folder) if _exists(kind, path)]
    if kind in _FOLDERS:
        return sorted({path.name for path in paths})
    return sorted({path.stem for path in paths if path.suffix == ".yaml"})


def shipped(kind: Kind) -> Path:
    """Return the folder of the copies that ship with the package; in a checkout, the top-level folder itself."""
    installed = _PACKAGE / "shipped" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def documents() -> list[Path]:
    """Return the pages of the documentation, sorted: those that ship, or those of the checkout."""
    installed = _PACKAGE / "shipped" / "docs"
    return sorted((installed if installed.is_dir() else _PACKAGE.parent / "docs").glob("*.md"))


def _candidates(kind: Kind, name: str, beside: Path | None) -> Iterator[Path]:
    if not name:
        return
    yield Path(name).expanduser() if name.startswith("~/") else Path(name)
    for folder in ([beside] if beside else []) + [Path(kind), shipped(kind)]:
        yield folder / name
        if kind not in _FOLDERS:
            yield folder / f"{name}.yaml"
    if name.startswith(f"{kind}/"):  # as documents and checkouts spell it
        yield shipped(kind).parent / name


def _exists(kind: Kind, path: Path) -> bool:
    try:
        return (path / "problem.yaml").is_file() if kind in _FOLDERS else path.is_file()
    except (OSError, ValueError):  # a name too long for this system, or with a null byte, names nothing
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []

"""What a task needs of the files of the machine that asks: packed once, known by its digest, laid out where it runs."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.execute.folder import Folder

if TYPE_CHECKING:
    from evo.execute.folder import Checkout

_READ_ONLY = 0o555


def pack_folder(folder: Folder) -> bytes:
    """Return what a judge may load, and nothing that lies beside it.

    Raises:
        OSError: a file cannot be read.
    """
    return _packed(Path(folder.path), folder.files)


def pack_checkout(checkout: Checkout) -> bytes:
    """Return a whole tree with its links and modes.

    Raises:
        OSError: a file cannot be read.
    """
    return _packed(Path(checkout.path), sorted(entry.name for entry in Path(checkout.path).iterdir()))


def lay_out_parcel(parcel: bytes, place: Path, *, folder: str = "") -> None:
    """Lay a parcel out; it is there whole or not at all, and nothing in it can be written afterwards.

    Args:
        parcel: what `pack_folder` or `pack_checkout` returned.
        place: where; must not exist.
        folder: the digest that the folder in it has to have; "" for a tree.

    Raises:
        OSError: there is no room for it.
        EvoError: something else came than was sent.
    """
    half = place.with_name(f"{place.name}.half")
    half.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(parcel)) as archive:
        # It was packed by ourselves, from files that are trusted: links stay as they are.
        archive.extractall(half, filter="fully_trusted")  # noqa: S202 - see above
    if folder and (found := Folder.of(half).digest) != folder:
        raise EvoError(f"a folder with digest {folder} was sent; what arrived has {found}")
    # Renamed while it can be: the root of a tree that nobody may write to cannot be moved by everyone.
    half.rename(place)
    for root, folders, _ in os.walk(place):
        for each in folders:
            if not (inner := Path(root, each)).is_symlink():
                inner.chmod(inner.stat().st_mode & _READ_ONLY)
    place.chmod(_READ_ONLY)


def _packed(root: Path, names: tuple[str, ...] | list[str]) -> bytes:
    parcel = io.BytesIO()
    with tarfile.open(fileobj=parcel, mode="w") as archive:
        for name in names:
            archive.add(root / name, arcname=name, filter=_nobodys)
    return parcel.getvalue()


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose it is and when it was made: equal folders are equal parcels."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    if entry.isfile():
        entry.mode &= _READ_ONLY
    return entry

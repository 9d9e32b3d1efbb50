"""A tree under a scratch directory: as a layer that is read and never written, else as a copy.

With a layer a candidate costs the same whatever the size of the tree. It takes a mount namespace and overlayfs in it
(Linux 5.11); everything else copies. Standard library only.
"""

from __future__ import annotations

import os

from evo.execute.inside import kernel

_NAMES = (".layer", ".work")
"""Folders of the file system beneath, which the layer covers."""


def lay(tree: str, scratch: str) -> bool:
    """Put a tree under a scratch directory that is an empty file system of its own; tell whether it is there.

    Raises:
        OSError: the file system takes nothing.
    """
    upper, work = (os.path.join(scratch, name) for name in _NAMES)  # noqa: PTH118 - pathlib costs every fork memory
    for folder in (upper, work):
        os.mkdir(folder, 0o700)  # noqa: PTH102 - as above
    try:
        kernel.mount_layer(scratch, lower=tree, upper=upper, work=work)
    except OSError:
        return False
    return True


def copy_tree(tree: str, folder: str) -> None:
    """Copy all that lies in a tree into a folder, links as links.

    Raises:
        OSError: there is no room.
    """
    import shutil  # noqa: PLC0415 - it would lie in every zygote

    shutil.copytree(tree, folder, symlinks=True, dirs_exist_ok=True, copy_function=_copy)


def _copy(source: str, target: str) -> None:
    import shutil  # noqa: PLC0415 - as above

    shutil.copyfile(source, target, follow_symlinks=False)
    os.chmod(target, os.stat(source).st_mode & 0o777)  # noqa: PTH101, PTH116 - as above

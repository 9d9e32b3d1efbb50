"""One process at a time may write a run.

An flock is released by the kernel when its holder dies, however it dies; a pid file would have to be guessed about.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from typing import TYPE_CHECKING, Self

from evo.errors import LockedError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LOCK_NAME = "run.lock"


class RunLock:
    """The exclusive right to write one run folder.

    Attributes:
        folder: the run.

    Raises:
        LockedError: at once, naming pid and host of the holder.
        OSError: the lock's file cannot be made, or not locked.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / LOCK_NAME
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _acquire(self._descriptor)
        except BlockingIOError as error:
            holder = os.read(self._descriptor, 200).decode(errors="replace").strip() or "another process"
            os.close(self._descriptor)
            raise LockedError(f"{folder} is being written by {holder}; wait for it, or stop it first") from error
        except OSError as error:
            os.close(self._descriptor)
            raise OSError(error.errno, error.strerror, str(path)) from error
        # Who holds it is said for people; a disk without room for that is no reason not to hold it.
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"pid {os.getpid()} on {socket.gethostname()}".encode(), 0)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _acquire(descriptor: int) -> None:
    # `is_locked` holds a shared lock for microseconds: a few tries keep a glance from turning a writer away.
    for _ in range(4):
        with contextlib.suppress(BlockingIOError):
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(0.02)
    return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(folder: Path) -> bool:
    """Tell whether a living process holds the run."""
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False

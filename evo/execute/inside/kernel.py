"""The few requests to the Linux kernel that Python has no name for; on other systems they answer False.

Imported by every helper process: standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sys

_SET_PDEATHSIG, _GET_PDEATHSIG = 1, 2
_GET_DUMPABLE, _SET_DUMPABLE = 3, 4
_SET_CHILD_SUBREAPER = 36
_SET_NO_NEW_PRIVS, _GET_NO_NEW_PRIVS = 38, 39

_CAPABILITY_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prctl(option: int, argument: object = 0) -> int:
    """Return what prctl(2) does, -1 where it does not exist."""
    if _libc is None:
        return -1
    return int(_libc.prctl(option, argument, 0, 0, 0))


def die_with(parent: int) -> bool:
    """Ask to be killed when the parent dies, and leave at once when it is dead already.

    The request fires when the parent's *thread* that made this process ends.
    """
    asked = _prctl(_SET_PDEATHSIG, signal.SIGKILL.value) == 0
    if os.getppid() != parent:
        os._exit(1)
    return asked


def dies_with_parent() -> bool:
    """Tell whether this process is killed when its parent dies."""
    answer = ctypes.c_int(0)
    return _prctl(_GET_PDEATHSIG, ctypes.byref(answer)) == 0 and answer.value == signal.SIGKILL.value


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent dies."""
    return _prctl(_SET_CHILD_SUBREAPER, 1) == 0


def no_new_privileges() -> bool:
    """Give up set-uid and file capabilities for this process and all that it starts, for ever."""
    _prctl(_SET_NO_NEW_PRIVS, 1)
    return _prctl(_GET_NO_NEW_PRIVS) == 1


def close_memory() -> bool:
    """Close this process's memory and environment to other processes of the same user; tells whether it is closed.

    Debuggers of that user are kept out too, and no core is dumped. Root is not kept out. Programs started by exec are
    open again.
    """
    _prctl(_SET_DUMPABLE, 0)
    return _prctl(_GET_DUMPABLE) == 0


def drop_capabilities() -> bool:
    """Give up every capability for ever; tells whether none is left.

    Raises:
        OSError: the kernel refused.
    """
    if _libc is None:
        return False
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    checked(int(_libc.capset(header, sets)), "capset")
    checked(int(_libc.capget(header, sets)), "capget")
    return not any(sets)


def request(number: int, *arguments: object) -> int:
    """Return the answer to the system call `number`, -1 with `errno` set where it failed or there is no Linux."""
    if _libc is None:
        ctypes.set_errno(errno.ENOSYS)
        return -1
    # A whole register each: what is variadic in C is not widened.
    wide = (ctypes.c_long(each) if isinstance(each, int) else each for each in (number, *arguments))
    return int(_libc.syscall(*wide))


def unshare(flags: int) -> None:
    """Leave namespaces that are shared with other processes.

    Raises:
        OSError: the kernel refused.
    """
    checked(-1 if _libc is None else int(_libc.unshare(flags)), "unshare")


def mount_memory(folder: str, options: str, flags: int) -> None:
    """Mount a file system that lives in memory and goes with the last process that sees it.

    Raises:
        OSError: the kernel refused.
    """
    done = -1 if _libc is None else int(_libc.mount(b"scratch", os.fsencode(folder), b"tmpfs", flags, options.encode()))
    checked(done, f"mount {folder}")


def mount_layer(folder: str, *, lower: str, upper: str, work: str) -> None:
    """Mount over `folder` what lies in `lower`, with all that is changed there going to `upper`.

    Raises:
        OSError: the kernel refused, or a path has a sign that options cannot say.
    """
    options = f"lowerdir={lower},upperdir={upper},workdir={work},userxattr"
    if options.count(",") != 3 or options.count(":") or "\\" in options:  # noqa: PLR2004 - between four options
        raise OSError(errno.EINVAL, f"mount {folder}: a path with a colon, a comma or a backslash")
    done = -1 if _libc is None else int(_libc.mount(b"tree", os.fsencode(folder), b"overlay", 6, os.fsencode(options)))
    checked(done, f"mount {folder}")


def checked(answer: int, what: str) -> int:
    """Return the answer unless it says that the request failed.

    Raises:
        OSError: with the kernel's reason and `what` was asked for.
    """
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return answer


def own_children() -> list[int]:
    """Return the pids of this process's living and unreaped children; empty where the kernel does not tell."""
    try:
        # Unbuffered: it is read often, and whole in one go as long as there are few.
        with open(f"/proc/self/task/{os.getpid()}/children", "rb", 0) as listing:  # noqa: PTH123 - pathlib costs memory
            return [int(pid) for pid in listing.readall().split()]
    except OSError:
        return []


def address_space_bytes() -> int:
    """Return the size of this process's address space; 0 where the kernel does not tell."""
    try:
        with open("/proc/self/statm", "rb") as sizes:  # noqa: PTH123 - see `own_children`
            return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0

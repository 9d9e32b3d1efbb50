"""Own namespaces: a process tree without a network, with its own users and its own file system for scratch.

A zygote leaves the user, network and IPC namespaces once; each child then makes a mount namespace of its own, which the
new user namespace allows without privileges. Standard library only.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct

from evo.execute.inside import kernel

_MOUNTS, _IPC, _USERS, _NETWORK = 0x00020000, 0x08000000, 0x10000000, 0x40000000
_NO_SETUID_NO_DEVICES = 2 | 4
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_MOUNT_SETATTR, _HERE, _RECURSIVE = 442, -100, 0x8000
_READ_ONLY = struct.pack("=QQQQ", 1, 0, 0, 0)


def leave() -> None:
    """Leave the namespaces of users, network and IPC; this process must have one thread.

    The user keeps the number that it has, so files keep their owner.

    Raises:
        OSError: the kernel refused: user namespaces are switched off, or kept for privileged programs.
    """
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(_USERS | _NETWORK | _IPC)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        target = os.open(f"/proc/self/{name}", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(target, text.encode())
        finally:
            os.close(target)


def listen() -> socket.socket:
    """Bring up loopback in this process's own network, and return a socket that listens there on a free port.

    Nothing else is in that network and nothing leads out of it: whoever holds the socket, wherever it lives, is all
    that can be reached from inside.

    Raises:
        OSError: the kernel refused.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = b"lo".ljust(16, b"\0")
        flags = struct.unpack_from("=h", fcntl.ioctl(control, _GET_FLAGS, name + bytes(24)), 16)[0]
        fcntl.ioctl(control, _SET_FLAGS, name + struct.pack("=h22x", flags | _UP))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def own_files(folder: str, *, size_bytes: int, entries: int) -> None:
    """Make every file system read-only, and put an empty one of bounded size over `folder`: for this process alone.

    Raises:
        OSError: the kernel refused.
    """
    kernel.unshare(_MOUNTS)
    kernel.checked(
        kernel.request(_MOUNT_SETATTR, _HERE, b"/", _RECURSIVE, _READ_ONLY, len(_READ_ONLY)), "mount_setattr"
    )
    kernel.mount_memory(folder, f"size={size_bytes},nr_inodes={entries},mode=700", _NO_SETUID_NO_DEVICES)

"""The walls by name: what each one stops, and which tiers cannot be claimed without it."""

from __future__ import annotations

from typing import Final

STOPS: Final = {
    "own session": "signals from and to the terminal and the process group",
    "cpu limit": "loops that never end, also those inside C code",
    "memory limit": "objects and mappings over the limit",
    "file size limit": "files over the limit",
    "open files limit": "running out of descriptors",
    "core dumps off": "memory images on the disk",
    "no new privileges": "set-uid programs",
    "dies with its parent": "candidates that outlive a killed run",
    "files unread": "reading keys, databases and the judge: all but installed libraries and its own directory",
    "files unwritten": "creating, changing and removing files outside its own directory",
    "files uncut": "emptying files that it may read",
    "modes unchanged": "changing owners, modes, times and attributes, which the file walls leave open",
    "processes unseen": "reading the environment and memory of other processes through /proc",
    "no processes": "fork bombs, daemons and other programs",
    "processes bounded": "fork bombs of commands, which may start programs: who is one too many is never made",
    "no network": "sockets of every family",
    "no signals": "killing or stopping what runs beside it",
    "no tracing": "reading and changing the memory of other processes by system calls",
    "limits stay": "raising its own limits again, and outliving its parent",
    "no shared memory": "messages and memory that stay behind for the next candidate",
    "no rings": "doing the above through io_uring, and other doors into the kernel",
    "no capabilities": "what root may do beyond owning files",
    "own users": "acting with the rights of the user outside",
    "no interfaces": "a network, even for what got around the system call filter",
    "own files": "filling the disk: a directory of bounded size and number of files, gone with the process",
    "honest code works": "nothing: it shows that threads, imports and its own files are left to the candidate",
}
"""Name -> what it stops; the names are those of the self-test."""

BASIC: Final = ("own session", "cpu limit", "file size limit", "open files limit", "core dumps off")
STANDARD: Final = (
    *BASIC,
    *("memory limit", "no new privileges", "dies with its parent", "files unread", "files unwritten", "files uncut"),
    *("modes unchanged", "processes unseen", "no processes", "no network", "no signals", "no tracing", "limits stay"),
    *("no shared memory", "no rings", "no capabilities", "processes bounded", "honest code works"),
)
STRICT: Final = (*STANDARD, "own users", "no interfaces", "own files")

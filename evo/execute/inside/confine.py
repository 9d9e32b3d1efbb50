"""The walls around a candidate, put up from inside its process before any of its code runs.

Runs in zygote children: standard library only.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Any

from evo.execute.inside import gate, kernel, landlock, layers, namespaces, seccomp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMER_SHARE, TIMER_SECONDS = 1.5, 0.1
"""The CPU timer inside a process fires after this share of the limit and so many seconds."""

MB = 1 << 20
_LAST_FD = 1024
"""A zygote holds few descriptors, all with low numbers (see its `_control`)."""
HEADROOM_BYTES = 16 * MB
"""Set aside in a zygote, given back in a child whose memory ran out: room to say so."""
SCRATCH_FILES = 2
"""How many files of the largest size a scratch directory holds in all."""
SCRATCH_ENTRIES = 4096
"""How many files and directories it holds."""
STDERR, RESULT, TASK, RULES = 2, 3, 4, 5
"""The descriptors of a confined process, above stdin and stdout; the last in the one above the steps of a command."""


_FILTERED, _NAMESPACED = ("standard", "strict"), ("strict",)
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime"),
    *("/usr/share/zoneinfo", "/dev/zero", "/dev/random", "/dev/urandom"),
)
_PROGRAMS = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/opt")
"""Where compilers, interpreters and what they need lie."""
_ALTERNATIVES = "/etc/alternatives"
_PACKAGES = ("site-packages", "dist-packages")

_headroom: list[bytes] = []


class Walls:
    """What the walls of a tier need, prepared once for every child of this process.

    Args:
        tier: the name of a `Tier`.
        hidden: folders beneath what may be read that may not be read: absolute paths without links.
        readable: files and folders that may be read beside, likewise, even beneath hidden ones.
        startable: folders whose programs steps of commands may start, and read.
        port: of loopback, at which steps of commands may ask a proxy; 0 for none.

    Raises:
        OSError: this system lacks what the tier needs.
    """

    __slots__ = ("_fences", "_filters", "_gate", "_holes", "_namespaced", "_nowhere", "port")

    def __init__(
        self,
        tier: str,
        hidden: Sequence[str] = (),
        readable: Sequence[str] = (),
        startable: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        self.port = port
        self._namespaced = tier in _NAMESPACED
        # Each without and with the right to start programs.
        self._fences: tuple[landlock.Fence, ...] = ()
        self._filters: tuple[seccomp.SyscallFilter, ...] = ()
        self._nowhere: tuple[int, ...] = ()
        self._gate: gate.GateFilter | None = None
        self._holes: tuple[int, ...] = ()
        if tier in _FILTERED:
            self._nowhere = landlock.handles((os.devnull,))
            own = [*_libraries(), *readable, _ALTERNATIVES]
            read = (*landlock.handles(own), *self._nowhere)
            start = landlock.handles((*_PROGRAMS, *startable))
            self._fences = (landlock.Fence(read), landlock.Fence(read, start, port))
            machine, signals = os.uname().machine, self._fences[1].bounds_signals
            self._filters = (
                seccomp.SyscallFilter(machine),
                seccomp.SyscallFilter(machine, programs=True, signals=signals, sockets=port > 0),
            )
            self._gate = gate.GateFilter(machine)
            granted = [os.path.realpath(path) for path in (*own, *_PROGRAMS, *startable)]
            hidden = sorted({*hidden, *_shipped()})
            inside = [path for path in hidden if any(path.startswith(f"{root}/") for root in granted)]
            beneath = [path for path in (*readable, *startable) if any(path.startswith(f"{each}/") for each in inside)]
            self._holes = (landlock.holes(inside, beneath),) if inside else ()

    @property
    def bounds_files(self) -> bool:
        """Whether the scratch directory is a file system of bounded size."""
        return self._namespaced

    def enter(self, scratch: str, limits: Mapping[str, float], tree: Mapping[str, Any] | None = None) -> None:
        """Make the scratch directory this process's own, where the tier has that; nothing may lie in it yet.

        Args:
            scratch: that directory.
            limits: the fields of `Limits`.
            tree: the fields of `Checkout`, of what is to lie in it then; in other tiers it does already.

        Raises:
            OSError: the kernel refused.
        """
        if not self._namespaced or not limits:
            return
        size = SCRATCH_FILES * int(limits["file_mb"]) * MB
        namespaces.own_files(scratch, size_bytes=size, entries=SCRATCH_ENTRIES)
        if tree and not layers.lay(tree["path"], scratch):
            room, entries = size + int(tree["size_bytes"]), SCRATCH_ENTRIES + int(tree["entries"])
            namespaces.own_files(scratch, size_bytes=room, entries=entries)
            layers.copy_tree(tree["path"], scratch)

    def fence(self, scratch: str) -> None:
        """Leave the libraries to read and the scratch directory to write, and no way to more privileges.

        Args:
            scratch: that directory.

        Raises:
            OSError: the kernel refused.
        """
        kernel.no_new_privileges()
        if self._fences:
            for rules in self._holes:
                landlock.obey(rules)
            self._fences[0].close(scratch, self._nowhere)

    def step_rules(self, scratch: str) -> tuple[int, ...]:
        """Return the descriptors that `fence_step` needs, in a process that still has all others; none for some tiers.

        Raises:
            OSError: the kernel refused.
        """
        return (self._fences[1].rules(scratch, self._nowhere), *self._holes) if self._fences else ()

    def fence_step(self) -> tuple[int, ...]:
        """Do for a step of a command what `fence` does, and make it ask for new processes; `seal` has to follow.

        The system's programs, and those in the scratch directory, may be started.

        Returns:
            Where it asks (see `gate.Gate`); nothing where the tier has no such wall.

        Raises:
            OSError: the kernel refused.
        """
        kernel.no_new_privileges()
        if not self._fences or self._gate is None:
            return ()
        for rules in range(RULES, RULES + 1 + len(self._holes)):
            landlock.obey(rules)
            os.close(rules)
        return (self._gate.install(),)

    def seal(self, *, programs: bool = False) -> None:
        """Give up what root could do, and every system call that reaches beyond this process.

        Args:
            programs: whether it may start programs.

        Raises:
            OSError: the kernel refused.
        """
        if self._filters:
            kernel.drop_capabilities()
            self._filters[programs].install()


def _libraries() -> list[str]:
    """Return what candidates may import late or load: installed code, never a folder that someone works in."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    own = [f"{prefix}/{name}" for prefix in sorted(prefixes) for name in ("lib", "lib64")]
    installed = [path for path in sys.path if path.rpartition("/")[2] in _PACKAGES]
    return [*own, *installed, *_SYSTEM]


def _shipped() -> list[str]:
    """Return the problems that lie among installed packages: editable installations put them there too."""
    own = __name__.partition(".")[0]
    found = [os.path.realpath(f"{path}/{own}/shipped") for path in sys.path if path]
    return [path for path in found if os.path.isdir(path)]  # noqa: PTH112 - pathlib costs zygotes memory


def confine(
    walls: Walls,
    limits: Mapping[str, float],
    *,
    zygote: int,
    base_bytes: int,
    scratch: str,
    fds: Sequence[int],
    programs: bool = False,
) -> None:
    """Close everything off, in the one order that works, after `Walls.enter`.

    Args:
        walls: those of the tier.
        limits: the fields of `Limits`; empty for tier NONE.
        zygote: the process that must be the parent.
        base_bytes: its address space, which the memory limit comes on top of; 0 leaves memory unlimited.
        scratch: the new current directory.
        fds: what becomes descriptors 0 to TASK; each of them must be above TASK.
        programs: whether it starts programs, as commands have to: the walls are then for those.

    Raises:
        OSError, ValueError: a wall that this system has could not be put up.
    """
    os.setsid()
    kernel.die_with(zygote)
    os.chdir(scratch)
    # First: what these are made of are open descriptors.
    rules: tuple[int, ...] = ()
    if limits and programs:
        rules = walls.step_rules(scratch)
    elif limits:
        walls.fence(scratch)
    _keep_only((*fds, *rules))
    reset_signals()
    if limits:
        limit_resources(limits, base_bytes)
        if not programs:
            walls.seal()


def _keep_only(fds: Sequence[int]) -> None:
    for number, fd in enumerate(fds):
        os.dup2(fd, number, inheritable=number <= STDERR)
    os.closerange(len(fds), _LAST_FD)


def reset_signals() -> None:
    """Undo what the zygote and the interpreter set, and turn what broken pipes and large files raise into errors."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)


def limit_resources(limits: Mapping[str, float], base_bytes: int) -> None:
    """Set the resource limits and start the CPU timer."""
    whole = math.ceil(limits["cpu_seconds"])
    lower(resource.RLIMIT_CPU, whole, whole + 1)
    lower(resource.RLIMIT_FSIZE, int(limits["file_mb"]) * MB)
    lower(resource.RLIMIT_NOFILE, int(limits["open_files"]))
    lower(resource.RLIMIT_CORE, 0)
    if base_bytes and sys.platform == "linux":
        lower(resource.RLIMIT_AS, base_bytes + int(limits["memory_mb"] * MB))
    # The kernel counts RLIMIT_CPU in whole seconds; this timer knows fractions, and can be ignored. It counts in ticks,
    # on a busy machine up to a quarter too many, so it is set late: who is over the limit is measured from outside.
    signal.setitimer(signal.ITIMER_PROF, TIMER_SHARE * limits["cpu_seconds"] + TIMER_SECONDS)


def lower(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is stricter already stays."""
    ceiling = resource.getrlimit(which)[1]
    top = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        top = min(top, ceiling)
    resource.setrlimit(which, (min(soft, top), top))


def set_headroom_aside() -> None:
    """Take address space, and no memory, that `use_headroom` can give back."""
    _headroom.append(bytes(HEADROOM_BYTES))


def use_headroom() -> None:
    """Give back what was set aside, to be able to report that memory ran out."""
    _headroom.clear()

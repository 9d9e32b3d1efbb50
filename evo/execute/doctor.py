"""What this machine can put around a candidate, and what would raise it: the findings that `evo doctor` shows."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evo.execute import sandbox, scratch
from evo.execute.inside import landlock
from evo.execute.inside.syscalls import ARCHITECTURES
from evo.execute.sandbox import REQUIRED_WALLS, Tier
from evo.execute.walls import STANDARD, STOPS

if TYPE_CHECKING:
    from evo.canonical import JSON

_LANDLOCK_KERNEL = "5.13"
_USERNS_LIMIT = Path("/proc/sys/user/max_user_namespaces")
_USERNS_SWITCHES = {"kernel/unprivileged_userns_clone": "0", "kernel/apparmor_restrict_unprivileged_userns": "1"}
"""Switches of distributions, and the value of each that closes user namespaces to ordinary users."""
_OPPOSITE = {"0": "1", "1": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One wall.

    Attributes:
        stands: whether it passed its self-test just now.
        stops: what it keeps from a candidate.
        tiers: the tiers that cannot be claimed without it, strongest first.
    """

    name: str
    stands: bool
    stops: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The facts that decide about walls.

    Attributes:
        kernel: name and release.
        architecture: as `uname` gives it.
        landlock: version of that interface, 0 where there is none.
        user_namespaces: how many may be made; 0 where there are none.
        closed_by: switches, beneath /proc/sys, that keep user namespaces from ordinary users.
        root: whether this process runs as root.
        scratch: where candidates' directories lie.
    """

    kernel: str
    architecture: str
    landlock: int
    user_namespaces: int
    closed_by: tuple[str, ...]
    root: bool
    scratch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineReport:
    """What was found.

    Attributes:
        tier: the one that `sandbox: auto` puts in force.
        walls: every wall, in the order of the self-test's registry.
        advice: what would raise the tier; empty when nothing is above it.
    """

    tier: Tier
    walls: tuple[Wall, ...]
    advice: tuple[str, ...]
    machine: Machine

    def to_json(self) -> dict[str, JSON]:
        """Return the report as plain data."""
        machine = self.machine
        return {
            "tier": str(self.tier),
            "walls": [
                {"name": wall.name, "stands": wall.stands, "stops": wall.stops, "tiers": [str(t) for t in wall.tiers]}
                for wall in self.walls
            ],
            "advice": list(self.advice),
            "machine": {
                "kernel": machine.kernel,
                "architecture": machine.architecture,
                "landlock": machine.landlock,
                "user_namespaces": machine.user_namespaces,
                "closed_by": list(machine.closed_by),
                "root": machine.root,
                "scratch": machine.scratch,
            },
        }


def examine() -> MachineReport:
    """Try every wall and say which tier this machine offers.

    Raises:
        InfraError: the self-test could not be run.
    """
    standing = sandbox.walls()
    machine = _machine()
    walls = tuple(
        Wall(
            name=name,
            stands=standing.get(name, False),
            stops=stops,
            tiers=tuple(tier for tier in Tier if name in REQUIRED_WALLS.get(tier, ())),
        )
        for name, stops in STOPS.items()
    )
    return MachineReport(tier=sandbox.probe(), walls=walls, advice=_advice(machine), machine=machine)


def _machine() -> Machine:
    system = os.uname()
    closed = tuple(
        name for name, closing in _USERNS_SWITCHES.items() if _text(Path("/proc/sys", name)).strip() == closing
    )
    limit = _text(_USERNS_LIMIT).strip()
    return Machine(
        kernel=f"{system.sysname} {system.release}",
        architecture=system.machine,
        landlock=landlock.version(),
        user_namespaces=int(limit) if limit.isdigit() else 0,
        closed_by=closed,
        root=os.geteuid() == 0,
        scratch=str(scratch.places()[0]),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _advice(machine: Machine) -> tuple[str, ...]:
    """Return what would raise the tier, nearest first."""
    if not (lacking := sandbox.missing(Tier.STRICT)):
        return ()
    said: list[str] = []
    if sys.platform != "linux":
        return ("tiers standard and strict need Linux: run the whole program in a Linux container or virtual machine",)
    if machine.landlock == 0:
        said.append(
            f"Landlock is missing: it needs Linux {_LANDLOCK_KERNEL} or newer with landlock among the security modules "
            "(kernel parameter lsm=landlock,...); this gives tier standard"
        )
    if machine.architecture not in ARCHITECTURES:
        said.append(f"there is no table of system calls for {machine.architecture}: tier standard is not offered on it")
    if apart := [wall for wall in lacking if wall not in STANDARD]:
        opened = [f"sysctl {name.replace('/', '.')}={_OPPOSITE[_USERNS_SWITCHES[name]]}" for name in machine.closed_by]
        how = " ".join(opened) or "outside a container that withholds them, or with user.max_user_namespaces above 0"
        said.append(f"user namespaces are closed ({', '.join(apart)}): allow them ({how}); this gives tier strict")
    if not said:
        said.append(f"these walls failed their test: {', '.join(lacking)}; run in a virtual machine if they matter")
    return tuple(said)

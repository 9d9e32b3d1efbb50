"""Compilers and interpreters by name, wherever they lie on this machine: what a command gets of them, and how.

A candidate may read and start what lies in the system's folders. Many toolchains lie in somebody's home (rustup, conda,
juliaup, nvm, a virtual environment), so a pipeline names those that it needs, and the folder of just that toolchain is
granted. Whatever is asked here is asked of the user's own programs, outside of the sandbox, once per process.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from evo.errors import EvoError, InfraError, nearest
from evo.execute.executor import Command, Grants, Task
from evo.execute.sandbox import Limits
from evo.records import StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evo.execute.executor import Executor

_ASK_SECONDS = 20.0
_SECONDS, _MEMORY_MB = 10.0, 1024.0
"""What a program may use to say its version."""
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/opt")
"""Where every command may start programs anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """A toolchain as it is known, whether or not it is here.

    Attributes:
        program: what it is found by; others: what is looked for where that is not there.
        version: the arguments that make the program say its version.
        get: how one gets it, in words.
        places: folders in which its program lies where it is not on PATH; patterns, `~` is the home.
        asks: arguments that make the program say where it is at home; empty where its own place says so.
        home: what of the answer that is, the first group.
        above: how many folders the home lies above what was found.
        beside: further files and folders that it reads, as patterns.
        variables: environment of its own; {memory_mb} is the larger limit of the steps.
        reserved_mb: address space that it takes and does not fill; what it fills is counted all the same.
    """

    program: str
    others: tuple[str, ...] = ()
    version: tuple[str, ...] = ("--version",)
    get: str
    places: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    home: str = r"(.+)"
    above: int = 2
    beside: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reserved_mb: float = 0.0


_JAVA = {"JAVA_TOOL_OPTIONS": "-Xmx{memory_mb}m -XX:+UseSerialGC -XX:-UsePerfData"}
_CONDA = ("~/miniconda3/bin", "~/miniforge3/bin", "~/mambaforge/bin", "~/anaconda3/bin", "/opt/conda/bin")

TOOLCHAINS: Final[Mapping[str, Toolchain]] = MappingProxyType(
    {
        "c": Toolchain(program="gcc", others=("cc", "clang"), get="apt install gcc, or xcode-select --install"),
        "cpp": Toolchain(program="g++", others=("c++", "clang++"), get="apt install g++, or xcode-select --install"),
        "cmake": Toolchain(program="cmake", get="apt install cmake, or pip install cmake"),
        "conda": Toolchain(
            program="conda",
            get="an installer from https://conda-forge.org/download, then conda activate ENVIRONMENT",
            places=_CONDA,
            asks=("info", "--base"),
            above=0,
        ),
        "fortran": Toolchain(program="gfortran", others=("flang",), get="apt install gfortran"),
        "go": Toolchain(
            program="go",
            version=("version",),
            get="https://go.dev/dl",
            places=("/usr/local/go/bin", "~/go/bin", "~/sdk/go*/bin"),
            asks=("env", "GOROOT"),
            above=0,
            variables=MappingProxyType({"GOTOOLCHAIN": "local", "GOPROXY": "off"}),
            reserved_mb=2048,
        ),
        "java": Toolchain(
            program="javac",
            others=("java",),
            get="apt install default-jdk-headless, or https://adoptium.net",
            places=("~/.sdkman/candidates/java/current/bin",),
            asks=("-J-XshowSettings:properties", "-version"),
            home=r"java\.home = (.+)",
            above=0,
            beside=("/etc/java-*",),
            variables=MappingProxyType(_JAVA),
            reserved_mb=4096,
        ),
        "julia": Toolchain(
            program="julia",
            get="https://julialang.org/install",
            places=("~/.juliaup/bin",),
            asks=("--startup-file=no", "-e", "print(Sys.BINDIR)"),
            above=1,
            reserved_mb=8192,
        ),
        "make": Toolchain(program="make", get="apt install make"),
        "node": Toolchain(
            program="node",
            get="apt install nodejs, or https://nodejs.org/download",
            places=("~/.nvm/versions/node/*/bin", "~/.volta/bin"),
            asks=("-p", "process.execPath"),
            beside=("/etc/ssl/openssl.cnf",),
            reserved_mb=2048,
        ),
        "perl": Toolchain(program="perl", version=("-e", "print $^V"), get="apt install perl"),
        "python": Toolchain(program=sys.executable, get="it runs evo, so it is here", above=2),
        "rust": Toolchain(
            program="rustc",
            get="https://rustup.rs",
            places=("~/.cargo/bin",),
            asks=("--print", "sysroot"),
            above=0,
            variables=MappingProxyType({"CARGO_NET_OFFLINE": "true"}),
        ),
    }
)
"""What a pipeline can name, beside whole paths of folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundToolchain:
    """A toolchain on this machine.

    Attributes:
        name: as a pipeline says it.
        program: the path of what it was found by.
        grants: what a command gets of it.
        variables, reserved_mb: see `Toolchain`.
    """

    name: str
    program: str
    grants: Grants
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reserved_mb: float = 0.0


def check_names(names: Iterable[str]) -> None:
    """Refuse what names no toolchain; whether it is here is not asked.

    Raises:
        EvoError: neither a known name nor the whole path of a folder.
    """
    for name in names:
        if name not in TOOLCHAINS and not name.startswith(("/", "~/")):
            known = ", ".join(TOOLCHAINS)
            raise EvoError(
                f"toolchains: unknown {name!r}{nearest(name, TOOLCHAINS)}; there are {known}, and the whole path of a "
                "folder with programs"
            )


def find_toolchain(name: str) -> FoundToolchain:
    """Return a toolchain of this machine.

    Args:
        name: of `TOOLCHAINS`, or the whole path of a folder: its `bin`, if it has one, is then where programs lie.

    Raises:
        InfraError: it is not here; says how to get it.
    """
    return _found(name, os.environ.get("PATH", os.defpath), os.path.expanduser("~"))  # noqa: PTH111 - a text is a key


def grants_of(found: Iterable[FoundToolchain]) -> Grants:
    """Return what a command gets that names several toolchains; the first named is looked for first."""
    return joined(each.grants for each in found)


def joined(several: Iterable[Grants]) -> Grants:
    """Return all that several grants give; programs are looked for in their order."""
    every = list(several)
    return Grants(
        readable=tuple(dict.fromkeys(path for each in every for path in each.readable)),
        startable=tuple(dict.fromkeys(path for each in every for path in each.startable)),
        path=tuple(dict.fromkeys(path for each in every for path in each.path)),
        python=next((each.python for each in every if each.python), ""),
    )


def variables_of(found: Iterable[FoundToolchain], memory_mb: float) -> Mapping[str, str]:
    """Return the environment of a command's steps.

    Args:
        found: its toolchains.
        memory_mb: the larger limit of its steps.
    """
    said = {name: text for each in found for name, text in each.variables.items()}
    return MappingProxyType({name: text.format(memory_mb=int(memory_mb)) for name, text in said.items()})


async def said_by(argv: Sequence[str], found: Sequence[FoundToolchain], executor: Executor) -> str:
    """Return the first line of what a program says in the sandbox, with what toolchains grant; "" where it cannot."""
    reserved_mb = max((each.reserved_mb for each in found), default=0.0)
    command = Command(
        run=tuple(argv),
        cpu_seconds=_SECONDS,
        memory_mb=_MEMORY_MB,
        build_seconds=_SECONDS,
        build_memory_mb=_MEMORY_MB,
        environment=variables_of(found, _MEMORY_MB),
        reserved_mb=reserved_mb,
    )
    limits = Limits(cpu_seconds=_SECONDS, memory_mb=_MEMORY_MB + reserved_mb, open_files=256)
    task = Task(files={"program": ""}, entry_file="program", limits=limits, command=command, grants=grants_of(found))
    done = await executor.run(task)
    if done.status is not StageStatus.SUCCESS or not done.output or not done.output.strip():
        return ""
    return normalise_detail(done.output.decode(errors="replace").strip().splitlines()[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a look at one toolchain found.

    Attributes:
        name: of `TOOLCHAINS`.
        place: of its program; "" where it is not here.
        versions: tier -> what it says there of its version, "" where it cannot be started.
        get: how to get it.
    """

    name: str
    place: str
    versions: Mapping[str, str]
    get: str


async def look(executors: Iterable[Executor], names: Iterable[str] = TOOLCHAINS) -> Sequence[Reach]:
    """Try every toolchain in every executor, each of which has another tier."""
    several = list(executors)
    return [await _reach(name, several) for name in names]


async def _reach(name: str, executors: Sequence[Executor]) -> Reach:
    known = TOOLCHAINS[name]
    try:
        found = find_toolchain(name)
    except InfraError:
        return Reach(name=name, place="", versions=MappingProxyType({}), get=known.get)
    argv = (Path(found.program).name, *known.version)
    versions = {str(executor.tier): await said_by(argv, [found], executor) for executor in executors}
    return Reach(name=name, place=found.program, versions=MappingProxyType(versions), get=known.get)


@lru_cache(maxsize=64)
def _found(name: str, path: str, home: str) -> FoundToolchain:
    """Look for a toolchain; who asks with another PATH or home is told anew."""
    if name not in TOOLCHAINS:
        return _in_folder(name, Path(home))
    known = TOOLCHAINS[name]
    program = _program(known, path, Path(home))
    if program is None:
        looked = " or ".join((known.program, *known.others))
        raise InfraError(f"toolchain {name} is not here: expected {looked} on PATH; to get it: {known.get}")
    active = os.environ.get("CONDA_PREFIX", "") if name == "conda" else ""
    root = Path(active) if active else _home(known, program)
    roots = [root, Path(sys.base_prefix)] if name == "python" else [root]
    return FoundToolchain(
        name=name,
        program=str(program),
        grants=Grants(
            readable=tuple(str(each) for pattern in known.beside for each in _matches(pattern, Path(home))),
            startable=tuple(dict.fromkeys(place for each in roots if (place := _granted(each, Path(home))))),
            path=_folders(root, program),
        ),
        variables=known.variables,
        reserved_mb=known.reserved_mb,
    )


def _program(known: Toolchain, path: str, home: Path) -> Path | None:
    places = [str(each) for pattern in known.places for each in reversed(_matches(pattern, home))]
    for program in (known.program, *known.others):
        if found := shutil.which(program, path=os.pathsep.join((path, *places))):
            return Path(found)
    return None


def _matches(pattern: str, home: Path) -> Sequence[Path]:
    """Return what exists of a pattern, in order."""
    whole = Path(str(home) + pattern[1:] if pattern.startswith("~") else pattern)
    return sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))


def _home(known: Toolchain, program: Path) -> Path:
    """Return the folder of a toolchain, as it says itself: its program may be a small one that starts another."""
    said = program.resolve()
    if known.program == sys.executable:
        return Path(sys.prefix)
    if known.asks:
        answer = re.search(known.home, _answer([str(program), *known.asks]))
        said = Path(answer[1].strip()).resolve() if answer else said
        if answer is None:
            return said.parents[1]
    return said.parents[known.above - 1] if known.above else said


def _answer(argv: Sequence[str]) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_ASK_SECONDS, check=False, cwd="/")
    except (OSError, subprocess.SubprocessError) as error:
        raise InfraError(f"{argv[0]} was asked where it lies, and failed: {error}") from error
    return done.stdout + done.stderr


def _granted(root: Path, home: Path) -> str:
    """Return the folder to grant, "" where it may be read anyway; a home, and what lies above one, is never granted."""
    if home.is_relative_to(root):
        root = root / "bin"
    return "" if any(root.is_relative_to(place) for place in _SYSTEM) else str(root)


def _folders(root: Path, program: Path) -> tuple[str, ...]:
    """Return where programs are looked for: in the toolchain itself, else where its program was found."""
    if (root / "bin" / program.name).exists():
        return (str(root / "bin"),)
    return (str(program.parent),)


def _in_folder(name: str, home: Path) -> FoundToolchain:
    folder = Path(str(home) + name[1:] if name.startswith("~") else name)
    if not folder.is_dir():
        raise InfraError(f"toolchain {name} is not here: there is no such folder")
    if home.is_relative_to(folder.resolve()):
        raise InfraError(f"toolchain {name}: a home is never granted as a whole; name the folder of the programs in it")
    place = folder / "bin" if (folder / "bin").is_dir() else folder
    grants = Grants(startable=(str(folder.resolve()),), path=(str(place),))
    return FoundToolchain(name=name, program=str(place), grants=grants)

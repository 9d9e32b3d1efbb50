"""Toolchains: each that is here compiles and runs a program behind the walls; what is asked of a home is bounded."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from evo.config.problem_spec import LimitChanges
from evo.errors import EvoError, InfraError
from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.stage import Runtime
from evo.evaluate.toolchain import tool_versions
from evo.execute import toolchains
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, offered
from evo.execute.toolchains import TOOLCHAINS, check_names, find_toolchain
from evo.records import Program, StageStatus
from tests.contracts.problems import make_problem

RUST = """use std::io::Read;
fn main() { let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap(); println!("{}", s.len() > 2); }
"""
GO = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("true") }\n'
JAVA = 'public class Main { public static void main(String[] a) { System.out.println("true"); } }\n'
CMAKE = "cmake_minimum_required(VERSION 3.10)\nproject(p C)\nadd_executable(p main.c)\n"
BUILD = "cmake -S . -B out > /dev/null && cmake --build out > /dev/null"
C = '#include <stdio.h>\nint main(void) { puts("true"); return 0; }\n'

PROGRAMS = {
    "c": ({"main.c": C}, ("gcc", "-O1", "-o", "p", "main.c"), ("./p",)),
    "cpp": ({"main.cpp": '#include <cstdio>\nint main() { std::puts("true"); }\n'}, ("g++", "main.cpp"), ("./a.out",)),
    "cmake": ({"main.c": C, "CMakeLists.txt": CMAKE}, ("sh", "-c", BUILD), ("out/p",)),
    "conda": ({"main.py": "print('true')\n"}, (), ("python", "main.py")),
    "fortran": ({"main.f90": "print '(a)', 'true'\nend\n"}, ("gfortran", "main.f90"), ("./a.out",)),
    "go": ({"main.go": GO}, ("go", "build", "-o", "p", "main.go"), ("./p",)),
    "java": ({"Main.java": JAVA}, ("javac", "Main.java"), ("java", "Main")),
    "julia": ({"main.jl": "println(true)\n"}, (), ("julia", "--startup-file=no", "main.jl")),
    "make": ({"Makefile": "all:\n\t@echo true\n"}, (), ("make", "-s")),
    "node": ({"main.js": "console.log(1 < 2)\n"}, (), ("node", "main.js")),
    "perl": ({"main.pl": 'use strict;\nprint "true\\n";\n'}, (), ("perl", "main.pl")),
    "python": ({"main.py": "import numpy\n\nprint('true')\n"}, (), ("python", "main.py")),
    "rust": ({"main.rs": RUST}, ("rustc", "-O", "-o", "p", "main.rs"), ("./p",)),
}


def run(folder, name, *, tier="strict", files=None, build=None, argv=None, **more):
    own, built, started = PROGRAMS.get(name, ({}, (), ()))
    stage = CommandStage(argv=argv or started, build=built if build is None else build, toolchains=(name,), **more)
    if f"required:{tier}" == "required:strict" and Tier.STRICT not in offered():
        pytest.skip("this machine does not offer strict")

    async def main():
        executor = LocalExecutor(workers=1, sandbox=f"required:{tier}")
        changes = LimitChanges(cpu_seconds=20.0, memory_mb=512.0)
        program = Program.of(files or own, language=name)
        runtime = Runtime(program=program, problem=make_problem(folder), executor=executor, changes=changes)
        try:
            return await stage.run({}, runtime)
        finally:
            await executor.close()

    return asyncio.run(main())


def here(name):
    try:
        find_toolchain(name)
    except InfraError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", TOOLCHAINS)
def test_a_program_is_built_and_run_behind_all_walls(tmp_path, name):
    here(name)
    result = run(tmp_path, name)
    assert result.status is StageStatus.SUCCESS, result.detail
    assert json.loads(result.outputs["output"]) is True


def test_what_lies_in_a_home_is_reached_in_standard_as_well(tmp_path):
    here("rust")
    result = run(tmp_path, "rust", tier="standard")
    assert result.status is StageStatus.SUCCESS, result.detail


def test_cargo_builds_without_a_network(tmp_path):
    here("rust")
    manifest = '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2021"\n[[bin]]\nname = "p"\npath = "main.rs"\n'
    files = {"Cargo.toml": manifest, "main.rs": RUST}
    result = run(tmp_path, "rust", files=files, build=("cargo", "build", "-q", "--offline"), argv=("target/debug/p",))
    assert result.status is StageStatus.SUCCESS, result.detail


def test_a_runtime_that_reserves_space_is_held_to_what_it_fills(tmp_path):
    here("node")
    hog = "const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1));\n"
    result = run(tmp_path, "node", files={"main.js": hog})
    assert result.status is StageStatus.MEMORY, result.detail


def test_one_that_is_not_here_is_the_machines_failure_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InfraError, match=r"toolchain julia is not here: expected julia on PATH; to get it: https://"):
        run(tmp_path, "julia")
    with pytest.raises(InfraError, match="there is no such folder"):
        run(tmp_path, str(tmp_path / "nowhere"), files={"a": ""}, argv=("tool",))


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(EvoError, match=r"toolchains: unknown 'rusty'; did you mean rust\?"):
        check_names(["rusty"])
    with pytest.raises(EvoError, match="toolchains: unknown 'tools/bin'"):
        CommandStage(argv=("x",), toolchains=("tools/bin",))


def tool(folder: Path, text: str = "#!/bin/sh\necho true\n", name: str = "tool") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_folder_of_ones_own_is_granted_by_its_whole_path_and_nothing_beside_it(tmp_path):
    tool(tmp_path / "zig" / "bin", f"#!/bin/sh\ncat {tmp_path}/zig/lib.txt; cat {tmp_path}/secret.txt\n")
    (tmp_path / "zig" / "lib.txt").write_text("true")
    (tmp_path / "secret.txt").write_text("sk-canary")
    result = run(tmp_path / "p", str(tmp_path / "zig"), files={"a": ""}, argv=("tool",))
    assert result.status is StageStatus.EXIT
    assert "Permission denied" in result.detail
    assert "canary" not in result.detail + str(result.outputs)
    tool(tmp_path / "zig" / "bin", f"#!/bin/sh\ncat {tmp_path}/zig/lib.txt\n")
    assert run(tmp_path / "q", str(tmp_path / "zig"), files={"a": ""}, argv=("tool",)).outputs["output"] == "true"


def test_a_home_is_never_granted_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    tool(tmp_path / "bin", name="perl")
    assert find_toolchain("perl").grants.startable == (f"{tmp_path}/bin",)
    for above in (tmp_path, tmp_path.parent, Path("/")):
        with pytest.raises(InfraError, match="a home is never granted as a whole"):
            find_toolchain(str(above))


def test_places_that_installers_use_are_looked_at_and_the_newest_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    for version in ("v18.1.0", "v20.2.0"):
        place = tmp_path / ".nvm/versions/node" / version
        tool(place / "bin", f"#!/bin/sh\necho {place}/bin/node\n", name="node")
    found = find_toolchain("node")
    assert found.grants.path == (f"{tmp_path}/.nvm/versions/node/v20.2.0/bin",)
    assert found.grants.startable == (f"{tmp_path}/.nvm/versions/node/v20.2.0",)


def test_the_active_conda_environment_goes_before_the_base(tmp_path, monkeypatch):
    tool(tmp_path / "conda" / "bin", f"#!/bin/sh\necho {tmp_path}/conda\n", name="conda")
    monkeypatch.setenv("PATH", f"{tmp_path}/conda/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert find_toolchain("conda").grants.startable == (f"{tmp_path}/conda",)
    toolchains._found.cache_clear()
    monkeypatch.setenv("CONDA_PREFIX", f"{tmp_path}/envs/mine")
    tool(tmp_path / "envs/mine/bin", name="python")
    assert find_toolchain("conda").grants.startable == (f"{tmp_path}/envs/mine",)


def test_results_rest_on_the_version_of_what_a_toolchain_gives(tmp_path, monkeypatch):
    tool(tmp_path / "own" / "bin", "#!/bin/sh\necho tool 1.5\n")
    stage = CommandStage(argv=("tool", "x"), toolchains=(str(tmp_path / "own"),))

    async def main():
        executor = LocalExecutor(workers=1)
        try:
            return await tool_versions([stage], executor)
        finally:
            await executor.close()

    assert asyncio.run(main())["tool"].startswith("tool 1.5 (file ")


def test_a_look_says_in_which_tiers_each_is_reached(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), "/usr/bin", "/bin")))

    async def main():
        executors = [LocalExecutor(workers=1, sandbox=f"required:{tier}") for tier in offered()[:2]]
        try:
            return await toolchains.look(executors, ["python", "julia"])
        finally:
            for executor in executors:
                await executor.close()

    python, julia = asyncio.run(main())
    assert set(python.versions) == {str(tier) for tier in offered()[:2]}
    assert all(said.startswith("Python 3") for said in python.versions.values())
    if not julia.place:
        assert julia.get == "https://julialang.org/install"

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.config.problem_spec import LimitChanges
from evo.errors import EvoError
from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.stage import BY_WALL, Runtime
from evo.execute import scratch
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.records import Program, StageResult, StageStatus
from evo.testing import StagePartContract
from tests.contracts.problems import make_problem

ECHO = "cat\n"


class TestCommand(StagePartContract):
    folder: Path

    @pytest.fixture(autouse=True)
    def _keep_folder(self, tmp_path: Path):
        self.folder = tmp_path

    def make(self) -> CommandStage:
        return CommandStage(argv=("sh", "program.sh"))

    def runtime(self, text: str = ECHO, **limits: float) -> Runtime:
        return Runtime(
            program=Program.of({"program.sh": text}, language="sh"),
            problem=make_problem(self.folder),
            executor=LocalExecutor(workers=1),
            changes=LimitChanges(**{"cpu_seconds": 0.5, **limits}),
        )

    def good(self):
        return {}, self.runtime()

    def bad(self):
        return {}, self.runtime("echo so wrong >&2; exit 3\n")

    def shell(self, text: str, command: CommandStage | None = None, **limits: float) -> StageResult:
        runtime = self.runtime(text, **limits)

        async def main():
            try:
                return await (command or self.make()).run({}, runtime)
            finally:
                await runtime.executor.close()

        return asyncio.run(main())

    def test_it_reads_parameters_and_seed_and_writes_json(self):
        result = self.run(self.good())
        assert json.loads(result.outputs["output"]) == {"n": 3, "seed": 5}
        assert result.outputs["params"] == {"n": 3}
        result = self.shell(ECHO, CommandStage(argv=("sh", "program.sh"), params={"n": 2}))
        assert json.loads(result.outputs["output"]) == {"n": 2, "seed": 5}

    def test_a_build_comes_first_in_the_same_folder(self):
        command = CommandStage(build=("cp", "program.sh", "built"), argv=("sh", "./built"))
        assert self.shell("echo [1]\n", command).outputs["output"] == "[1]\n"

    def test_what_is_built_can_be_started(self):
        command = CommandStage(build=("chmod", "+x", "program.sh"), argv=("./program.sh",))
        assert self.shell("#!/bin/sh\necho [1]\n", command).outputs["output"] == "[1]\n"

    @pytest.mark.parametrize(
        ("text", "status", "words"),
        [
            ("echo so wrong >&2; exit 3\n", StageStatus.EXIT, "the run step ended with exit code 3\nso wrong"),
            ("kill -SEGV $$\n", StageStatus.KILLED, "the run step was killed by SIGSEGV"),
            ("while :; do :; done\n", StageStatus.TIMEOUT, "the run step went over its limit of 0.5 CPU seconds"),
            ("trap '' PROF XCPU; while :; do :; done\n", StageStatus.TIMEOUT, "CPU seconds"),
            ("kill -9 $PPID || exit 9; sleep 60\n", StageStatus.EXIT, "exit code 9"),
            ("head -c 200000000 /dev/zero; exit $?\n", StageStatus.EXIT, "exit code 153"),
            ("head -c 100000 /dev/zero\n", StageStatus.OUTPUT_LIMIT, "20 kB"),
        ],
    )
    def test_how_a_run_can_fail(self, text: str, status: StageStatus, words: str):
        result = self.shell(text)
        assert result.status is status, result.detail
        assert words in result.detail
        assert BY_WALL not in result.outputs

    def test_the_run_has_the_memory_that_the_problem_gives(self):
        command = CommandStage(argv=("python3", "-S", "program.sh"))
        result = self.shell("print(len(bytearray(400_000_000)))\n", command)
        assert result.status is StageStatus.EXIT
        assert "MemoryError" in result.detail
        assert self.shell("print(len(bytearray(50_000_000)))\n", command).outputs["output"] == "50000000\n"

    def test_the_build_has_limits_of_its_own(self):
        slow = ("sh", "-c", "while :; do :; done")
        result = self.shell("echo 1\n", CommandStage(build=slow, argv=("sh", "program.sh"), build_seconds=0.1))
        assert result.status is StageStatus.TIMEOUT
        assert result.detail == "the build step went over its limit of 0.1 CPU seconds"
        busy = ("sh", "-c", "i=0; while [ $i -lt 600000 ]; do i=$((i+1)); done")
        result = self.shell("echo 1\n", CommandStage(build=busy, argv=("sh", "program.sh")), cpu_seconds=0.2)
        assert result.status is StageStatus.SUCCESS, result.detail

    def test_a_build_that_fails_says_so_and_nothing_is_run(self):
        result = self.shell("echo 1\n", CommandStage(build=("sh", "-c", "echo line 7: odd; exit 2"), argv=("sh", "x")))
        assert result.status is StageStatus.FAILED
        assert result.detail == "the build step ended with exit code 2\nline 7: odd"

    @pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed here")
    def test_equal_programs_fail_in_equal_words(self):
        command = CommandStage(build=("g++", "-x", "c++", "program.sh"), argv=("./a.out",))
        once, again = (self.shell("int f();\nint main() { return f(); }\n", command).detail for _ in range(2))
        assert "undefined reference to `f()'" in once
        assert "/ccXXXXXX.o" in once
        assert once == again

    def test_the_environment_holds_nothing_of_ours(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("CANARY_KEY", "sk-canary")
        text = "env | sed 's/=.*//' | sort | tr '\\n' ' '\n"
        names = set(self.shell(text).outputs["output"].split())
        assert names <= {"HOME", "LANG", "PATH", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"}

    def test_what_it_leaves_behind_is_killed(self):
        token = f"31.{os.getpid()}"
        assert self.shell(f"setsid sleep {token} & sleep {token} & echo [1]\n").outputs["output"] == "[1]\n"
        assert not self.sleeping(token)
        assert not kernel.own_children()
        assert not [root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*")]

    def test_cancelling_kills_every_step(self):
        token = f"32.{os.getpid()}"
        runtime = self.runtime(f"sleep {token}\n")

        async def main():
            running = asyncio.create_task(self.make().run({}, runtime))
            assert await self.comes_true(lambda: self.sleeping(token), seconds=20)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert await self.comes_true(lambda: not self.sleeping(token), seconds=1)
            await runtime.executor.close()

        asyncio.run(main())

    async def comes_true(self, asked: Callable[[], bool], *, seconds: float) -> bool:
        for _ in range(round(seconds / 0.02)):
            if asked():
                return True
            await asyncio.sleep(0.02)
        return asked()

    def sleeping(self, token: str) -> bool:
        lines = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                lines.append(path.read_bytes())
            except OSError:
                continue
        return any(line == b"sleep\0" + token.encode() + b"\0" for line in lines)

    def test_nothing_to_run_is_refused(self):
        with pytest.raises(EvoError, match="argv: expected a program"):
            CommandStage(argv=())

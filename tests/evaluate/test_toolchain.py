import asyncio

from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.syntax import Syntax
from evo.evaluate.toolchain import tool_versions
from evo.execute.local import LocalExecutor


def versions(*stages):
    async def main():
        executor = LocalExecutor(workers=1)
        try:
            return await tool_versions(stages, executor)
        finally:
            await executor.close()

    return asyncio.run(main())


def test_tools_are_asked_for_their_version_and_candidates_are_none():
    stage = CommandStage(argv=("./program",), build=("awk", "x"), tools=("env", "nowhere-to-be-found"))
    found = versions(stage, Syntax())
    assert sorted(found) == ["awk", "env", "nowhere-to-be-found"]
    assert "coreutils" in found["env"]
    assert "(file " in found["env"]
    assert found["nowhere-to-be-found"] == ""


def test_a_tool_without_a_version_is_known_by_its_file(tmp_path):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\nexit 3\n")
    tool.chmod(0o755)
    stage = CommandStage(argv=(str(tool), "program"))
    before = versions(stage)[str(tool)]
    tool.write_text("#!/bin/sh\nexit 4\n")
    assert before.startswith(" (file ")
    assert versions(stage)[str(tool)] != before

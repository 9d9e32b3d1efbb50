"""A text that nobody runs."""

import asyncio
import json

from evo.evaluate.stages.stage import Runtime
from evo.evaluate.stages.text import TextStage
from evo.execute.local import LocalExecutor
from evo.records import Program
from evo.testing import StagePartContract
from tests.contracts.problems import make_problem


class TestText(StagePartContract):
    def make(self):
        return TextStage()


def run(tmp_path, files):
    runtime = Runtime(
        program=Program.of(files, language="text"), problem=make_problem(tmp_path), executor=LocalExecutor(workers=1)
    )
    return asyncio.run(TextStage().run({}, runtime)).outputs


def test_the_text_is_the_output(tmp_path):
    outputs = run(tmp_path, {"sheet.txt": "one\n\ntwo ü\n"})
    assert json.loads(outputs["output"]) == "one\n\ntwo ü\n"
    assert (outputs["text_length"], outputs["text_lines"]) == (11.0, 2.0)


def test_several_files_are_a_mapping(tmp_path):
    outputs = run(tmp_path, {"a.txt": "one\n", "b.txt": "two\n"})
    assert json.loads(outputs["output"]) == {"a.txt": "one\n", "b.txt": "two\n"}

import dataclasses
from pathlib import Path

import pytest

from evo.config.problem_spec import LimitChanges
from evo.evaluate.stages.call import Call
from evo.evaluate.stages.score import Score
from evo.evaluate.stages.source_metrics import SourceMetrics
from evo.evaluate.stages.stage import Runtime
from evo.evaluate.stages.syntax import Syntax
from evo.execute.local import LocalExecutor
from evo.records import Program
from evo.testing import StagePartContract
from tests.contracts.problems import SEED, make_problem


class OnDisk(StagePartContract):
    folder: Path

    @pytest.fixture(autouse=True)
    def _keep_folder(self, tmp_path: Path):
        self.folder = tmp_path

    def runtime(self, text: str = SEED, **limits: float) -> Runtime:
        problem = make_problem(self.folder)
        return Runtime(
            program=Program.of(text),
            problem=problem,
            executor=LocalExecutor(workers=1),
            changes=LimitChanges(**limits),
        )


class TestSyntax(OnDisk):
    def make(self) -> Syntax:
        return Syntax()

    def good(self):
        return {}, self.runtime()

    def bad(self):
        return {}, self.runtime("import socket\n" + SEED)

    def test_imports_can_be_let_through(self):
        class Lax(TestSyntax):
            def make(self) -> Syntax:
                return Syntax(imports=False)

        lax = Lax()
        lax.folder = self.folder
        lax.test_success_gives_plain_data_under_the_promised_names()
        assert lax.run(self.bad()).outputs == {"imports": []}


class TestCall(OnDisk):
    def make(self) -> Call:
        return Call(params={"n": 2})

    def good(self):
        return {"imports": []}, self.runtime()

    def bad(self):
        return {}, self.runtime("def numbers(n, seed):\n    return len(bytearray(100_000_000))\n", memory_mb=64)

    def test_its_own_limits_replace_the_problems(self):
        assert "64 MB" in self.run(self.bad()).detail

    def test_its_own_parameters_replace_the_problems_and_are_told(self):
        result = self.run(self.good())
        assert result.outputs == {"output": "[0.25,0.25]", "params": {"n": 2}}

    def test_later_repetitions_have_other_seeds(self):
        text = "def numbers(n, seed):\n    return seed\n"
        seeds = [
            self.run(({}, dataclasses.replace(self.runtime(text), repetition=i))).outputs["output"] for i in (0, 1)
        ]
        assert seeds[0] == "5"
        assert 0 <= int(seeds[1]) < 2**31
        assert seeds[1] != "5"


class TestScore(OnDisk):
    def make(self) -> Score:
        return Score()

    def good(self):
        return {"output": "[0, 0.5, 1]"}, self.runtime()

    def bad(self):
        return {"output": "[0, 0.5, 2]"}, self.runtime()


class TestSourceMetrics(OnDisk):
    def make(self) -> SourceMetrics:
        return SourceMetrics(count="tokens")

    def good(self):
        return {}, self.runtime()

    def bad(self):
        return {}, self.runtime("def numbers(:\n")

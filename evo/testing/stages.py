"""What every stage promises; see `evo.evaluate.stages.stage.Stage`."""

from __future__ import annotations

import asyncio
import json
import tempfile
from abc import abstractmethod
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

from evo.config.problem import load_problem
from evo.config.problem_spec import ProblemLimits
from evo.evaluate.stages.stage import DataKind, Runtime
from evo.execute.local import LocalExecutor
from evo.records import Program, StageStatus
from evo.testing.part import PartContract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Stage
    from evo.records import StageResult

Given: TypeAlias = "tuple[Mapping[str, JSON], Program | Runtime]"
"""What a stage is run with."""
_DETAIL_MAX_BYTES = 2048

_PROBLEM: Mapping[str, str] = {
    "problem.yaml": (
        "name: nearest\nsummary: the number nearest to 0.3\nprogram: {entry: number}\n"
        "objective: {name: closeness, direction: maximize}\nmeasures: {value: {low: 0, high: 1}}\nseed: 5\n"
        "limits: {cpu_seconds: 2, memory_mb: 128, output_kb: 20, judge_seconds: 2}\n"
    ),
    "evaluate.py": (
        "from evo.judging import number\n\n\ndef evaluate(output, params):\n"
        "    value = float(number(output, 'the number'))\n"
        "    return {'objective': -abs(value - 0.3), 'measures': {'value': value}}\n"
    ),
    "brief.md": "Return 0.3, or a number near it.\n",
    "seeds/half.py": "def number(seed):\n    return 0.5\n",
}


class StagePartContract(PartContract):
    """The promises of a stage: it gives what it says, as plain data, and a candidate's failure is a status.

    It is run by the stage's own `run`, with an executor of this machine and a small problem; override `good` and `bad`.
    """

    kind: ClassVar[str] = "stage"

    @abstractmethod
    def make(self) -> Stage:
        """Return the stage; see `PartContract.make`."""

    def good(self) -> Given:
        """Return inputs and a program with which it succeeds; instead of the program a whole `Runtime` may stand."""
        return {}, Program.of(_PROBLEM["seeds/half.py"])

    def bad(self) -> Given | None:
        """Return inputs and a program with which the candidate makes it fail; None where nobody can."""
        return None

    def test_its_names_are_consistent(self) -> None:
        """A pipeline is checked by them before anything runs."""
        stage = self.make()
        contract = stage.contract
        assert type(stage).use, "use: expected the name in pipeline files as a class attribute"
        assert contract == self.make().contract, "the contract of an equal stage differs"
        twice = (set(contract.needs) & set(contract.wants)) | (set(contract.needs) & set(contract.provides))
        assert not twice, f"{twice} is needed, and wanted or provided as well"
        unknown = set(contract.private) - set(contract.provides)
        assert not unknown, f"private: {unknown} is not among provides"
        for name, measure in contract.measures.items():
            kind = contract.provides.get(name)
            assert kind is DataKind.NUMBER, f"measure {name} is provided as {kind}; expected {DataKind.NUMBER}"
            assert measure.low < measure.high, f"measure {name}: expected low < high; got {measure}"
        limits = {field.name for field in fields(ProblemLimits)}
        strange = set(contract.limited) - limits
        assert not strange, f"limited: {strange}; expected some of {', '.join(sorted(limits))}"
        assert contract.version, "version: expected a text that changes with what the stage does"

    def test_success_gives_plain_data_under_the_promised_names(self) -> None:
        """Later stages and the archive rely on it."""
        result, contract = self.run(self.good()), self.make().contract
        assert result.status is StageStatus.SUCCESS, f"expected SUCCESS; got {result.status}: {result.detail}"
        strange = set(result.outputs) - set(contract.provides)
        assert not strange, f"outputs {strange} are not among provides"
        missing = set(contract.measures) - set(result.outputs)
        assert not missing, f"measures {missing} are missing among the outputs"
        for name, value in result.outputs.items():
            kind = contract.provides[name]
            assert _is(kind, value), f"{name} = {value!r}; expected {kind}"
        json.dumps(dict(result.outputs), allow_nan=False)

    def test_failure_is_a_status_with_a_reason(self) -> None:
        """A candidate's failure is data."""
        given = self.bad()
        if given is None:
            return
        result = self.run(given)
        assert result.status is not StageStatus.SUCCESS, "it succeeds with what `bad` returns"
        assert result.detail, f"{result.status} without a reason"
        size = len(result.detail.encode())
        assert size <= _DETAIL_MAX_BYTES, f"a reason of {size} bytes; expected {_DETAIL_MAX_BYTES} at most"

    def test_equal_programs_give_equal_results(self) -> None:
        """An evaluation is a function of the program; results are kept and used again."""
        first, again = self.run(self.good()), self.run(self.good())
        assert first.status is again.status, f"{first.status}, then {again.status}"
        assert first.outputs == again.outputs, f"{dict(first.outputs)}, then {dict(again.outputs)}"

    def run(self, given: Given) -> StageResult:
        """Run the stage."""
        inputs, what = given

        async def main() -> StageResult:
            with tempfile.TemporaryDirectory() as folder:
                runtime = what if isinstance(what, Runtime) else _runtime(Path(folder), what)
                try:
                    return await self.make().run(inputs, runtime)
                finally:
                    await runtime.executor.close()

        return asyncio.run(main())


def _runtime(folder: Path, program: Program) -> Runtime:
    for name, text in _PROBLEM.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return Runtime(program=program, problem=load_problem(str(folder)), executor=LocalExecutor(workers=1))


def _is(kind: DataKind, value: object) -> bool:
    match kind:
        case DataKind.RAW | DataKind.TEXT:
            return isinstance(value, str)
        case DataKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case DataKind.NUMBERS:
            return isinstance(value, dict) and _all(DataKind.NUMBER, cast("dict[str, object]", value).values())
        case DataKind.NAMES:
            return isinstance(value, list) and _all(DataKind.TEXT, cast("list[object]", value))
        case DataKind.DATA:
            return True


def _all(kind: DataKind, values: Iterable[object]) -> bool:
    return all(_is(kind, each) for each in values)

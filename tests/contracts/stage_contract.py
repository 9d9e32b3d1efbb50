"""What every stage must hold; plug-ins inherit this class and say how to make one and what it may be given."""

import asyncio
import dataclasses
import json
from collections.abc import Mapping

import pytest

from evo.config.problem_spec import ProblemLimits
from evo.evaluate.stages.stage import DataKind, Runtime, Stage
from evo.records import StageResult, StageStatus


def _is(kind: DataKind, value: object) -> bool:
    match kind:
        case DataKind.RAW | DataKind.TEXT:
            return isinstance(value, str)
        case DataKind.NUMBER:
            return type(value) in {int, float}
        case DataKind.NUMBERS:
            return isinstance(value, dict) and all(_is(DataKind.NUMBER, each) for each in value.values())
        case DataKind.NAMES:
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        case DataKind.DATA:
            return True


class StageContract:
    def make(self) -> Stage:
        raise NotImplementedError

    def good(self) -> tuple[Mapping[str, object], Runtime]:
        """Inputs with which it succeeds."""
        raise NotImplementedError

    def bad(self) -> tuple[Mapping[str, object], Runtime]:
        """Inputs with which it fails because of the candidate."""
        raise NotImplementedError

    def run(self, given: tuple[Mapping[str, object], Runtime]) -> StageResult:
        async def main():
            inputs, runtime = given
            try:
                return await self.make().run(inputs, runtime)
            finally:
                await runtime.executor.close()

        return asyncio.run(main())

    def test_it_is_a_frozen_value_whose_fields_are_its_options(self):
        stage = self.make()
        assert dataclasses.is_dataclass(stage)
        assert stage == self.make()
        names = [field.name for field in dataclasses.fields(stage)]
        for name in names:
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(stage, name, None)

    def test_its_names_are_consistent(self):
        stage, contract = self.make(), self.make().contract
        assert stage.use
        assert contract == stage.contract
        assert not set(contract.needs) & set(contract.wants)
        assert not set(contract.needs) & set(contract.provides)
        assert set(contract.private) <= set(contract.provides)
        assert all(contract.provides[name] is DataKind.NUMBER for name in contract.measures)
        assert all(measure.low < measure.high and measure.meaning for measure in contract.measures.values())
        assert set(contract.limited) <= {field.name for field in dataclasses.fields(ProblemLimits)}
        assert contract.version

    def test_success_gives_plain_data_under_the_promised_names(self):
        result = self.run(self.good())
        assert result.status is StageStatus.SUCCESS, result.detail
        assert set(result.outputs) <= set(self.make().contract.provides)
        assert set(self.make().contract.measures) <= set(result.outputs)
        assert all(
            _is(kind, result.outputs[name])
            for name, kind in self.make().contract.provides.items()
            if name in result.outputs
        )
        json.dumps(dict(result.outputs), allow_nan=False)

    def test_failure_is_a_status_with_a_reason(self):
        result = self.run(self.bad())
        assert result.status is not StageStatus.SUCCESS
        assert result.detail
        assert len(result.detail.encode()) <= 2048

"""What several repetitions of one stage amount to."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.config.pipeline import Take
from evo.evaluate.stages.stage import DataKind
from evo.records import StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.pipeline import Repeats
    from evo.evaluate.stages.stage import StageContract
    from evo.records import StageResult


def merged(each: Sequence[StageResult], contract: StageContract, repeats: Repeats | None) -> StageResult:
    """Return one result for all repetitions: numbers are taken together, everything else is the first one's.

    One failure is the failure of all: nothing is averaged over what is left.

    Args:
        each: in order, up to the first failure.
        contract: tells which outputs are numbers.
        repeats: how the stage is repeated; None means that `each` holds one result.
    """
    if repeats is None:
        return each[0]
    last = each[-1]
    whole = replace(
        last,
        seconds=math.fsum(result.seconds for result in each),
        cpu_seconds=math.fsum(result.cpu_seconds for result in each),
        max_rss_mb=max(result.max_rss_mb for result in each),
        cached=all(result.cached for result in each),
    )
    if last.status is not StageStatus.SUCCESS:
        where = f"repetition {len(each)} of {repeats.times}"
        return replace(whole, detail=normalise_detail(f"{where}: {last.detail}"))
    outputs = {
        name: _together([result.outputs[name] for result in each], contract.provides[name], repeats.take)
        for name in each[0].outputs
    }
    return replace(whole, outputs=MappingProxyType(outputs), detail=each[0].detail)


def spread(numbers: Sequence[float]) -> float:
    """Return the distance between the largest and the smallest."""
    return max(numbers) - min(numbers)


def _together(values: Sequence[JSON], kind: DataKind, take: Take) -> JSON:
    match kind:
        case DataKind.NUMBER:
            return _taken(cast("Sequence[float]", values), take)
        case DataKind.NUMBERS:
            groups = cast("Sequence[Mapping[str, float]]", values)
            names = [name for name in groups[0] if all(name in group for group in groups)]
            return {name: _taken([group[name] for group in groups], take) for name in names}
        case _:
            return values[0]


def _taken(numbers: Sequence[float], take: Take) -> float:
    match take:
        case Take.MEAN:
            # Divided first: the sum of large numbers may be no number any more.
            return math.fsum(number / len(numbers) for number in numbers)
        case Take.MEDIAN:
            return float(statistics.median(numbers))

"""Stage results that need not be made again: by which key they are known, and which of them may be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evo.canonical import canonical, fingerprint
from evo.evaluate.stages.stage import BY_WALL
from evo.records import StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.graph import StageNode
    from evo.evaluate.stages.stage import Runtime
    from evo.records import StageResult

_LASTING = frozenset(
    {
        StageStatus.SUCCESS,
        StageStatus.FAILED,
        StageStatus.TIMEOUT,
        StageStatus.MEMORY,
        StageStatus.OUTPUT_LIMIT,
        StageStatus.EXIT,
        StageStatus.INVALID_RESULT,
        StageStatus.DENIED,
    }
)


class StageCache(Protocol):
    """Keeps stage results; it may refuse or forget any of them."""

    @property
    def holds_any(self) -> bool:
        """Whether a look-up may find something; where it cannot, no key is made for one."""
        ...

    def wants(self, result: StageResult) -> bool:
        """Tell whether a result is worth the room and the time that keeping it takes."""
        ...

    def find(self, key: str) -> StageResult | None:
        """Return what was saved under the key, with all outputs, or None."""
        ...

    def save(self, key: str, result: StageResult) -> None:
        """Keep a result, as far as there is room for it."""
        ...


def cache_key(node: StageNode, options: Mapping[str, JSON], inputs: Mapping[str, JSON], runtime: Runtime) -> str:
    """Return the hash of everything that a stage's result depends on.

    Args:
        node: the stage in its place; its name does not count.
        options: as the pipeline declares them.
        inputs: what it reads.
        runtime: program, problem, limits, seed, which repetition of which test, and isolation.
    """
    contract, limits = node.stage.contract, runtime.limits
    # A retest or a repetition asks what comes out another time. A seed tells a stage that uses one; of the others
    # nothing would, and the machine's own noise would never be seen.
    again = {} if contract.seeded or runtime.first else {"turn": [runtime.repetition, runtime.retest]}
    parts: dict[str, object] = {
        **again,
        "stage": [node.stage.use, contract.version],
        "options": dict(options),
        "limits": {name: getattr(limits, name) for name in contract.limited},
        "seed": runtime.seed if contract.seeded else None,
        "inputs": fingerprint(canonical(dict(inputs))),
        "program": runtime.program.id,
        "problem": runtime.problem.fingerprint,
        "tier": runtime.executor.tier,
    }
    return fingerprint(canonical(parts))


def lasting(result: StageResult) -> bool:
    """Tell whether a result would come out the same again: nothing that the machine or a judge's fault brought about.

    KILLED is not: it may have been the system, short of memory.
    """
    return result.status in _LASTING and BY_WALL not in result.outputs

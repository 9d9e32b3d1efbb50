"""A step of an evaluation that measures something."""

from dataclasses import dataclass
from typing import ClassVar

import evo


@dataclass(frozen=True, kw_only=True)
class Lines:
    """How many lines a program has.

    Attributes:
        most: the upper end of the measure.
    """

    use: ClassVar[str] = "lines"
    most: float = 100.0

    @property
    def contract(self):
        """Return what it reads and provides."""
        measure = evo.MeasureSpec(low=0.0, high=self.most, meaning="lines of the program")
        return evo.StageContract(provides={"lines": evo.DataKind.NUMBER}, measures={"lines": measure})

    async def run(self, inputs, runtime):
        """Count lines; nothing is parsed here, since candidates' words may be hostile."""
        count = sum(text.count("\n") for text in runtime.program.files.values())
        if count > 10 * self.most:
            return evo.StageResult(stage=self.use, status=evo.StageStatus.FAILED, detail=f"{count} lines")
        return evo.StageResult(stage=self.use, status=evo.StageStatus.SUCCESS, outputs={"lines": count})

"""Where candidates run."""

from dataclasses import dataclass

from evo import parts


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """The executor of this machine, which counts what it runs.

    Attributes:
        workers: candidates at a time.
        sandbox: as of `local`.
    """

    workers: int = 1
    sandbox: str = "auto"

    def open(self):
        """Return the executor, ready to run."""
        local = parts.look_up("executor", "local").cls
        return TalliedExecutor(local(workers=self.workers, sandbox=self.sandbox).open())


class TalliedExecutor:
    """Everything but the counting is the local one's."""

    def __init__(self, local):
        self._local, self.tasks = local, 0
        self.tier, self.workers = local.tier, local.workers

    async def run(self, task):
        """Run one task."""
        self.tasks += 1
        return await self._local.run(task)

    async def judge(self, question):
        """Ask a judge."""
        return await self._local.judge(question)

    async def converse(self, task, question):
        """Let a judge call a program."""
        self.tasks += 1
        return await self._local.converse(task, question)

    async def close(self):
        """End everything."""
        await self._local.close()

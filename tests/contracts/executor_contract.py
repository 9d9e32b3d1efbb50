"""The contract of running executors, for tests that begin one with some number of workers."""

from evo.testing.executors import RunningExecutorContract
from evo.testing.tasks import CONTROL, IDLE, LIMITS, SLEEPER, conduct, draw, score, task

__all__ = ["CONTROL", "IDLE", "LIMITS", "SLEEPER", "ExecutorContract", "conduct", "draw", "score", "task"]


class ExecutorContract(RunningExecutorContract):
    def make(self, workers: int = 1):
        raise NotImplementedError

    def start(self, workers: int = 1):
        return self.make(workers)

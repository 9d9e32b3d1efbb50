from evo.execute.local import Local
from evo.testing import ExecutorContract


class TestLocal(ExecutorContract):
    def make(self):
        return Local(workers=1)

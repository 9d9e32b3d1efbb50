"""What every executor must hold; plug-ins inherit this class and say how to make one."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from evo.execute.executor import Executor, Task, TaskResult
from evo.execute.inside import wire
from evo.execute.sandbox import Limits, Tier
from evo.records import StageStatus

# A busy machine changes no verdict: the wall is far from the limit in CPU seconds. Who sleeps is given a near one.
LIMITS = Limits(cpu_seconds=0.4, memory_mb=128, output_kb=100, stream_mb=2, grace_seconds=60.0)
IDLE = replace(LIMITS, grace_seconds=0.2)
CONTROL = "def entry(n):\n    return [n, 'honest']\n"


def task(text: str, **changes) -> Task:
    given = {"files": {"program.py": text}, "entry": "entry", "kwargs": {"n": 3}, "limits": LIMITS}
    return Task(**{**given, **changes})


class ExecutorContract:
    def make(self, workers: int = 1) -> Executor:
        raise NotImplementedError

    def using(self, body: Callable[[Executor], Awaitable[object]], workers: int = 1) -> object:
        async def main():
            executor = self.make(workers)
            try:
                return await body(executor)
            finally:
                await executor.close()

        return asyncio.run(main())

    def run(self, *tasks: Task, workers: int = 1) -> list[TaskResult]:
        async def body(executor: Executor) -> list[TaskResult]:
            if workers == 1:
                return [await executor.run(each) for each in tasks]
            return await asyncio.gather(*(executor.run(each) for each in tasks))

        return self.using(body, workers)

    def test_the_result_is_the_json_text_of_what_the_entry_returned(self):
        text = "def entry(n):\n    return {'a': [n, 1.5, None, True], 'b': (1, 'x')}\n"
        (result,) = self.run(task(text))
        assert result.status is StageStatus.SUCCESS
        assert json.loads(result.output) == {"a": [3, 1.5, None, True], "b": [1, "x"]}
        assert result.detail == ""
        assert 0 < result.cpu_seconds < LIMITS.cpu_seconds
        assert result.max_rss_mb > 0

    def test_output_is_present_iff_success(self):
        for result in self.run(task(CONTROL), task("def entry(n):\n    return 1 / 0\n")):
            assert (result.output is not None) == (result.status is StageStatus.SUCCESS)

    def test_a_program_of_several_files_imports_its_own(self):
        program = "from parts.inner import twice\nimport helper\ndef entry(n):\n    return helper.f(twice(n))\n"
        files = {
            "program.py": program,
            "helper.py": "def f(n):\n    return n + 1\n",
            "parts/inner.py": "def twice(n):\n    return 2 * n\n",
        }
        (result,) = self.run(task("", files=files))
        assert result.output == b"7", result.detail

    def test_nothing_is_left_from_one_task_to_the_next(self):
        leave = "import builtins, os, sys\ndef entry(n):\n    builtins.mark = 1\n    sys.modules['mark'] = sys\n"
        leave += "    open('mark', 'w').close()\n    return os.getcwd()\n"
        look = "import builtins, os, sys\ndef entry(n):\n"
        look += "    return [hasattr(builtins, 'mark'), 'mark' in sys.modules, os.listdir()]\n"
        first, second = self.run(task(leave), task(look))
        assert first.status is StageStatus.SUCCESS
        assert json.loads(second.output) == [False, False, ["program.py"]]

    def test_the_environment_is_empty(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("CANARY_KEY", "sk-canary")
        text = "import os\ndef entry(n):\n    try:\n        raw = open('/proc/self/environ').read()\n"
        text += "    except OSError:\n        raw = ''\n"
        text += "    return [dict(os.environ), 'canary' in raw.lower()]\n"
        (result,) = self.run(task(text))
        assert json.loads(result.output) == [{}, False]

    def test_equal_programs_give_equal_results(self):
        text = "import random\ndef entry(n):\n    return [random.random(), hash('x'), sorted({'a', 'b', 'c'})]\n"
        once, again = self.run(task(text), task(text))
        assert once.output == again.output
        assert once.output == self.run(task(text))[0].output

    def test_workers_bound_what_runs_and_do_not_change_results(self):
        tasks = [task(f"def entry(n):\n    return [n, {i}, sum(range({i} * 1000))]\n") for i in range(12)]
        tasks[3] = task("def entry(n):\n    raise ValueError('no')\n")
        tasks[7] = task("def entry(n):\n    while True: pass\n")
        alone = [(result.status, result.output, result.detail) for result in self.run(*tasks)]
        together = [(result.status, result.output, result.detail) for result in self.run(*tasks, workers=4)]
        assert together == alone

    def test_cancelling_kills_and_leaves_the_executor_usable(self):
        async def body(executor: Executor):
            running = asyncio.create_task(executor.run(task("import time\ndef entry(n):\n    time.sleep(600)\n")))
            await asyncio.sleep(0.3)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            return await executor.run(task(CONTROL))

        assert self.using(body).output == b'[3,"honest"]'

    def test_it_names_its_tier_and_workers(self):
        async def body(executor: Executor):
            return executor.tier, executor.workers

        tier, workers = self.using(body, workers=3)
        assert tier in set(Tier)
        assert workers == 3

    def test_closing_twice_is_once(self):
        async def body(executor: Executor):
            await executor.run(task(CONTROL))
            await executor.close()

        self.using(body)

    def test_a_served_program_answers_questions_until_its_context_ends(self):
        text = "count = 0\ndef entry(n):\n    global count\n    count += n\n    return count\n"

        async def body(executor: Executor):
            loop = asyncio.get_running_loop()
            async with executor.serve(task(text), judge_seconds=5.0) as service:
                said = []
                for _ in range(2):
                    questions, answers = await service.start()
                    os.set_blocking(answers, True)
                    for token in (b"12345678", b"87654321"):
                        asked = b'["entry",[4]]'
                        os.write(questions, wire.QUESTION.pack(token, wire.CALL, len(asked), 0) + asked)
                        said.append(await loop.run_in_executor(None, os.read, answers, 100))
                    os.close(questions)
                    os.close(answers)
                cpu_seconds, max_rss_mb = await service.close()
            after = await executor.run(task(CONTROL))
            return said, cpu_seconds, max_rss_mb, after.status

        said, cpu_seconds, max_rss_mb, after = self.using(body)
        expected = [(b"12345678", b"4"), (b"87654321", b"8")] * 2
        assert said == [wire.ANSWER.pack(token, wire.RESULT, 1, 0) + text for token, text in expected]
        assert 0 < cpu_seconds < 2 * LIMITS.cpu_seconds
        assert max_rss_mb > 0
        assert after is StageStatus.SUCCESS

    def test_a_served_program_that_cannot_be_loaded_says_why(self):
        async def body(executor: Executor):
            async with executor.serve(task("1 / 0\n"), judge_seconds=5.0) as service:
                return await service.start(), await service.finish(wire.CLOSED, "")

        pipes, result = self.using(body)
        assert pipes is None
        assert result.status is StageStatus.FAILED
        assert "line 1, in <module>" in result.detail

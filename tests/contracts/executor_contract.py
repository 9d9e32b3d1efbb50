"""What every executor must hold; plug-ins inherit this class and say how to make one."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evo.errors import InfraError
from evo.execute.executor import Conversation, Executor, JudgeAnswer, JudgeQuestion, Task, TaskResult
from evo.execute.folder import Folder
from evo.execute.sandbox import Limits, Tier
from evo.records import StageStatus

# A busy machine changes no verdict: the wall is far from the limit in CPU seconds. Who sleeps is given a near one.
LIMITS = Limits(cpu_seconds=0.4, memory_mb=128, output_kb=100, stream_mb=2, grace_seconds=60.0)
IDLE = replace(LIMITS, grace_seconds=0.2)
CONTROL = "def entry(n):\n    return [n, 'honest']\n"
JUDGE_SECONDS = 1.0
SLEEPER = "import time\ndef entry(n):\n    time.sleep(60)\n"
PNG = b"\x89PNG and other bytes that are no text"


def task(text: str, **changes) -> Task:
    given = {"files": {"program.py": text}, "entry": "entry", "kwargs": {"n": 3}, "limits": LIMITS}
    return Task(**{**given, **changes})


def score(folder: Path, evaluate: str, raw: bytes = b"3") -> JudgeQuestion:
    """Write a problem's judge and ask it to score an output."""
    return _question(folder, "score", evaluate, body=raw)


def conduct(folder: Path, evaluate: str) -> JudgeQuestion:
    """Write a judge that calls the candidate."""
    return _question(folder, "conduct", evaluate)


def draw(folder: Path, picture: str, op: str = "picture", raw: bytes = b"3") -> JudgeQuestion:
    """Write a `picture.py`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "picture.py").write_text(picture)
    return JudgeQuestion(
        op=op, cpu_seconds=JUDGE_SECONDS, args={"params": {}}, body=raw, folder=Folder.of(folder), draws=True
    )


def _question(folder: Path, op: str, evaluate: str, body: bytes = b"") -> JudgeQuestion:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluate.py").write_text(evaluate)
    args = {"params": {"n": 2}, "measures": []}
    return JudgeQuestion(op=op, cpu_seconds=JUDGE_SECONDS, args=args, body=body, folder=Folder.of(folder))


class ExecutorContract:
    def make(self, workers: int = 1) -> Executor | Awaitable[Executor]:
        """Return an executor, at once or awaited."""
        raise NotImplementedError

    def using(self, body: Callable[[Executor], Awaitable[object]], workers: int = 1) -> object:
        async def main():
            made = self.make(workers)
            executor = await made if inspect.isawaitable(made) else made
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
            running = asyncio.create_task(executor.run(task("import time\ndef entry(n):\n    time.sleep(60)\n")))
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

    def test_after_closing_it_refuses_everything(self, tmp_path: Path):
        async def body(executor: Executor):
            await executor.close()
            for refused in (
                executor.run(task(CONTROL)),
                executor.judge(score(tmp_path, "")),
                executor.converse(task(CONTROL), conduct(tmp_path, "")),
            ):
                with pytest.raises(InfraError, match="closed"):
                    await refused

        self.using(body)

    def judged(self, *questions: JudgeQuestion) -> list[JudgeAnswer]:
        async def body(executor: Executor):
            return [await executor.judge(each) for each in questions]

        return self.using(body)

    def test_a_judge_scores_raw_bytes_with_the_modules_that_lie_beside_it(self, tmp_path: Path):
        folder = tmp_path / "problem"
        (folder / "data").mkdir(parents=True)
        (folder / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
        (folder / "data" / "offset.txt").write_text("10")
        evaluate = "from pathlib import Path\nfrom helper import twice\ndef evaluate(output, params):\n"
        evaluate += "    offset = float(Path(__file__).with_name('data').joinpath('offset.txt').read_text())\n"
        evaluate += "    return {'objective': offset + twice(output) * params['n'], 'feedback': 'caf\\xe9'}\n"
        (answer,) = self.judged(score(folder, evaluate, b"3"))
        assert answer.error == ""
        assert answer.value == {"objective": 22.0, "measures": {}, "metrics": {}, "feedback": "caf\xe9"}
        assert answer.cpu_seconds > 0
        assert answer.picture == b""

    def test_a_refusal_is_a_value_and_a_broken_judge_an_error_without_the_folders_name(self, tmp_path: Path):
        refuse = "from evo.judging import Invalid\ndef evaluate(output, params):\n    raise Invalid('no')\n"
        broken = "def evaluate(output, params):\n    return 1 / 0\n"
        slow = "def evaluate(output, params):\n    while True: pass\n"
        dead = "import os\ndef evaluate(output, params):\n    os._exit(3)\n"
        answers = self.judged(*(score(tmp_path / str(i), text) for i, text in enumerate((refuse, broken, slow, dead))))
        assert answers[0].value == {"refusal": "no"}
        assert [bool(answer.error) for answer in answers] == [False, True, True, True]
        assert 'File "evaluate.py", line 2, in evaluate' in answers[1].error
        assert str(tmp_path) not in answers[1].error
        assert f"{JUDGE_SECONDS:g} CPU seconds" in answers[2].error
        assert "exit code 3" in answers[3].error

    def test_texts_are_parsed_without_any_folder(self):
        args = {"files": {"p.py": "x = 1\n"}, "count": "tokens"}
        (answer,) = self.judged(JudgeQuestion(op="source_metrics", cpu_seconds=JUDGE_SECONDS, args=args))
        assert answer.value == {"code_length": 3.0, "complexity": 1.0}

    def test_a_picture_comes_back_as_bytes(self, tmp_path: Path):
        good = f"def draw(output, params, path):\n    open(path, 'wb').write({PNG!r} + str(output).encode())\n"
        drawn, nothing = self.judged(
            draw(tmp_path / "good", good), draw(tmp_path / "bad", "def draw(output, params, path):\n    pass\n")
        )
        assert (drawn.error, drawn.picture) == ("", PNG + b"3")
        assert (nothing.error, nothing.picture) == ("", b"")

    def talk(self, program: str, question: JudgeQuestion) -> Conversation:
        async def body(executor: Executor):
            found = await executor.converse(task(program), question)
            after = await executor.run(task(CONTROL))
            assert after.status is StageStatus.SUCCESS
            return found

        return self.using(body)

    def test_a_judge_calls_a_program_whose_state_lasts_until_a_restart(self, tmp_path: Path):
        text = "count = 0\ndef entry(n):\n    global count\n    count += n\n    return count\n"
        evaluate = "def evaluate(candidate, params):\n    said = []\n    for _ in range(2):\n"
        evaluate += "        said += [candidate.call('entry', 4) for _ in range(2)]\n        candidate.restart()\n"
        evaluate += "    return {'objective': 1, 'feedback': repr(said)}\n"
        found = self.talk(text, conduct(tmp_path, evaluate))
        assert found.ended is None
        assert found.answer.error == ""
        assert found.answer.value["feedback"] == "[4, 8, 4, 8]"
        assert 0 < found.cpu_seconds < LIMITS.cpu_seconds
        assert found.max_rss_mb > 0

    def test_the_end_of_a_program_that_is_called_is_a_verdict(self, tmp_path: Path):
        evaluate = "def evaluate(candidate, params):\n    return {'objective': candidate.call('entry', 1)}\n"
        programs = {
            "1 / 0\n": (StageStatus.FAILED, "line 1, in <module>"),
            "def entry(n):\n    return n / 0\n": (StageStatus.FAILED, "line 2, in entry"),
            "def entry(n):\n    while True: pass\n": (StageStatus.TIMEOUT, "CPU seconds"),
            "import os\ndef entry(n):\n    os._exit(3)\n": (StageStatus.EXIT, "exit code 3"),
        }
        for text, (status, words) in programs.items():
            found = self.talk(text, conduct(tmp_path, evaluate))
            assert found.answer is None
            assert found.ended.status is status
            assert words in found.ended.detail

    def test_what_a_judge_breaks_while_it_calls_is_the_judges(self, tmp_path: Path):
        found = self.talk(CONTROL, conduct(tmp_path, "def evaluate(candidate, params):\n    return 3\n"))
        assert "expected a dict" in found.answer.error

    def test_a_picture_can_be_drawn_by_calling(self, tmp_path: Path):
        text = "def draw(candidate, params, path):\n    open(path, 'w').write(str(candidate.call('entry', 5)))\n"
        found = self.talk(CONTROL, draw(tmp_path, text, "portray", b""))
        assert found.answer.picture == b"[5, 'honest']"

    def test_cancelling_a_judge_or_a_conversation_frees_their_places(self, tmp_path: Path):
        sleepy = "import time\ndef evaluate(output, params):\n    time.sleep(60)\n"
        calling = "def evaluate(candidate, params):\n    candidate.call('entry', 1)\n"
        good = "def evaluate(output, params):\n    return {'objective': 1}\n"

        async def body(executor: Executor):
            for asked in (
                executor.judge(score(tmp_path / "a", sleepy)),
                executor.converse(task(SLEEPER), conduct(tmp_path / "b", calling)),
            ):
                running = asyncio.create_task(asked)
                await asyncio.sleep(0.5)
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
            return await executor.judge(score(tmp_path / "c", good)), await executor.run(task(CONTROL))

        answer, result = self.using(body)
        assert answer.value["objective"] == 1.0
        assert result.status is StageStatus.SUCCESS

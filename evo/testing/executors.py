"""What every executor promises; see `evo.execute.executor.Executor` and `ExecutorOptions`."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import tempfile
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from evo.errors import InfraError
from evo.execute.executor import JudgeQuestion
from evo.execute.sandbox import Tier
from evo.records import StageStatus
from evo.testing.part import PartContract
from evo.testing.tasks import CONTROL, JUDGE_SECONDS, LIMITS, PNG, SLEEPER, conduct, draw, score, task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator

    from evo.execute.executor import Conversation, Executor, ExecutorOptions, JudgeAnswer, Task, TaskResult

Told = TypeVar("Told")


class RunningExecutorContract(ABC):
    """The promises of an executor that runs, however it was begun."""

    @abstractmethod
    def start(self, workers: int = 1) -> Executor | Awaitable[Executor]:
        """Return a running executor with so many workers, at once or awaited."""

    def test_the_result_is_the_json_text_of_what_the_entry_returned(self) -> None:
        """Nobody has parsed it yet."""
        (result,) = self.run(task("def entry(n):\n    return {'a': [n, 1.5, None, True], 'b': (1, 'x')}\n"))
        _succeeded(result)
        assert _data(result) == {"a": [3, 1.5, None, True], "b": [1, "x"]}
        assert result.detail == "", f"a success says {result.detail!r}; expected nothing"
        assert 0 < result.cpu_seconds < LIMITS.cpu_seconds, f"cpu_seconds = {result.cpu_seconds}"
        assert result.max_rss_mb > 0, f"max_rss_mb = {result.max_rss_mb}"

    def test_output_is_present_iff_success(self) -> None:
        """A failure is never an output."""
        for result in self.run(task(CONTROL), task("def entry(n):\n    return 1 / 0\n")):
            there = result.output is not None
            assert there == (result.status is StageStatus.SUCCESS), f"{result.status} with output {result.output!r}"

    def test_a_program_of_several_files_imports_its_own(self) -> None:
        """All files lie in its scratch directory."""
        program = "from parts.inner import twice\nimport helper\ndef entry(n):\n    return helper.f(twice(n))\n"
        files = {
            "program.py": program,
            "helper.py": "def f(n):\n    return n + 1\n",
            "parts/inner.py": "def twice(n):\n    return 2 * n\n",
        }
        (result,) = self.run(task("", files=files))
        assert result.output == b"7", f"expected 7; got {result.output!r}, {result.detail}"

    def test_files_that_no_directory_takes_are_the_candidates_failure(self) -> None:
        """Never the machine's: it would be tried again for good."""
        flawed = (("a", "a/b"), ("program.py/x",), ("n" * 300,), ("d/" * 40 + "x",), [f"f{n}" for n in range(5000)])
        files = [{"program.py": CONTROL, **dict.fromkeys(names, "x")} for names in flawed]
        for result in self.run(*(task("", files=each) for each in files)):
            assert result.status is StageStatus.FAILED, f"expected FAILED; got {result}"
            assert "program" in result.detail, f"expected the reason; got {result.detail!r}"
        evaluate = "def evaluate(candidate, params):\n    return {'objective': candidate.call('entry', 1)}\n"
        with _folder() as folder:
            question = conduct(folder, evaluate)
            found = self.talk("", question, files=files[0])
        assert found.ended is not None, f"expected a verdict; got {found}"
        assert found.ended.status is StageStatus.FAILED, f"expected FAILED; got {found.ended}"

    def test_nothing_is_left_from_one_task_to_the_next(self) -> None:
        """Each runs in a process of its own that never ran another."""
        leave = "import builtins, os, sys\ndef entry(n):\n    builtins.mark = 1\n    sys.modules['mark'] = sys\n"
        leave += "    open('mark', 'w').close()\n    return os.getcwd()\n"
        look = "import builtins, os, sys\ndef entry(n):\n"
        look += "    return [hasattr(builtins, 'mark'), 'mark' in sys.modules, os.listdir()]\n"
        first, second = self.run(task(leave), task(look))
        _succeeded(first)
        assert _data(second) == [False, False, ["program.py"]], f"the task before left {_data(second)}"

    def test_the_environment_is_empty(self) -> None:
        """A candidate learns no key."""
        text = "import os\ndef entry(n):\n    try:\n        raw = open('/proc/self/environ').read()\n"
        text += "    except OSError:\n        raw = ''\n"
        text += "    return [dict(os.environ), 'canary' in raw.lower()]\n"
        with _variable("CANARY_KEY", "sk-canary"):
            (result,) = self.run(task(text))
        assert _data(result) == [{}, False], f"a candidate sees {_data(result)}"

    def test_equal_programs_give_equal_results(self) -> None:
        """Hashes and chance are the same for all."""
        text = "import random\ndef entry(n):\n    return [random.random(), hash('x'), sorted({'a', 'b', 'c'})]\n"
        once, again = self.run(task(text), task(text))
        (anew,) = self.run(task(text))
        assert once.output == again.output == anew.output, f"{once.output!r}, {again.output!r}, {anew.output!r}"

    def test_workers_bound_what_runs_and_do_not_change_results(self) -> None:
        """How many run beside one another leaves no trace."""
        tasks = [task(f"def entry(n):\n    return [n, {i}, sum(range({i} * 1000))]\n") for i in range(12)]
        tasks[3] = task("def entry(n):\n    raise ValueError('no')\n")
        tasks[7] = task("def entry(n):\n    while True: pass\n")
        alone = [(result.status, result.output, result.detail) for result in self.run(*tasks)]
        together = [(result.status, result.output, result.detail) for result in self.run(*tasks, workers=4)]
        assert together == alone, f"with 1 worker {alone}, with 4 {together}"

    def test_cancelling_kills_and_leaves_the_executor_usable(self) -> None:
        """A run that stops waits for no candidate."""

        async def body(executor: Executor) -> TaskResult:
            await _cancelled(executor.run(task(SLEEPER)), 0.3)
            return await executor.run(task(CONTROL))

        assert self.using(body).output == b'[3,"honest"]'

    def test_it_names_its_tier_and_workers(self) -> None:
        """They stand in the run's header and in its schedule."""

        async def body(executor: Executor) -> tuple[Tier, int]:
            return executor.tier, executor.workers

        tier, workers = self.using(body, workers=3)
        assert tier in set(Tier), f"tier = {tier!r}; expected one of {', '.join(Tier)}"
        assert workers == 3, f"workers = {workers}; expected the 3 that were asked for"  # noqa: PLR2004 - asked for above

    def test_closing_twice_is_once(self) -> None:
        """After a failure nobody knows who closes first."""

        async def body(executor: Executor) -> None:
            await executor.run(task(CONTROL))
            await executor.close()

        self.using(body)

    def test_after_closing_it_refuses_everything(self) -> None:
        """A process that is begun then would be left."""

        async def body(executor: Executor) -> list[str]:
            await executor.close()
            with _folder() as folder:
                asked: list[Coroutine[Any, Any, object]] = [
                    executor.run(task(CONTROL)),
                    executor.judge(score(folder, "")),
                    executor.converse(task(CONTROL), conduct(folder, "")),
                ]
                return [await _infra_error(each) for each in asked]

        for words in self.using(body):
            assert "closed" in words, f"expected an InfraError that says that it is closed; got {words or 'an answer'}"

    def test_a_judge_scores_raw_bytes_with_the_modules_that_lie_beside_it(self) -> None:
        """What a judge may load goes where it runs."""
        evaluate = "from pathlib import Path\nfrom helper import twice\ndef evaluate(output, params):\n"
        evaluate += "    offset = float(Path(__file__).with_name('data').joinpath('offset.txt').read_text())\n"
        evaluate += "    return {'objective': offset + twice(output) * params['n'], 'feedback': 'caf\\xe9'}\n"
        with _folder() as folder:
            (folder / "data").mkdir()
            (folder / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
            (folder / "data" / "offset.txt").write_text("10")
            (answer,) = self.judged(score(folder, evaluate, b"3"))
        assert answer.error == "", f"the judge failed: {answer.error}"
        assert answer.value == {"objective": 22.0, "measures": {}, "metrics": {}, "feedback": "caf\xe9"}, answer.value
        assert answer.cpu_seconds > 0, f"cpu_seconds = {answer.cpu_seconds}"
        assert answer.picture == b"", "a picture, though none was asked for"

    def test_a_refusal_is_a_value_and_a_broken_judge_an_error_without_the_folders_name(self) -> None:
        """A judge's trouble is told, and never the candidate's fault."""
        refuse = "from evo.judging import Invalid\ndef evaluate(output, params):\n    raise Invalid('no')\n"
        broken = "def evaluate(output, params):\n    return 1 / 0\n"
        slow = "def evaluate(output, params):\n    while True: pass\n"
        dead = "import os\ndef evaluate(output, params):\n    os._exit(3)\n"
        with _folder() as folder:
            texts = enumerate((refuse, broken, slow, dead))
            answers = self.judged(*(score(folder / str(number), text) for number, text in texts))
        assert answers[0].value == {"refusal": "no"}, answers[0]
        assert [bool(answer.error) for answer in answers] == [False, True, True, True], answers
        assert 'File "evaluate.py", line 2, in evaluate' in answers[1].error, answers[1].error
        assert str(folder) not in answers[1].error, f"a path of this machine is told: {answers[1].error}"
        assert f"{JUDGE_SECONDS:g} CPU seconds" in answers[2].error, answers[2].error
        assert "exit code 3" in answers[3].error, answers[3].error

    def test_texts_are_parsed_without_any_folder(self) -> None:
        """A judge that reads texts alone loads nothing."""
        question = JudgeQuestion(
            op="source_metrics", cpu_seconds=JUDGE_SECONDS, args={"files": {"p.py": "x = 1\n"}, "count": "tokens"}
        )
        (answer,) = self.judged(question)
        assert answer.value == {"code_length": 3.0, "complexity": 1.0}, answer

    def test_a_picture_comes_back_as_bytes(self) -> None:
        """Wherever it was drawn."""
        good = f"def draw(output, params, path):\n    open(path, 'wb').write({PNG!r} + str(output).encode())\n"
        nothing = "def draw(output, params, path):\n    pass\n"
        with _folder() as folder:
            drawn, blank = self.judged(draw(folder / "good", good), draw(folder / "blank", nothing))
        assert (drawn.error, drawn.picture) == ("", PNG + b"3"), drawn
        assert (blank.error, blank.picture) == ("", b""), blank

    def test_a_judge_calls_a_program_whose_state_lasts_until_a_restart(self) -> None:
        """Both live side by side until the judge has answered."""
        text = "count = 0\ndef entry(n):\n    global count\n    count += n\n    return count\n"
        evaluate = "def evaluate(candidate, params):\n    said = []\n    for _ in range(2):\n"
        evaluate += "        said += [candidate.call('entry', 4) for _ in range(2)]\n        candidate.restart()\n"
        evaluate += "    return {'objective': 1, 'feedback': repr(said)}\n"
        with _folder() as folder:
            found = self.talk(text, conduct(folder, evaluate))
        assert found.answer is not None, f"the program ended: {found.ended}"
        assert found.answer.error == "", f"the judge failed: {found.answer.error}"
        assert found.answer.value["feedback"] == "[4, 8, 4, 8]", found.answer.value
        assert 0 < found.cpu_seconds < LIMITS.cpu_seconds, f"cpu_seconds = {found.cpu_seconds}"
        assert found.max_rss_mb > 0, f"max_rss_mb = {found.max_rss_mb}"

    def test_the_end_of_a_program_that_is_called_is_a_verdict(self) -> None:
        """The judge is not to blame for it."""
        evaluate = "def evaluate(candidate, params):\n    return {'objective': candidate.call('entry', 1)}\n"
        programs = {
            "1 / 0\n": (StageStatus.FAILED, "line 1, in <module>"),
            "def entry(n):\n    return n / 0\n": (StageStatus.FAILED, "line 2, in entry"),
            "def entry(n):\n    while True: pass\n": (StageStatus.TIMEOUT, "CPU seconds"),
            "import os\ndef entry(n):\n    os._exit(3)\n": (StageStatus.EXIT, "exit code 3"),
        }
        for text, (status, words) in programs.items():
            with _folder() as folder:
                found = self.talk(text, conduct(folder, evaluate))
            assert found.ended is not None, f"expected the verdict {status}; got the answer {found.answer}"
            assert found.ended.status is status, f"expected {status}; got {found.ended}"
            assert words in found.ended.detail, f"expected {words!r} in {found.ended.detail!r}"

    def test_what_a_judge_breaks_while_it_calls_is_the_judges(self) -> None:
        """A judge that answers nonsense is broken."""
        with _folder() as folder:
            found = self.talk(CONTROL, conduct(folder, "def evaluate(candidate, params):\n    return 3\n"))
        assert found.answer is not None, found
        assert "expected a dict" in found.answer.error, found.answer

    def test_a_picture_can_be_drawn_by_calling(self) -> None:
        """Of a program that is a function."""
        text = "def draw(candidate, params, path):\n    open(path, 'w').write(str(candidate.call('entry', 5)))\n"
        with _folder() as folder:
            found = self.talk(CONTROL, draw(folder, text, "portray", b""))
        assert found.answer is not None, found
        assert found.answer.picture == b"[5, 'honest']", found.answer

    def test_cancelling_a_judge_or_a_conversation_frees_their_places(self) -> None:
        """What was asked next is answered."""
        sleepy = "import time\ndef evaluate(output, params):\n    time.sleep(60)\n"
        calling = "def evaluate(candidate, params):\n    candidate.call('entry', 1)\n"
        good = "def evaluate(output, params):\n    return {'objective': 1}\n"

        async def body(executor: Executor) -> tuple[JudgeAnswer, TaskResult]:
            with _folder() as folder:
                await _cancelled(executor.judge(score(folder / "a", sleepy)), 0.5)
                await _cancelled(executor.converse(task(SLEEPER), conduct(folder / "b", calling)), 0.5)
                return await executor.judge(score(folder / "c", good)), await executor.run(task(CONTROL))

        answer, result = self.using(body)
        assert answer.value.get("objective") == 1.0, answer
        _succeeded(result)

    def using(self, body: Callable[[Executor], Awaitable[Told]], workers: int = 1) -> Told:
        """Return what comes of an executor's life."""

        async def main() -> Told:
            begun = self.start(workers)
            executor = await begun if inspect.isawaitable(begun) else begun
            try:
                return await body(executor)
            finally:
                await executor.close()

        return asyncio.run(main())

    def run(self, *tasks: Task, workers: int = 1) -> list[TaskResult]:
        """Run tasks one after the other, or, with more workers, side by side."""

        async def body(executor: Executor) -> list[TaskResult]:
            if workers == 1:
                return [await executor.run(each) for each in tasks]
            return list(await asyncio.gather(*(executor.run(each) for each in tasks)))

        return self.using(body, workers)

    def judged(self, *questions: JudgeQuestion) -> list[JudgeAnswer]:
        """Ask judges one after the other."""

        async def body(executor: Executor) -> list[JudgeAnswer]:
            return [await executor.judge(each) for each in questions]

        return self.using(body)

    def talk(self, program: str, question: JudgeQuestion, **changes: Any) -> Conversation:  # noqa: ANN401 - of a task
        """Let a judge call a program; the executor has to be usable afterwards."""

        async def body(executor: Executor) -> Conversation:
            found = await executor.converse(task(program, **changes), question)
            _succeeded(await executor.run(task(CONTROL)))
            return found

        return self.using(body)


class ExecutorContract(RunningExecutorContract, PartContract):
    """The promises of an executor that a config can name, running and as a part."""

    kind: ClassVar[str] = "executor"

    @abstractmethod
    def make(self) -> ExecutorOptions:
        """Return the options; see `PartContract.make`."""

    def start(self, workers: int = 1) -> Executor | Awaitable[Executor]:
        """Open the executor with so many workers; override it where that is no option."""
        return cast("ExecutorOptions", replace(cast("Any", self.make()), workers=workers)).open()


def _succeeded(result: TaskResult) -> None:
    assert result.status is StageStatus.SUCCESS, f"expected SUCCESS; got {result.status}: {result.detail}"


def _data(result: TaskResult) -> object:
    _succeeded(result)
    return json.loads(result.output or b"null")


async def _cancelled(call: Coroutine[Any, Any, object], seconds: float) -> None:
    running = asyncio.ensure_future(call)
    await asyncio.sleep(seconds)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled(), f"a cancelled call ended with {running}; let CancelledError pass"


async def _infra_error(call: Coroutine[Any, Any, object]) -> str:
    try:
        await call
    except InfraError as error:
        return str(error)
    return ""


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "problem"
        folder.mkdir()
        yield folder


@contextmanager
def _variable(name: str, value: str) -> Generator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before

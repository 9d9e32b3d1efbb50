"""Questions about one text, asked together: as many answers, one request, the same verdicts."""

import asyncio

import pytest

from evo.config.pipeline import load_pipeline
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.evaluate.stages.source_metrics import SourceMetrics
from evo.evaluate.stages.stage import ReadsText
from evo.evaluate.stages.syntax import Syntax
from evo.evaluate.stages.texts import SEVERAL, TextQuestions
from evo.execute.executor import JudgeAnswer, JudgeQuestion
from evo.execute.local import LocalExecutor
from evo.records import EvaluationStatus, Program, StageStatus
from tests.contracts.problems import make_problem


def question(op: str) -> JudgeQuestion:
    return JudgeQuestion(op=op, cpu_seconds=1.0, args={"files": {"a.py": "x"}})


class Judge:
    """Answers each question with its name, and knows what it was asked."""

    def __init__(self, refused: str = "", error: str = "") -> None:
        self.asked: list[str] = []
        self._refused, self._error = refused, error

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        self.asked.append(question.op)
        await asyncio.sleep(0)
        if question.op != SEVERAL:
            return JudgeAnswer(value={"alone": question.op})
        if self._error:
            return JudgeAnswer(error=self._error)
        ops = [each["op"] for each in question.args["questions"]]
        ops = ops[: ops.index(self._refused) + 1] if self._refused else ops
        return JudgeAnswer(value={"answers": [{"value": {"together": op}, "cpu_seconds": 0.5} for op in ops]})


ALL = [question("one"), question("two"), question("three")]


def ask(judge: Judge, *asked: JudgeQuestion, known=ALL) -> list[JudgeAnswer]:
    async def main() -> list[JudgeAnswer]:
        texts = TextQuestions(judge, known)
        return list(await asyncio.gather(*(texts.ask(each) for each in asked)))

    return asyncio.run(main())


def test_the_first_question_takes_the_others_along():
    judge = Judge()
    found = ask(judge, *ALL)
    assert judge.asked == [SEVERAL]
    assert [answer.value for answer in found] == [{"together": name} for name in ("one", "two", "three")]
    assert {answer.cpu_seconds for answer in found} == {0.5}


@pytest.mark.parametrize(
    ("judge", "asked", "ops"),
    [
        (Judge(refused="two"), [ALL[2]], [SEVERAL, "three"]),
        (Judge(error="over the limit of 5 CPU seconds"), [ALL[0], ALL[1]], [SEVERAL, "one", "two"]),
        (Judge(), [question("other")], [SEVERAL, "other"]),
    ],
    ids=["not reached", "not together", "nobody's"],
)
def test_what_has_no_answer_is_asked_by_itself(judge, asked, ops):
    found = ask(judge, *asked)
    assert judge.asked == ops
    assert [answer.value for answer in found] == [{"alone": each.op} for each in asked]


def test_one_question_has_nothing_to_take_along():
    judge = Judge()
    ask(judge, ALL[0], known=ALL[:1])
    assert judge.asked == ["one"]


def test_the_stages_that_read_texts_say_what_they_ask():
    assert all(isinstance(stage, ReadsText) for stage in (Syntax(), SourceMetrics()))


TEXTS = {
    "fine": ("def f(n, seed):\n    return n if n else 0\n", EvaluationStatus.VALID),
    "no Python": ("def f(n, seed:\n", EvaluationStatus.FAILED),
    "no entry": ("def g(n, seed):\n    return n\n", EvaluationStatus.FAILED),
    "deep": ("def f(n, seed):\n    return " + "-" * 200_000 + "1\n", EvaluationStatus.FAILED),
}


@pytest.mark.parametrize("name", TEXTS)
def test_asked_together_or_alone_the_verdict_is_the_same(tmp_path, name):
    text, status = TEXTS[name]
    yaml = """
name: number
summary: a number
program: {entry: f, imports: []}
objective: {name: size, direction: maximize}
params: {n: 3}
"""
    judge = "def evaluate(output, params):\n    return {'objective': float(output)}\n"
    problem = make_problem(tmp_path, judge=judge, yaml=yaml)
    asked: list[str] = []

    class Heard(LocalExecutor):
        async def judge(self, question):
            asked.append(question.op)
            return await super().judge(question)

    class Apart(Heard):
        async def judge(self, question):
            return JudgeAnswer(error="no") if question.op == SEVERAL else await super().judge(question)

    async def verdict(kind):
        graph = Graph.of(load_pipeline("default"))
        async with Evaluator(problem=problem, graph=graph, executor=kind(workers=1)) as evaluator:
            return await evaluator.evaluate(Program.of(text))

    together = asyncio.run(verdict(Heard))
    assert asked.count(SEVERAL) == 1
    assert not {"syntax", "source_metrics"} & set(asked) or status is EvaluationStatus.FAILED
    alone = asyncio.run(verdict(Apart))
    assert together.status is status
    assert [(each.stage, each.status, each.detail) for each in together.stages] == [
        (each.stage, each.status, each.detail) for each in alone.stages
    ]
    assert together.measures == alone.measures
    assert all(each.status is not StageStatus.JUDGE_ERROR for each in together.stages)

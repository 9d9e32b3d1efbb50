"""A judge that asks a model: rounds until it has a score, equal questions answered once, failures that are nobody's."""

import asyncio

import pytest

from evo.config.pipeline import load_pipeline
from evo.errors import InfraError
from evo.evaluate.counsel import Counsel
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.records import ASK, Completion, EvaluationStatus, Finish, Program, StageStatus
from tests.contracts.problems import SEED, make_problem

YAML = """
name: asks
summary: a program whose numbers a model is asked about
program: {entry: numbers}
objective: {name: total, direction: maximize}
asks: {questions: 3, max_tokens: 9, prompt_kb: 0.1}
limits: {cpu_seconds: 2, memory_mb: 128, output_kb: 20, judge_seconds: 2}
params: {n: 3}
"""
TWICE = """
from evo.judging import ModelQuestion, ask, ask_all

def evaluate(output, params):
    one, two, same = ask_all([f"worth of {output[0]}", "again", "again"], system="Numbers alone.")
    assert two is same
    third = ask("sure?", said=["yes", f"but {one}"], max_tokens=2)
    return {"objective": float(one) + float(third), "feedback": f"{two} {two.finish}"}
"""
CALLED = """
from evo.judging import ask

def evaluate(candidate, params):
    values = candidate.call("numbers", 3, 5)
    return {"objective": float(ask(f"worth of {values[0]}"))}
"""


class Says:
    """Answers by the last word of what it is asked, and counts."""

    def __init__(self, *failures, words="2"):
        self.failures, self.words, self.asked = list(failures), words, []

    async def complete(self, request):
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.failures:
            return self.failures.pop(0)
        return Completion(text=self.words, finish=Finish.LENGTH if "again" in request.prompt.user else Finish.STOP)


class Kept:
    """Keeps what it was answered, as a run does."""

    def __init__(self, client):
        self.client, self.answers = client, {}

    async def complete(self, request):
        if request.hash not in self.answers:
            found = await self.client.complete(request)
            if found.finish is Finish.ERROR:
                return found
            self.answers[request.hash] = found
        return self.answers[request.hash]


def evaluate(folder, judge, model, *, yaml=YAML, texts=(SEED,), stage=""):
    problem = make_problem(folder, judge=judge, yaml=yaml)
    (folder / "mine.yaml").write_text(
        f"stages:\n  call: {{use: call}}\n  score: {{use: score, upstream: [call]}}\n{stage}"
    )
    graph = Graph.of(load_pipeline(str(folder / "mine.yaml")))

    async def run():
        async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor(sandbox="none")) as evaluator:
            if model:
                evaluator.consult({}, Counsel(client=Kept(model), role="small"))
            return await asyncio.gather(*(evaluator.evaluate(Program.of(text)) for text in texts))

    return asyncio.run(run())


def test_a_judge_is_asked_again_until_all_its_questions_are_answered(tmp_path):
    model = Says()
    (found,) = evaluate(tmp_path, TWICE, model)
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 4.0), found.feedback
    assert found.feedback == "2 length"
    first, second, third = model.asked
    assert {first.prompt.user, second.prompt.user} == {"worth of 0.25", "again"}
    assert (first.prompt.system, first.max_tokens, first.purpose, first.llm) == ("Numbers alone.", 9, ASK, "small")
    assert (third.prompt.turns, third.max_tokens) == (("yes", "but 2"), 2)


def test_programs_that_lead_to_the_same_question_share_its_answer(tmp_path):
    model = Says()
    both = evaluate(tmp_path, TWICE, model, texts=(SEED, f"{SEED}\n# other\n", SEED.replace("0.25", "0.5")))
    assert [each.objective for each in both] == [4.0, 4.0, 4.0]
    assert len(model.asked) == len({request.hash for request in model.asked}) == 4


def test_a_judge_that_calls_its_program_asks_as_well(tmp_path):
    yaml = YAML.replace("entry: numbers", "entry: numbers, called_by: judge")
    model = Says(words="7")
    (found,) = evaluate(tmp_path, CALLED, model, yaml=yaml)
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 7.0), found.feedback
    (died,) = evaluate(tmp_path / "b", CALLED, model, yaml=yaml, texts=("def numbers(n, seed):\n    1 / 0\n",))
    assert (died.status, died.stages[-1].status) == (EvaluationStatus.FAILED, StageStatus.FAILED)


def test_a_stage_of_somebodys_asks_through_its_context(tmp_path):
    (tmp_path / "stage.py").write_text(
        "class Liked:\n"
        "    provides = {'liking': 'number'}\n"
        "    asks = {'questions': 2}\n"
        "    def run(self, inputs, context):\n"
        "        return {'liking': float(context.ask('like?')) + float(context.ask_all(['and now?'])[0])}\n"
    )
    stage = "  liked: {use: 'stage.py:Liked', upstream: [score]}\n"
    plain = "def evaluate(output, params):\n    return {'objective': 1.0}\n"
    (found,) = evaluate(tmp_path, plain, Says(), yaml=YAML.replace("asks:", "# asks:"), stage=stage)
    assert (found.objective, dict(found.metrics)) == (1.0, {"liking": 4.0}), found.feedback


ERROR = Completion(text="", finish=Finish.ERROR, detail="503 for now")


def test_a_model_that_fails_is_asked_again_in_the_same_words(tmp_path):
    model = Says(ERROR, ERROR)
    (found,) = evaluate(tmp_path, TWICE, model)
    assert found.objective == 4.0
    assert len(model.asked) == 5
    assert len({request.hash for request in model.asked}) == 3


def test_one_that_goes_on_failing_is_the_machines_fault_and_no_score(tmp_path):
    model = Says(*[ERROR] * 100)
    with pytest.raises(InfraError, match="small gave no answer to the judge in 3 tries; the last: error: 503 for now"):
        evaluate(tmp_path, TWICE, model)


@pytest.mark.parametrize(
    ("judge", "words"),
    [
        ("ask_all([str(k) for k in range(4)])", "asked 4 questions; asks.questions = 3"),
        ("ask('x' * 200)", "has 200 bytes; asks.prompt_kb = 0.1"),
        ("ask('x', max_tokens=10)", "asked for 10 tokens; asks.max_tokens = 9"),
        ("ask('x', said=['one'])", "expected an even number"),
        ("ask(7)", "expected texts as prompt"),
        ("ask('x', sample=-1)", "sample: expected"),
        ("ask('x', max_tokens=0)", "max_tokens: expected"),
        ("ask('x', temperature='hot')", "temperature: expected"),
    ],
)
def test_a_judge_that_asks_what_it_may_not_is_at_fault_itself(tmp_path, judge, words):
    text = f"from evo.judging import ask, ask_all\n\ndef evaluate(output, params):\n    return {judge}\n"
    (found,) = evaluate(tmp_path, text, Says())
    assert (found.status, found.stages[-1].status) == (EvaluationStatus.FAILED, StageStatus.JUDGE_ERROR)
    assert words in found.feedback


def test_a_judge_that_asks_something_else_each_time_comes_to_an_end(tmp_path):
    text = (
        "import os\nfrom evo.judging import ask\n\ndef evaluate(output, params):\n    return ask(os.urandom(8).hex())\n"
    )
    yaml = YAML.replace("questions: 3", "questions: 1000")
    (found,) = evaluate(tmp_path, text, Says(), yaml=yaml)
    assert "came back with new questions 64 times" in found.feedback


def test_where_nobody_is_or_nothing_is_declared_that_is_said(tmp_path):
    (found,) = evaluate(tmp_path, TWICE, None)
    assert "evaluate.ask" in found.feedback
    assert found.stages[-1].status is StageStatus.JUDGE_ERROR
    (found,) = evaluate(tmp_path / "b", TWICE, Says(), yaml=YAML.replace("asks:", "# asks:"))
    assert "no model can be asked here: declare it" in found.feedback


def test_the_budget_is_let_through_as_it_comes(tmp_path):
    class SpentError(Exception):
        pass

    class Refuses:
        async def complete(self, request):
            raise SpentError

    with pytest.raises(SpentError):
        evaluate(tmp_path, TWICE, Refuses())

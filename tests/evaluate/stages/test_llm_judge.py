"""A model's opinion as numbers: only whole and valid answers count, each is paid once, and a replay gives the same."""

import asyncio
import json
from dataclasses import replace

import pytest

from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.config.pipeline import load_pipeline
from evo.config.problem_spec import MeasureSpec
from evo.errors import EvoError, SpecError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.evaluate.stages.llm_judge import LlmJudge
from evo.execute.local import LocalExecutor
from evo.records import Completion, EvaluationStatus, Finish, Program, StageStatus
from evo.store.reading.view import open_run
from evo.testing import StagePartContract
from tests.contracts.problems import SEED, make_problem
from tests.evaluate.test_stages import OnDisk

STAGE = """
stages:
  syntax: {use: syntax}
  call: {use: call, upstream: [syntax]}
  score: {use: score, upstream: [call]}
  opinion:
    use: llm_judge
    upstream: [score]
    llm: critic
    question: How clear is it?
    scores: {clarity: {low: 0, high: 10, meaning: 10 for a text that needs no comment}}
    measures: {novelty: {low: 0, high: 1}}
"""
GOOD = '{"clarity": 7, "novelty": 0.25, "reason": "short names"}'


class Says:
    """Answers attempts one after the other, and counts them."""

    def __init__(self, *answers):
        self.answers, self.asked = answers, []

    async def complete(self, request):
        self.asked.append(request)
        said = self.answers[min(request.attempt, len(self.answers) - 1)]
        return said if isinstance(said, Completion) else Completion(text=said)

    async def close(self):
        pass


def evaluate(tmp_path, *answers, stage=STAGE):
    pipeline = tmp_path / "judged.yaml"
    pipeline.write_text(stage)
    model = Says(*answers)

    async def run():
        graph = Graph.of(load_pipeline(str(pipeline)))
        problem = make_problem(tmp_path / "sums")
        async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor(sandbox="none")) as evaluator:
            if answers:
                evaluator.consult({"critic": model})
            return await evaluator.evaluate(Program.of(SEED)), evaluator.measures

    return *asyncio.run(run()), model


class TestContract(OnDisk, StagePartContract):
    def make(self):
        return LlmJudge(llm="critic", question="Clear?", scores={"clarity": MeasureSpec(low=0, high=10)})

    def good(self):
        return {}, replace(self.runtime(), llms={"critic": Says('{"clarity": 3}')})

    def bad(self):
        return {}, replace(self.runtime(), llms={"critic": Says("no")})


def test_numbers_become_metrics_and_measures_and_the_reason_is_feedback(tmp_path):
    found, measures, model = evaluate(tmp_path, f"Well:\n```json\n{GOOD}\n```\n")
    assert found.status is EvaluationStatus.VALID
    assert found.objective == 0.75
    assert found.metrics == {"largest": 0.25, "clarity": 7.0}
    assert found.measures == {"spread": 0.0, "novelty": 0.25}
    assert "novelty" in measures
    assert "short names" in found.feedback
    (request,) = model.asked
    assert (request.purpose, request.subject, request.attempt) == ("judge", Program.of(SEED).id, 0)
    for words in ("How clear is it?", SEED.strip(), '"clarity": a number from 0 to 10: 10 for', "Large numbers."):
        assert words in request.prompt.user


WRONG = [
    "I cannot say.",
    '{"clarity": 7}',
    '{"clarity": 11, "novelty": 0.5}',
    '{"clarity": true, "novelty": 0.5}',
    '{"clarity": "7", "novelty": 0.5}',
    '{"clarity": NaN, "novelty": 0.5}',
    '{"clarity": 1e999, "novelty": 0.5}',
    '{"clarity": null, "novelty": 0.5}',
    '{"clarity": 7, "clarity": 7, "novelty": 0.5',
    '[{"clarity": 7, "novelty": 0.5}, {"clarity": 7, "novelty": 0.5}]',
    Completion(text=GOOD, finish=Finish.LENGTH),
    Completion(text=GOOD, finish=Finish.REFUSAL),
    Completion(text="", finish=Finish.ERROR, detail="429 for ever"),
]


@pytest.mark.parametrize("answer", WRONG, ids=range(len(WRONG)))
def test_what_is_not_whole_is_asked_again_and_is_never_a_number(tmp_path, answer):
    found, _, model = evaluate(tmp_path, answer, GOOD)
    assert found.metrics["clarity"] == 7.0
    assert [request.attempt for request in model.asked] == [0, 1]
    assert len({request.seed for request in model.asked}) == 2
    found, _, model = evaluate(tmp_path / "again", answer)
    assert (found.status, found.objective, dict(found.metrics)) == (EvaluationStatus.FAILED, None, {})
    assert found.stages[-1].status is StageStatus.JUDGE_ERROR
    assert "critic gave no valid answer in 3 tries" in found.stages[-1].detail
    assert len(model.asked) == 3


def test_what_its_options_change(tmp_path):
    found, _, model = evaluate(tmp_path, "no", stage=f"{STAGE}    tries: 1\n    max_tokens: 77\n")
    assert found.stages[-1].status is StageStatus.JUDGE_ERROR
    assert [request.max_tokens for request in model.asked] == [77]
    found, _, model = evaluate(tmp_path / "again", GOOD, stage=f"{STAGE}    reason: false\n")
    assert "short names" not in found.feedback
    assert '"reason"' not in model.asked[0].prompt.user


@pytest.fixture(autouse=True)
def _again(tmp_path):
    (tmp_path / "again").mkdir()


def test_without_a_run_nobody_is_asked(tmp_path):
    found, _, _ = evaluate(tmp_path)
    assert found.stages[-1].status is StageStatus.JUDGE_ERROR
    assert "no model 'critic' here" in found.stages[-1].detail


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scores": {}}, "at least one number"),
        ({"question": " "}, "question: expected"),
        ({"scores": {"objective": MeasureSpec(low=0, high=1)}}, "means something else"),
        ({"measures": {"clarity": MeasureSpec(low=0, high=1)}}, "among scores already"),
        ({"tries": 0}, "tries: expected 1 to 10"),
        ({"max_tokens": 0}, "max_tokens"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, words):
    with pytest.raises(EvoError, match=words):
        LlmJudge(**({"llm": "c", "question": "?", "scores": {"clarity": MeasureSpec(low=0, high=1)}} | options))


def run(tmp_path, *overrides, answers=(GOOD,), stage=STAGE):
    config = tmp_path / "mine.yaml"
    (tmp_path / "judged.yaml").write_text(stage)
    critic = {"use": "script", "answers": list(answers)}
    config.write_text(
        f"problem: circle_packing/26\npipeline: judged.yaml\nparams: {{work: 1}}\nbudget: {{tickets: 8}}\n"
        f"executor: {{sandbox: none}}\narchive: {{measures: {{novelty: {{cells: 4}}}}}}\n"
        f"llms:\n  fast: offline\n  critic: {json.dumps(critic)}\n"
    )

    async def whole():
        async with start(load_run(config, overrides), runs_dir=tmp_path / "runs") as search:
            async for _ in search:
                pass
        return search

    return asyncio.run(whole())


def test_a_run_stores_meters_and_bounds_it(tmp_path):
    search = run(tmp_path)
    assert search.run_state == "finished"
    with open_run(search.folder) as view:
        status = view.status()
    assert status["spend"]["purpose"]["judge"]["answers"] == status["valid"] > 0
    assert status["spend"]["role"]["critic"]["prompt_tokens"] > 0
    assert "unused" not in status["spend"]["operator"]
    assert run(tmp_path).state.hash == search.state.hash
    spent = status["tokens"]["prompt"] + status["tokens"]["completion"]
    small = run(tmp_path, f"budget.tokens={spent}")
    assert (small.run_state, small.stop_reason) == ("finished", "tokens")
    assert small.state.seq < 7


def test_a_judge_that_keeps_failing_pauses_the_run(tmp_path):
    search = run(tmp_path, answers=("no",))
    assert search.run_state == "paused"
    assert "judge failed on 3 programs" in search.stop_reason


def test_a_role_that_is_not_there_is_refused_before_anything_is_begun(tmp_path):
    with pytest.raises(SpecError, match=r"judged\.yaml:9.*'crit', which is not among the run's llms.*critic"):
        run(tmp_path, stage=STAGE.replace("llm: critic", "llm: crit"))
    assert main(["check", str(tmp_path / "mine.yaml")]) == 3
    assert not (tmp_path / "runs").exists()

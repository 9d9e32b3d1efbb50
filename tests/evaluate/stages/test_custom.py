import asyncio
import sys
from pathlib import Path

import pytest

from evo.config.pipeline import load_pipeline
from evo.errors import SpecError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.records import Evaluation, EvaluationStatus, Program
from tests.contracts.problems import SEED, make_problem

STAGE = """
import sys
from dataclasses import dataclass
from evo.judging import Invalid
sys.custom_stage_was_imported = True

@dataclass(frozen=True, kw_only=True)
class Robust:
    factor: float = 1.0

    def __post_init__(self):
        if self.factor <= 0:
            raise ValueError(f"factor: expected a number above 0; got {self.factor}")

    def run(self, inputs, context):
        values = inputs["output"]
        if values[0] == 0.125:
            raise Invalid("an eighth is too little")
        return ANSWER

class Idle:
    pass
"""
GOOD = '{"robustness": min(values) * self.factor * context.params["n"], "feedback": f"seed {context.seed}"}'
PIPELINE = """
stages:
  call: {use: call}
  score: {use: score, upstream: [call]}
  robust:
    use: stage.py:Robust
    upstream: [call]
    needs: {output: raw}
    provides: {robustness: number, feedback: text}
    options: {factor: 2}
"""


def load(folder: Path, pipeline: str = PIPELINE, answer: str = GOOD) -> Graph:
    (folder / "stage.py").write_text(STAGE.replace("ANSWER", answer))
    (folder / "mine.yaml").write_text(pipeline)
    return Graph.of(load_pipeline(str(folder / "mine.yaml")))


def evaluate(folder: Path, text: str = SEED, **files: str) -> Evaluation:
    graph = load(folder, **files)

    async def main():
        executor = LocalExecutor(workers=1)
        async with Evaluator(problem=make_problem(folder / "p"), graph=graph, executor=executor) as evaluator:
            return await evaluator.evaluate(Program.of(text))

    return asyncio.run(main())


def test_a_class_in_a_file_is_a_stage_that_the_main_process_never_imports(tmp_path: Path):
    found = evaluate(tmp_path)
    assert found.status is EvaluationStatus.VALID
    assert found.metrics == {"largest": 0.25, "robustness": 1.5}
    assert found.feedback == "the smallest value is 0.25\nseed 5"
    assert not hasattr(sys, "custom_stage_was_imported")


def test_its_numbers_can_be_measures(tmp_path: Path):
    text = PIPELINE + "    measures: {robustness: {low: 0, high: 6, meaning: how it stands}}\n"
    found = evaluate(tmp_path, pipeline=text)
    assert found.measures == {"spread": 0.0, "robustness": 1.5}
    assert set(load(tmp_path, text).measures) == {"robustness"}


def test_it_can_refuse_a_program(tmp_path: Path):
    found = evaluate(tmp_path, SEED.replace("0.25", "0.125"))
    assert found.status is EvaluationStatus.INVALID
    assert found.feedback.startswith("The output was refused: an eighth is too little")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answer": "1"}, "Robust.run returned int; expected a dict of robustness, feedback"),
        ({"answer": '{"robustness": 1.0}'}, "returned robustness; expected exactly robustness, feedback"),
        ({"answer": '{"robustness": float("nan"), "feedback": ""}'}, "robustness = nan; expected a finite number"),
        ({"answer": '{"robustness": True, "feedback": ""}'}, "robustness = True"),
        ({"answer": '{"robustness": 1.0, "feedback": 2}'}, "feedback is int; declared as text"),
        ({"answer": "1 / 0"}, "ZeroDivisionError"),
        ({"answer": "[0 for _ in iter(int, 1)]"}, "over the limit of 0.5 CPU seconds"),
        ({"pipeline": PIPELINE.replace("factor: 2", "factor: -2")}, "options of Robust: factor: expected a number"),
        ({"pipeline": PIPELINE.replace("factor: 2", "factr: 2")}, "options of Robust: "),
    ],
)
def test_a_stage_out_of_contract_is_a_judge_error(tmp_path: Path, changes, words):
    found = evaluate(tmp_path, **changes)
    assert {stage.stage: str(stage.status) for stage in found.stages}["robust"] == "JUDGE_ERROR"
    assert words in found.feedback


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stage.py:", "stages.py:", "no file stages.py"),
        (":Robust", ":Robus", "defines no class 'Robus' at its top level; there are Robust, Idle"),
        (":Robust", ":Idle", "class Idle in stage.py has no method run(self, inputs, context)"),
        ("{output: raw}", "{output: number}", "reads 'output' as number, but call provides it as raw"),
        ("{output: raw}", "{output: data}", "reads 'output' as data, but call provides it as raw"),
        ("{output: raw}", "{outputs: raw}", "needs 'outputs', which no stage provides"),
        ("robustness: number", "robustness: real", "expected one of raw, number, numbers, text, names, data"),
        ("robustness: number", "robustness: raw", "robustness cannot be raw"),
        ("robustness: number", "objective: number", "'objective' is written by both"),
        ("options:", "option:", "did you mean options?"),
        ("options: {factor: 2}", "measures: {feedback: {low: 0, high: 1}}", "feedback has to be among provides"),
        ("options: {factor: 2}", "limits: {cpu_seconds: 1}", "knows no limit cpu_seconds; it knows judge_seconds"),
        ("options: {factor: 2}", "repeats: {times: 2}", "uses no seed"),
    ],
)
def test_what_is_declared_is_checked_at_load(tmp_path: Path, old: str, new: str, words: str):
    with pytest.raises(SpecError) as caught:
        load(tmp_path, PIPELINE.replace(old, new))
    assert words in str(caught.value)
    assert caught.value.line


def test_a_file_that_is_no_python_is_refused_at_load(tmp_path: Path):
    with pytest.raises(SpecError, match=r"stage\.py cannot be read as Python"):
        load(tmp_path, answer="(")


def test_another_text_is_another_version(tmp_path: Path):
    versions = [load(tmp_path, answer=answer).stage("robust").contract.version for answer in (GOOD, GOOD, "1")]
    assert versions[0] == versions[1] != versions[2]

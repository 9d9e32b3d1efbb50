import asyncio
import sys
from importlib.metadata import EntryPoint
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


DECLARING = STAGE.replace(
    "    factor: float = 1.0\n",
    """    factor: float = 1.0
    needs: ClassVar = {"output": "raw"}
    provides: ClassVar = {"robustness": "number", "feedback": "text"}
    measures: ClassVar = {"robustness": {"low": 0, "high": 6, "meaning": "how it stands"}}
    seeded: ClassVar = True
""",
).replace("import sys\n", "import sys\nfrom typing import ClassVar\n", 1)
SHORT = """
stages:
  call: {use: call, repeats: {times: 2}}
  score: {use: score, upstream: [call]}
  robust: {use: "stage.py:Robust", upstream: [call], options: {factor: 2}}
"""


def declaring(folder: Path, pipeline: str = SHORT, text: str = DECLARING) -> Graph:
    (folder / "stage.py").write_text(text.replace("ANSWER", GOOD))
    (folder / "mine.yaml").write_text(pipeline)
    return Graph.of(load_pipeline(str(folder / "mine.yaml")))


def scored_by(graph: Graph, folder: Path) -> Evaluation:
    async def main():
        problem = make_problem(folder / "p")
        async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor(workers=1)) as evaluator:
            return await evaluator.evaluate(Program.of(SEED))

    return asyncio.run(main())


def test_a_class_may_declare_itself_and_the_pipeline_only_names_it(tmp_path: Path):
    graph = declaring(tmp_path)
    contract = graph.stage("robust").contract
    assert (set(contract.needs), set(contract.provides), contract.seeded) == (
        {"output"},
        {"robustness", "feedback"},
        True,
    )
    assert scored_by(graph, tmp_path).measures == {"spread": 0.0, "robustness": 1.5}
    assert not hasattr(sys, "custom_stage_was_imported")


def test_what_the_pipeline_declares_goes_before_what_the_class_does(tmp_path: Path):
    text = SHORT.replace("options:", "measures: {}, seeded: false, options:")
    contract = declaring(tmp_path, text).stage("robust").contract
    assert (dict(contract.measures), contract.seeded, set(contract.needs)) == ({}, False, {"output"})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{"output": "raw"}', "dict(output='raw')", "needs of class Robust is read without being run; expected a dict"),
        ('"robustness": "number"', '"robustness": "real"', "class Robust in stage.py declares"),
        ('"robustness": "number"', '"robustness": "text"', "robustness has to be among provides, as a number"),
        ("def run(self", "async def run(self", "run is a coroutine, but a stage in a file runs in a judge process"),
        ("    provides: ", "    gives: ", "provides: expected at least one output, here or in the class"),
    ],
)
def test_what_a_class_declares_is_checked_at_load(tmp_path: Path, old: str, new: str, words: str):
    with pytest.raises(SpecError) as caught:
        declaring(tmp_path, text=DECLARING.replace(old, new))
    assert words in str(caught.value)
    assert caught.value.line


@pytest.mark.parametrize("use", ["mine.stages:Robust", "installed_robust"])
def test_a_class_of_a_module_with_a_plain_run_goes_to_the_judge_unimported(tmp_path: Path, monkeypatch, use: str):
    (tmp_path / "lib" / "mine").mkdir(parents=True)
    (tmp_path / "lib" / "mine" / "__init__.py").write_text("import sys\nsys.custom_stage_was_imported = True\n")
    (tmp_path / "lib" / "mine" / "inner.py").write_text("HALF = 0.5\n")
    text = DECLARING.replace("ANSWER", GOOD.replace("min(values)", "HALF * min(values)"))
    (tmp_path / "lib" / "mine" / "stages.py").write_text("from .inner import HALF\n" + text)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    points = [EntryPoint("installed_robust", "mine.stages:Robust", "evo.stages")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points if group == "evo.stages" else [])
    (tmp_path / "mine.yaml").write_text(SHORT.replace("stage.py:Robust", use))
    found = scored_by(Graph.of(load_pipeline(str(tmp_path / "mine.yaml"))), tmp_path)
    assert found.measures == {"spread": 0.0, "robustness": 0.75}, found.feedback
    assert not hasattr(sys, "custom_stage_was_imported")

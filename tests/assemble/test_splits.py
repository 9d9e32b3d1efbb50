"""Splits: other draws of the same kinds, and the run's secret; who is best alike is told apart by them."""

import json
from pathlib import Path

import pytest

from evo.assemble.splits import Split, SplitScore, address_of
from evo.assemble.start import run
from evo.assemble.stored_program import score_stored
from evo.cli.main import main
from evo.config.problem import load_problem
from evo.config.run import from_yaml
from evo.errors import EvoError, SpecError, UsageError
from evo.render.tables import holdout
from evo.store.lock import RunLock
from evo.store.reading.view import open_run

YAML = """\
name: guess
summary: a number that is near what the judge thinks of
program: {entry: entry}
objective: {direction: minimize}
measures: {size: {low: 0, high: 1000}}
draws: public
validation: valid
instances:
  usual: {holdout: held}
  valid: {params: {draw: 2}}
  held: {secret: true, params: {draw: 3}}
params: {draw: 1}
default_instance: usual
"""
JUDGE = """\
from evo.judging import draw_seed

WANTED = {1: 500, 2: 510}

def evaluate(output, params):
    wanted = WANTED.get(params["draw"]) or draw_seed("the number", params) % 1000
    return {"objective": abs(output - wanted), "measures": {"size": output}, "feedback": ""}
"""
RUN = "{problem: %s, budget: {tickets: 2}, archive: {measures: {size: {cells: 10}}}, executor: {workers: 1}}\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "guess"
    (folder / "seeds").mkdir(parents=True)
    seeds = {name: f"def entry(draw, seed):\n    return {number}\n" for name, number in (("a", 400), ("b", 600))}
    files = {"problem.yaml": YAML, "evaluate.py": JUDGE, "brief.md": "-"}
    for name, text in {**files, **{f"seeds/{name}.py": text for name, text in seeds.items()}}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def done(pack: Path, tmp_path: Path) -> Path:
    view = run(from_yaml(RUN % f"{pack}/usual", "a config"), runs_dir=tmp_path / "runs")
    view.close()
    return view.folder


def test_of_several_best_alike_the_one_that_validates_best_goes_to_the_hold_out(done: Path):
    with open_run(done) as view:
        status = view.status()
        notes = {note["program"]: note for note in status["splits"]}
        (other,) = (found for found in notes if found != status["best"]["program"])
    assert [each["split"] for each in notes.values()] == ["validation", "validation"]
    assert {each["objective"] for each in notes.values()} == {110, 90}
    assert {each["search"] for each in notes.values()} == {100}
    # The seed a comes first and is the best; b is as good there, and nearer to what the validation thinks of.
    assert notes[other]["objective"] == 90
    assert notes[other]["transfer"] == 0.9
    assert (status["holdout"]["program"], status["holdout"]["search"]) == (other, 100)
    said = dict(holdout(status))
    assert "100 on what was searched" in said["hold-out"]
    assert "gap -10" in said["validation"]


def test_a_stored_program_is_scored_on_any_split_and_the_log_is_told(done: Path):
    with open_run(done) as view:
        status = view.status()
        best, held = status["best"]["program"], status["holdout"]
        hashed = status["log_hash"]
    for split, program in ((Split.SEARCH, best), (Split.TEST, held["program"])):
        found = score_stored(done, program, split)
        assert found.noted
        assert found.objective == (100 if split is Split.SEARCH else held["objective"])
    with open_run(done) as view:
        status = view.status()
    assert status["log_hash"] == hashed
    assert len(status["splits"]) == 4
    with RunLock(done):
        assert not score_stored(done, best, Split.VALIDATION).noted


def test_score_split_on_the_command_line(done: Path, capsys: pytest.CaptureFixture):
    def score(*words: str) -> str:
        assert main(["score", *words, "--runs-dir", str(done.parent)]) == 0
        return capsys.readouterr().out

    found = json.loads(score("--split", "validation", "@last:@best", "--json"))
    assert (found["split"], found["instance"], found["objective"], found["search"]) == ("validation", "valid", 110, 100)
    assert "transfer" in score("--split", "validation", "@best")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--split", "tests", "@best"), "no such split; did you mean test?"),
        (("--split", "test", "@best", "a.py"), "leave out a.py"),
        (("--split", "test", "@best", "--secret-of", "@last"), "leave out --secret-of @last"),
        (("circle_packing",), "no FILE"),
    ],
)
def test_what_does_not_go_together_is_said(done: Path, capsys: pytest.CaptureFixture, words, said):
    assert main(["score", *words, "--runs-dir", str(done.parent)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_split_that_a_problem_does_not_have_is_said(pack: Path):
    usual, held = load_problem(f"{pack}/usual"), load_problem(f"{pack}/held")
    assert address_of(usual, Split.VALIDATION).endswith("guess/valid")
    assert address_of(usual, Split.SEARCH) == ""
    with pytest.raises(UsageError, match=r"no test: its problem\.yaml names no instance under `holdout`"):
        address_of(held, Split.TEST)
    text = (pack / "problem.yaml").read_text()
    (pack / "problem.yaml").write_text(text.replace("validation: valid", "validation: vlid"))
    with pytest.raises((SpecError, EvoError), match=r"validation: no instance .vlid.; did you mean valid"):
        load_problem(str(pack))


@pytest.mark.parametrize(("objective", "search", "transfer"), [(3.0, 2.0, 1.5), (3.0, 0.0, None), (None, 2.0, None)])
def test_transfer_is_a_ratio_where_there_is_one(objective, search, transfer):
    score = SplitScore(
        split=Split.TEST, instance="t", program="ab" * 16, status="-", objective=objective, unit="", search=search
    )
    assert score.transfer == transfer

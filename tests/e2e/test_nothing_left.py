"""A run whose model has no proposal left ends and says so; it neither fails twenty times nor asks to be taken up."""

import pytest

from evo.cli.main import main
from evo.store.reading.view import open_run

CODE = {
    "problem.yaml": (
        "name: little\nsummary: little to change\nprogram: {entry: answer}\n"
        "objective: {name: value, direction: maximize}\nparams: {a: 3, b: 5}\n"
    ),
    "evaluate.py": "def evaluate(output, params):\n    return {'objective': -abs(float(output) - 15)}\n",
    "brief.md": "Return 15.\n",
    "run.yaml": "extends: base.yaml\nbudget: {tickets: 60, target: 0}\nexecutor: {sandbox: none}\n",
}
TEXT = {
    **CODE,
    "problem.yaml": (
        "name: little\nsummary: little to change\nlanguage: text\npipeline: text\n"
        "program: {entry: text, file: text.txt}\n"
        "objective: {name: value, direction: maximize}\n"
    ),
    "evaluate.py": "def evaluate(output, params):\n    return {'objective': float(len(output))}\n",
    "brief.md": "Say much.\n",
    "run.yaml": "extends: base.yaml\nbudget: {tickets: 60}\nexecutor: {sandbox: none}\n",
}


def run(tmp_path, capsys, files, **seeds):
    for name, text in {**files, **{f"seeds/{stem}": text for stem, text in seeds.items()}}.items():
        (tmp_path / "little" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "little" / name).write_text(text)
    code = main(["run", str(tmp_path / "little"), "--runs-dir", str(tmp_path / "runs")])
    (folder,) = [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    with open_run(folder) as view:
        return code, capsys.readouterr().out, view.status()


def test_a_return_of_one_name_is_changed_by_expressions(tmp_path, capsys):
    code, said, status = run(tmp_path, capsys, CODE, **{"one.py": "def answer(a, b, seed):\n    return a\n"})
    assert code == 0
    assert "found to change in the seed: 0 numbers, 0 statements, 0 ideas, " in said
    assert " expressions" in said
    assert (status["stop_reason"], status["best"]["objective"]) == ("target", 0.0)
    assert status["outcomes"].get("UNPARSABLE", 0) < 3


@pytest.mark.parametrize("seeds", [{"one.txt": "hello\n"}, {"one.txt": "hello\n", "two.txt": "goodbye\n"}])
def test_a_text_without_anything_to_change_ends_as_soon_as_that_is_known(tmp_path, capsys, seeds):
    code, said, status = run(tmp_path, capsys, TEXT, **seeds)
    assert code == 0
    assert ": 0 numbers, 0 statements, 0 ideas, " in said
    assert (status["state"], status["stop_reason"]) == ("finished", "nothing left to try")
    assert "(nothing left to try)" in said
    assert "evo resume" not in said
    if len(seeds) == 1:
        assert status["outcomes"] == {"PROPOSED": 1, "UNPARSABLE": 1}


def test_one_whose_moves_are_used_up_ends_before_twenty_failures_in_a_row(tmp_path, capsys):
    code, said, status = run(tmp_path, capsys, TEXT, **{"one.txt": "one\ntwo\n"})
    assert (code, status["stop_reason"]) == (0, "nothing left to try")
    assert 0 < status["outcomes"]["UNPARSABLE"] < 40
    assert "Paused" not in said

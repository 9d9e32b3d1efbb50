"""`problems`, `new`, `check`, `score`: exit codes, keys, and a scaffold that works."""

import json
import shutil

import pytest

from evo.config.resources import resolve

RING = "circle_packing/26"
HEAD = "extends: base\nproblem: circle_packing/26\nbudget: {tickets: 30}\n"


def test_problems(evo, here):
    rows = json.loads(evo("problems", "--json").out)
    packing = next(row for row in rows if row["name"] == "circle_packing")
    assert packing["shipped"]
    assert packing["objective"] == {"name": "sum_of_radii", "direction": "maximize", "unit": "side lengths"}
    assert [instance["name"] for instance in packing["instances"]] == ["26", "32"]
    assert packing["instances"][0]["best_known"]["value"] == 2.635983084917608
    assert "circle_packing/26" in evo("problems").out


@pytest.mark.parametrize("name", ["circle_packing", "circle_packing/32"])
def test_one_problem(evo, here, name):
    assert json.loads(evo("problems", name, "--json").out)["name"] == "circle_packing"
    assert "radius_spread" in evo("problems", name).out


def test_an_unknown_problem_names_the_nearest(evo, here):
    result = evo("problems", "circle_pakcing")
    assert result.code == 4
    assert "did you mean circle_packing?" in result.err


def test_a_broken_local_problem_does_not_hide_the_others(evo, here):
    broken = here / "problems" / "mine"
    broken.mkdir(parents=True)
    (broken / "problem.yaml").write_text("name: mine\nsumary: x\n")
    result = evo("problems", "--json")
    assert result.code == 0
    assert "circle_packing" in {row["name"] for row in json.loads(result.out)}
    assert "did you mean summary?" in result.err


def test_a_new_problem_works_as_it_stands(evo, here):
    assert evo("new", "knapsack").code == 0
    folder = here / "problems" / "knapsack"
    assert len((folder / "evaluate.py").read_text().splitlines()) <= 25
    checked = evo("check", folder)
    assert checked.code == 0, checked.out
    assert checked.out.count("ok    case") == 5
    assert "knapsack/10 seed push.py  VALID" in checked.out
    assert "knapsack/20 prompt" in checked.out
    assert not json.loads(evo("problems", "knapsack", "--json").out)["shipped"]
    ran = evo("run", "base", "--set", "problem=knapsack", "--set", "budget.tickets=6")
    assert ran.code == 0, ran.err
    again = evo("new", "knapsack")
    assert again.code == 1
    assert "left as it is" in again.err


@pytest.mark.parametrize("name", ["Knapsack", "../up", "", "9lives"])
def test_a_name_that_no_problem_may_have(evo, here, name):
    assert evo("new", name).code == 2
    assert not list(here.iterdir())


def test_check_tells_what_is_wrong(evo, here):
    evo("new", "mine")
    folder = here / "problems" / "mine"
    cases = folder / "cases.yaml"
    cases.write_text(
        cases.read_text().replace("objective: 1.0", "objective: 2.0").replace("lies outside", "lies elsewhere")
    )
    (folder / "seeds" / "scatter.py").write_text(
        "def spread(n, seed):\n    return [[0, 0]] * n  # all the same, on purpose\n"
    )
    problem = folder / "problem.yaml"
    problem.write_text(
        problem.read_text().replace("border_share: {low: 0.0, high: 1.0", "border_share: {low: 0.9, high: 1.0")
    )
    result = evo("check", folder)
    assert result.code == 1
    failed = [line for line in result.out.splitlines() if line.startswith("FAIL")]
    assert len(failed) == 6
    assert any("expected 2.0; got 1.0" in line for line in failed)
    assert any("expected a refusal with 'lies elsewhere'" in line for line in failed)
    assert any("two points are the same" in line for line in failed)
    assert any("measure border_share" in line and "outside [0.9, 1]" in line for line in failed)


def test_a_seed_without_a_steady_score_fails(evo, here):
    evo("new", "mine")
    seeds = here / "problems" / "mine" / "seeds"
    (seeds / "push.py").write_text(
        "import random\n\n\ndef spread(n, seed):\n    return [[random.SystemRandom().random(), 0] for _ in range(n)]\n"
    )
    result = evo("check", "mine/10")
    assert result.code == 1
    assert "one program, two scores" in result.out


CALLED = {
    "problem.yaml": """
name: asked
summary: a function that the judge calls
program: {entry: f, called_by: judge}
objective: {name: total, direction: maximize}
params: {n: 2}
instances: {few: {params: {n: 1}}, many: {params: {n: 3}}}
default_instance: many
""",
    "evaluate.py": "def evaluate(candidate, params):\n    return {'objective': candidate.call('f', params['n'])}\n",
    "brief.md": "Large numbers.\n",
    "seeds/one.py": "def f(n):\n    return n\n",
    "cases.yaml": "- {name: the default, program: seeds/one.py, objective: 3}\n"
    "- {name: the other, program: seeds/one.py, instance: few, objective: 1}\n",
    "picture.py": "def draw(candidate, params, path):\n    open(path, 'w').write(str(candidate.call('f', 1)))\n",
}


def test_check_of_a_judge_that_calls_the_program(evo, here):
    for name, text in CALLED.items():
        path = here / "problems" / "asked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = evo("check", "asked")
    assert result.code == 0, result.out
    assert "case 'the default'  3.0" in result.out
    assert "case 'the other'  1.0" in result.out
    assert "asked/few picture  1 bytes" in result.out


def test_check_configs_and_pipelines(evo, here):
    result = evo("check", "base", "smoke", "two_islands", "default", "minimal")
    assert result.code == 0, result.out + result.err
    assert sum(line.startswith("ok ") for line in result.out.splitlines()) == 5
    assert "─ score" in result.out, "pipelines are drawn"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", HEAD + "selector: {use: tournament, sise: 3}\n", "did you mean size"),
        ("a.yaml", HEAD + "emitters: [{use: dif}]\n", "did you mean diff"),
        ("a.yaml", HEAD + "llms: {fast: {use: ofline}}\n", "did you mean offline"),
        ("a.yaml", HEAD + "archive: {measures: {wall_shere: {}}}\n", "did you mean wall_share"),
        (
            "a.yaml",
            "stages:\n  call: {use: call, upstream: [score]}\n  score: {use: score, upstream: [call]}\n",
            "wait for",
        ),
        ("a.yaml", "selector: {use: tornament}\n", "did you mean tournament"),
        ("a.yaml", "extends: [\n", "not valid YAML"),
    ],
)
def test_check_refuses_invalid_files_with_their_place(evo, here, name, text, said):
    (here / name).write_text(text)
    result = evo("check", name, "default")
    assert result.code == 3
    assert said in result.err
    assert name in result.err
    assert "ok" in result.out  # the others are checked all the same


@pytest.mark.parametrize(("path", "code"), [("nope.yaml", 4), ("empty", 4), ("text.txt", 2)])
def test_check_of_something_else(evo, here, path, code):
    (here / "empty").mkdir()
    (here / "text.txt").write_text("")
    assert evo("check", path).code == code


def test_score_a_raw_output(evo, here):
    evo("new", "mine")
    (here / "four.json").write_text(json.dumps([[i % 5 / 4, i // 5 / 4] for i in range(10)]))
    result = evo("score", "mine", "four.json", "--json")
    assert (result.code, result.err) == (0, "")
    data = json.loads(result.out)
    assert set(data) == {"status", "objective", "measures", "metrics", "detail", "best_known"}
    assert data["best_known"] is None
    assert (data["status"], data["objective"]) == ("VALID", 0.25)


def scored_beside(evo, here, record, judge=None):
    """Score ten points of a grid, 0.25 apart, in a problem whose best known value is given."""
    evo("new", "mine")
    folder = here / "problems" / "mine"
    text = (folder / "problem.yaml").read_text()
    known = f"  best_known: {{value: {record}, source: a table, date: '2026-10-01'}}\n"
    (folder / "problem.yaml").write_text(text.replace("  unit: side lengths\n", "  unit: side lengths\n" + known))
    if judge:
        (folder / "evaluate.py").write_text(judge)
    (here / "four.json").write_text(json.dumps([[i % 5 / 4, i // 5 / 4] for i in range(10)]))
    return evo("score", "mine", "four.json"), json.loads(evo("score", "mine", "four.json", "--json").out)["best_known"]


def test_a_score_short_of_the_record_says_how_far(evo, here):
    result, known = scored_beside(evo, here, 0.5)
    assert "Best known value 0.5: 50 % of it, 0.25 to go." in result.out
    assert known == {"value": 0.5, "source": "a table", "date": "2026-10-01", "gain": -0.25, "confirmed": None}


def test_the_record_itself_is_no_shout(evo, here):
    result, known = scored_beside(evo, here, 0.25)
    assert "Best known value 0.25 reached (exactly)." in result.out
    assert (known["gain"], known["confirmed"]) == (0.0, None)


def test_a_score_above_the_record_is_checked_again_and_said_in_capitals(evo, here):
    result, known = scored_beside(evo, here, 0.2)
    assert "BEATS THE BEST KNOWN VALUE 0.2 BY 0.05. SCORED TWICE" in " ".join(result.out.split())
    assert known["confirmed"] is True
    assert known["gain"] == pytest.approx(0.05)


UNSTEADY = """\
import os

def evaluate(output, params):
    return {"objective": 1.0 + os.getpid(), "measures": {"border_share": 0.5, "evenness": 0.5}}
"""


def test_a_record_that_does_not_repeat_is_not_believed(evo, here):
    result, known = scored_beside(evo, here, 0.2, judge=UNSTEADY)
    assert "BUT A SECOND SCORE WAS NOT THE SAME" in " ".join(result.out.split())
    assert known["confirmed"] is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[NaN, 0, 0]]", "NaN"),
        ("[[Infinity, 0, 0]]", "Infinity"),
        ("[[0.5, 0.5, 0.5]]", "expected a list of"),
        ('{"circles": []}', "got an object"),
        ("nonsense", "not JSON"),
        ("[" * 100_000, "nested deeper"),
        ("[" + "0," * 5_000_000 + "0]", "expected 8000000 at most"),
    ],
    ids=["nan", "infinity", "count", "object", "text", "nested", "ten megabytes"],
)
def test_a_raw_output_is_refused_with_a_reason(evo, here, text, said):
    (here / "x.json").write_text(text)
    result = evo("score", RING, "x.json", "--json")
    assert result.code == 1
    data = json.loads(result.out)
    assert (data["status"], data["objective"]) == ("INVALID", None)
    assert said in data["detail"]


def test_score_a_program_or_a_folder(evo, here):
    evo("new", "mine")
    seed = here / "problems" / "mine" / "seeds" / "push.py"
    single = json.loads(evo("score", "mine", seed, "--json").out)
    assert single["measures"].keys() == {"border_share", "evenness", "code_length", "complexity"}
    folder = here / "several"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__pycache__" / "program.pyc").write_bytes(b"\xff")
    (folder / "program.py").write_text("from part import spread\n\n\ndef entry():\n    return spread\n")
    (folder / "part.py").write_text(seed.read_text())
    assert evo("score", "mine", folder).code in {0, 1}
    (folder / "program.py").write_text(seed.read_text())
    assert json.loads(evo("score", "mine", folder, "--json").out)["objective"] == single["objective"]


def test_a_failing_program_says_why(evo, here):
    (here / "p.py").write_text("def pack(n, seed, work):\n    raise ValueError('no idea')\n")
    result = evo("score", RING, "p.py")
    assert result.code == 1
    assert "FAILED" in result.out
    assert "no idea" in result.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((RING, "here.jsn"), 4, "did you mean here.json?"),
        (("circle_pakcing", "here.json"), 4, "did you mean circle_packing?"),
        (("circle_packing/27", "here.json"), 4, "there are 26, 32"),
        ((RING, "here.txt"), 2, "expected a program"),
        ((RING, "folder"), 4, "no program.py"),
    ],
)
def test_score_of_something_else(evo, here, words, code, said):
    (here / "here.json").write_text("[]")
    (here / "here.txt").write_text("")
    (here / "folder").mkdir()
    result = evo("score", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
def test_a_problem_names_its_pipeline(evo, here):
    folder = resolve("problems", "number_partition")
    seed = next((folder / "seeds").glob("*.cpp"))
    assert evo("score", "number_partition/tiny", seed).code == 0
    assert "pipeline command" in evo("check", "number_partition").out
    assert evo("run", "number_partition", "--set", "budget.tickets=3", "--set", "executor.workers=1").code == 0
    (config,) = here.glob("runs/*/run.yaml")
    assert "pipeline: command" in config.read_text()
    assert evo("resume", "--set", "budget.tickets=4").code == 0
    assert evo("check", "smoke").out.count("pipeline default") == 1
    chosen = evo("run", "number_partition", "--set", "budget.tickets=2", "--set", "pipeline=nowhere")
    assert (chosen.code, "pipeline 'nowhere' not found" in chosen.err) == (4, True)


def test_a_pipeline_can_be_drawn(evo, here):
    assert evo("check", "cascade", "--svg", here / "one.svg").code == 0
    assert "screen" in (here / "one.svg").read_text()
    assert evo("check", "cascade", "default", "--svg", here).code == 0
    assert (here / "default.svg").read_text().startswith("<svg")
    assert evo("check", "cascade", "default", "--svg", here / "two.svg").code == 2
    assert evo("check", "smoke", "--svg", here).code == 2
    assert evo("check", "cascade", "--svg", here / "no" / "x.svg").code == 2


def test_problems_show_the_best_of_our_runs(evo, here):
    assert evo("new", "knapsack").code == 0
    words = ["run", "base", "--quiet", "--set", "problem=knapsack/10", "--set", "budget.tickets=3"]
    assert evo(*words).code == 0
    best = json.loads(evo("best", "--json").out)
    row = json.loads(evo("problems", "knapsack", "--json").out)
    ours = {each["name"]: each["ours"] for each in row["instances"]}
    assert ours["10"]["objective"] == best["objective"]
    assert ours["10"]["program"] == best["program"]
    assert ours["20"] is None
    line = next(line for line in evo("problems").out.splitlines() if line.startswith("knapsack/10"))
    assert ours["10"]["run"] in line
    assert "local" in line
    assert ours["10"]["run"] in evo("problems", "knapsack").out


def test_the_catalogue_fits_a_terminal(here):
    from evo.render.console import plain
    from evo.render.problems import Catalogue

    instance = {
        "name": "26",
        "best_known": {"value": 2.5, "source": "A long source " * 6, "date": "2026-10-01"},
        "ours": {"objective": 2.25, "run": "r", "program": "p"},
        "gain": -0.25,
    }
    row = {
        "name": "packing",
        "summary": "Words " * 30,
        "shipped": False,
        "objective": {"direction": "maximize", "name": "sum"},
        "instances": [instance],
    }
    lines = plain(Catalogue([row]), width=70).splitlines()
    assert max(map(len, lines)) <= 70
    assert lines[0] == "packing  maximize sum  (local)"
    assert any(line.startswith("  26  best known 2.5 (2026-10-01)  ours 2.25  -0.25") for line in lines)

"""Files put to the test."""

import re

import pytest

HEAD = "extends: base\nproblem: circle_packing/26\nbudget: {tickets: 30}\n"
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
    assert "noise: 3 scores of one program" in result.out
    assert "repeats: {times: 3" in result.out


JUDGE_OF_CHANCE = """
import random


def evaluate(output, params):
    return {"objective": len(output) + random.SystemRandom().random(), "measures": {"size": len(output)}}
"""


def test_noise_is_found_measured_against_the_seeds_and_lived_with_where_a_run_heeds_it(evo, here):
    files = {
        "problem.yaml": "name: chance\nsummary: luck\nprogram: {entry: solve}\n"
        "objective: {direction: maximize}\nmeasures: {size: {low: 0, high: 20}}\n",
        "brief.md": "Be lucky.\n",
        "evaluate.py": JUDGE_OF_CHANCE,
        "seeds/one.py": "def solve(seed):\n    return [1]\n",
        "seeds/ten.py": "def solve(seed):\n    return [1] * 11\n",
    }
    folder = here / "problems" / "chance"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    result = evo("check", "chance")
    assert result.code == 1
    told = [line for line in result.out.splitlines() if "noise: 3 scores" in line]
    assert len(told) == 2
    share = re.search(r"([\d.]+) apart, (\d+)% of the ([\d.]+) between the seeds", told[0])
    assert 0 < float(share[1]) < 1
    assert 9 < float(share[3]) < 11
    assert abs(float(share[1]) / float(share[3]) - int(share[2]) / 100) < 0.01
    (folder / "run.yaml").write_text(
        "extends: base.yaml\nbudget: {tickets: 5}\narchive: {measures: {size: {cells: 4}}, "
        "replacement: beyond_noise}\nemitters: [diff, retest]\n"
    )
    result = evo("check", "chance")
    assert result.code == 0, result.out
    assert "run.yaml heeds it" in result.out
    (folder / "problem.yaml").write_text(files["problem.yaml"] + "data: [missing.bin]\n")
    assert "no file or folder 'missing.bin'" in evo("check", "chance").err


@pytest.mark.parametrize(("numbers", "code", "said"), [((4, 4, 4), 1, "all 3 score 4"), ((4, 4, 6), 0, "2.0 apart")])
def test_seeds_that_score_alike_are_refused_and_their_spread_is_told(evo, here, numbers, code, said):
    files = {
        "problem.yaml": "name: level\nsummary: flat\nprogram: {entry: solve}\n"
        "objective: {direction: maximize}\nmeasures: {size: {low: 0, high: 20}}\n",
        "brief.md": "Be long.\n",
        "evaluate.py": "def evaluate(output, params):\n"
        "    return {'objective': len(output), 'measures': {'size': len(output)}}\n",
        **{f"seeds/{place}.py": f"def solve(seed):\n    return [{place}] * {n}\n" for place, n in enumerate(numbers)},
    }
    for name, text in files.items():
        path = here / "problems" / "level" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = evo("check", "level")
    assert result.code == code, result.out
    assert said in next(line for line in result.out.splitlines() if "level seeds" in line)


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


def test_a_pipeline_can_be_drawn(evo, here):
    assert evo("check", "cascade", "--svg", here / "one.svg").code == 0
    assert "screen" in (here / "one.svg").read_text()
    assert evo("check", "cascade", "default", "--svg", here).code == 0
    assert (here / "default.svg").read_text().startswith("<svg")
    assert evo("check", "cascade", "default", "--svg", here / "two.svg").code == 2
    assert evo("check", "smoke", "--svg", here).code == 2
    assert evo("check", "cascade", "--svg", here / "no" / "x.svg").code == 2


CONFIG = """
problem: circle_packing/26
budget: {tickets: 5}
llms: {fast: LLM}
emitters: [{use: diff, llm: fast}]
archive: {measures: {radius_spread: {cells: 4}}}
"""
MODEL = '{use: openai, model: m, base_url: "http://127.0.0.1:9/v1"}'


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (CONFIG + "schedule: {slots: 8, window: 4}\n", 0, "schedule.window 4 is smaller than schedule.slots 8"),
        (CONFIG.replace("cells: 4", "cells: 1"), 0, "the archive has one cell"),
        (CONFIG + "seed: 9223372036854775808\n", 3, "seed: expected an integer, at most 9223372036854775807"),
        (CONFIG + "seed: -1\n", 3, "seed: expected an integer, at least 0"),
        (CONFIG + "seed: 1.0\n", 3, "seed: expected an integer"),
        (CONFIG.replace("tickets: 5", "usd: 5").replace("LLM", MODEL), 3, "prices"),
        (CONFIG.replace("LLM", MODEL.replace("/v1", "/v1 ")), 3, "without blanks"),
        (CONFIG.replace("LLM", MODEL.replace("127.0.", "127.0. ")), 3, "without blanks"),
        (CONFIG.replace("LLM", MODEL.replace('"http', '" http')), 3, "without blanks"),
    ],
)
def test_what_a_config_may_not_mean_is_said(evo, tmp_path, text, code, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("LLM", "offline"))
    result = evo("check", path)
    assert result.code == code, result.out + result.err
    assert words in result.out + result.err


def test_an_import_that_is_not_installed_is_said(evo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    evo("new", "spread")
    path = tmp_path / "problems" / "spread" / "problem.yaml"
    path.write_text(path.read_text().replace("numpy]", "numpy, nowhere_to_be_found.part]"))
    (tmp_path / "mine.yaml").write_text("problem: spread\nextends: base.yaml\nbudget: {tickets: 5}\n")
    result = evo("check", tmp_path / "mine.yaml")
    assert "program.imports: nowhere_to_be_found is not installed here" in result.out, result.err

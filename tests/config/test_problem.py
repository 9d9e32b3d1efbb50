from __future__ import annotations

from pathlib import Path

import pytest

from evo.config.document import parse
from evo.config.problem import Problem, load_cases, load_problem
from evo.config.problem_spec import BestKnown, ProblemLimits, ProblemSpec
from evo.config.validation import validate
from evo.errors import NotFoundError, SpecError
from evo.records import Direction

MINIMAL = """
name: sums
summary: Add numbers.
program: {entry: solve}
objective: {direction: maximize}
"""
FULL = """
name: circles
summary: Pack n circles into a square.
source: somebody, 1999
language: python
program:
  entry: pack
  file: program.py
  signature: "def pack(n: int, *, seed: int, work: int) -> list[list[float]]"
  editable: markers
  imports: [math, numpy]
objective: {name: sum of radii, direction: maximize, unit: "", best_known: {value: 2, source: me, date: 2024-01-01}}
measures:
  spread: {meaning: spread of radii, low: 0, high: 0.5, unit: ""}
seed: 5
limits: {cpu_seconds: 20, memory_mb: 300}
params: {n: 10, work: 100}
instances:
  26: {params: {n: 26}, best_known: {value: 2.5}, limits: {cpu_seconds: 30}}
  32: {params: {n: 32}}
default_instance: "26"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pack(text: str = FULL, folder: str = "problems/circles") -> Path:
    path = Path(folder)
    (path / "seeds").mkdir(parents=True, exist_ok=True)
    (path / "problem.yaml").write_text(text.lstrip())
    (path / "brief.md").write_text("Pack them.\n")
    (path / "evaluate.py").write_text("raise SystemExit('never imported here')\n")
    (path / "seeds" / "ring.py").write_text("x = 1")
    (path / "seeds" / "grid.py").write_text("x = 2")
    return path


def test_everything_optional_has_a_default() -> None:
    pack(MINIMAL, "problems/sums")
    problem = load_problem("sums")
    spec = problem.spec
    assert (spec.language, spec.seed, spec.program.file, spec.program.editable) == ("python", 0, "program.py", "whole")
    assert spec.objective.direction is Direction.MAXIMIZE
    assert problem.limits == ProblemLimits()
    assert (problem.label, problem.instance, dict(problem.params), problem.best_known) == ("sums", "", {}, None)
    assert (problem.ideas, problem.picture, problem.cases) == (None, None, None)
    assert problem.brief == "Pack them.\n"
    assert problem.judge == Path("problems/sums/evaluate.py")
    assert [(name, program.text) for name, program in problem.seeds] == [("grid.py", "x = 2\n"), ("ring.py", "x = 1\n")]


def test_instances_merge_over_the_problem() -> None:
    pack()
    problem = load_problem("circles/26")
    assert problem.label == "circles/26"
    assert problem.params == {"n": 26, "work": 100}
    assert problem.best_known == BestKnown(value=2.5)
    assert problem.limits == ProblemLimits(cpu_seconds=30.0, memory_mb=300.0)
    other = load_problem("circles/32")
    assert other.limits.cpu_seconds == 20.0
    assert other.best_known == BestKnown(value=2.0, source="me", date="2024-01-01")
    assert load_problem("circles") == problem
    assert problem.fingerprint != other.fingerprint


def test_addresses(here: Path) -> None:
    pack()
    by_name = load_problem("circles/26")
    assert load_problem("problems/circles/26") == by_name
    assert load_problem(f"{here}/problems/circles/26").label == "circles/26"
    assert load_problem("./circles/32", beside=Path("problems")).instance == "32"
    assert load_problem("circles", beside=Path("elsewhere")) == by_name


def test_the_current_folder_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack())
    assert load_problem(".").label == "circles/26"
    assert load_problem("./32").label == "circles/32"


def test_what_does_not_exist_names_what_does() -> None:
    pack()
    for address, expected in {
        "circles/27": r"problem circles has no instance '27'; there are 26, 32",
        "circels/26": r"problem 'circels' not found; did you mean circles\?",
        "circels": r"problem 'circels' not found; did you mean circles\?",
        "circles/": None,
    }.items():
        if expected is None:
            assert load_problem(address).label == "circles/26"
            continue
        with pytest.raises(NotFoundError, match=expected):
            load_problem(address)
    pack(MINIMAL, "problems/sums")
    with pytest.raises(NotFoundError, match="problem sums has no instance '3'; it has no instances"):
        load_problem("sums/3")


def test_without_a_default_the_instance_must_be_named() -> None:
    pack(FULL.replace('default_instance: "26"\n', ""))
    with pytest.raises(NotFoundError, match=r"which instance\? write circles/26; there are 26, 32"):
        load_problem("circles")
    pack(MINIMAL + "instances: {one: {params: {n: 1}}}\n", "problems/sums")
    assert load_problem("sums").label == "sums/one"


def test_parameters_of_the_run_s_own() -> None:
    pack()
    problem = load_problem("circles/26", params={"n": 30})
    assert problem.label == "circles(n=30, work=100)"
    assert (problem.best_known, problem.instance, problem.overridden) == (None, "", True)
    assert problem.limits.cpu_seconds == 30.0
    same = load_problem("circles/26", params={"n": 26})
    assert same == load_problem("circles/26")
    with pytest.raises(SpecError, match=r"params\.wrok: circles has no such parameter; did you mean work\?"):
        load_problem("circles/26", params={"wrok": 1})


def test_the_fingerprint_follows_what_scores_mean() -> None:
    folder = pack()
    first = load_problem("circles/26").fingerprint
    assert len(first) == 32
    (folder / "brief.md").write_text("Pack them well.\n")
    (folder / "seeds" / "third.py").write_text("x = 3\n")
    (folder / "picture.py").write_text("# prettier\n")
    assert load_problem("circles/26").fingerprint == first
    (folder / "rules.py").write_text("# what the judge imports\n")
    beside = load_problem("circles/26").fingerprint
    assert beside != first
    (folder / "rules.py").unlink()
    assert load_problem("circles/26").fingerprint == first
    (folder / "evaluate.py").write_text("# stricter\n")
    assert load_problem("circles/26").fingerprint != first


def test_seeds_of_several_files() -> None:
    folder = pack()
    several = folder / "seeds" / "several"
    (several / "lib" / "__pycache__").mkdir(parents=True)
    (several / "program.py").write_text("import lib\n")
    (several / "lib" / "a.py").write_text("x = 1\n")
    (several / "lib" / "__pycache__" / "a.pyc").write_bytes(b"\xff")
    (folder / "seeds" / "notes.txt").write_text("no seed\n")
    (folder / "seeds" / "empty").mkdir()
    seeds = dict(load_problem("circles").seeds)
    assert list(seeds) == ["grid.py", "ring.py", "several"]
    assert dict(seeds["several"].files) == {"lib/a.py": "x = 1\n", "program.py": "import lib\n"}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("brief.md", r"^problems/circles/brief\.md: missing; every problem has"),
        ("evaluate.py", r"^problems/circles/evaluate\.py: missing; every problem has"),
        ("seeds/*.py", r"^problems/circles/seeds: no seed; expected at least one first program, for example seed\.py"),
    ],
)
def test_missing_parts(part: str, expected: str) -> None:
    for path in pack().glob(part):
        path.unlink()
    with pytest.raises(SpecError, match=expected):
        load_problem("circles")


def test_seeds_that_cannot_be_programs() -> None:
    folder = pack()
    (folder / "seeds" / "ring.py").write_bytes(b"x = '\xff'\n")
    with pytest.raises(SpecError, match=r"^problems/circles/seeds/ring\.py:1:6: byte 0xff is not UTF-8"):
        load_problem("circles")
    (folder / "seeds" / "ring.py").write_text("#" * 300_000)
    with pytest.raises(SpecError, match=r"^problems/circles/seeds/ring\.py: more than 262144 bytes"):
        load_problem("circles")


WRONG = {
    ("direction: maximize", "direction: up"): "objective.direction: expected one of maximize, minimize; got 'up'",
    ("low: 0,", "low: 1,"): "measures.spread.high: expected a number above low (1.0); got 0.5",
    ("low: 0,", "min: 0,"): "measures.spread.min: unknown key; did you mean meaning?",
    (
        "name: circles",
        "name: Circles!",
    ): "name: expected a name of at most 64 small letters, digits and _; got 'Circles!'",
    ("cpu_seconds: 30", "cpu: 30"): "instances.26.limits.cpu: unknown key; did you mean cpu_seconds?",
    ("cpu_seconds: 30", "cpu_seconds: 0"): "instances.26.limits.cpu_seconds: expected a number, above 0; got 0",
    ("value: 2,", ""): "objective.best_known.value: missing; expected a number",
    ("date: 2024-01-01", "date: 2024"): "objective.best_known.date: expected a text; got 2024; write it in quotes",
    ('"26"', '"27"'): "default_instance: no instance '27'; there are 26, 32",
    ("  32:", "  a/b:"): "instances: the name 'a/b' cannot be part of an address; expected for example 26",
    ("imports: [math", "imports: [1"): "program.imports.0: expected a text, not empty; got 1; write it in quotes",
    ("editable: markers", "editable: all"): "program.editable: expected markers, whole or a list of globs; got 'all'",
}


@pytest.mark.parametrize("change", WRONG)
def test_wrong_problem_files(change: tuple[str, str]) -> None:
    assert change[0] in FULL
    text = FULL.lstrip().replace(*change)
    with pytest.raises(SpecError) as caught:
        validate(parse(text, "problem.yaml"), ProblemSpec)
    error = caught.value
    assert str(error).split(": ", 1)[1].startswith(WRONG[change])
    assert error.line
    assert text.splitlines()[error.line - 1] in error.excerpt or len(text.splitlines()[error.line - 1]) > 100


def with_cases(text: str) -> Problem:
    (pack() / "cases.yaml").write_text(text)
    return load_problem("circles/26")


def test_cases() -> None:
    problem = with_cases("""
- {name: one, output: [[0.5, 0.5, 0.5]], objective: 0.5, source: by hand, params: {n: 1}, tolerance: 1e-9}
- {name: none, output: ~, refused: expected a list}
- {name: other, output: [], objective: 0, instance: "32"}
""")
    one, none, other = load_cases(problem)
    assert (one.output, one.objective, one.tolerance, one.params) == ([[0.5, 0.5, 0.5]], 0.5, 1e-9, {"n": 1})
    assert (none.output, none.objective, none.refused) == (None, None, "expected a list")
    assert (other.objective, other.instance) == (0.0, "32")
    pack(folder="problems/again")
    assert load_cases(load_problem("again")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- {name: a, output: 1}", ":1:3: 0: expected either objective .* got neither"),
        ("- {name: a, output: 1, objective: 1, refused: x}", ":1:3: 0: expected either objective .* got both"),
        ("- {name: a, objective: 1}", r":1:3: 0: expected output \(program.called_by decides which\); got neither"),
        ("- {name: a, program: a.py, objective: 1}", "expected output .* got program"),
        ("- {name: a, output: 1, objektive: 1}", r":1:24: 0\.objektive: unknown key; did you mean objective\?"),
        ("- {name: a, output: .nan, objective: 1}", "expected a finite one"),
        ("a: 1", ":1:1: expected a list of cases"),
        ("- {name: a, output: 1, objective: 1, instance: '27'}", r"0\.instance: no instance '27'; there are 26, 32"),
        (
            "- {name: a, output: 1, objective: 1}\n- {name: a, output: 2, objective: 1}",
            r":2:10: 1\.name: there is another case 'a'",
        ),
    ],
)
def test_wrong_cases(text: str, expected: str) -> None:
    problem = with_cases(text)
    with pytest.raises(SpecError, match=f"^problems/circles/cases.yaml:.*{expected.removeprefix(':')}"):
        load_cases(problem)

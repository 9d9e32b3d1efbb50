"""Instances that vary, and earlier addresses: what resolves, what is vouched for, and when a claim lapses."""

from pathlib import Path

import pytest

from evo.config.problem import lapsed, load_problem
from evo.errors import EvoWarning, NotFoundError, SpecError

PROBLEM = """\
name: knots
summary: Knots in a square.
program: {entry: tie, signature: tie(n)}
objective: {name: length, direction: maximize, unit: m, best_known: {value: 1}}
measures: {turns: {low: 0, high: 1}}
params: {n: 3}
judge_params: {shape: square}
default_instance: square
instances:
  square: {}
  round:
    summary: Knots in a circle.
    brief: round.md
    params: {n: 4}
    judge_params: {shape: circle}
    seed: 9
    seeds: [circles, two.py]
    ideas: round
    program: {signature: "tie(n, more)"}
    objective: {name: weight, direction: minimize}
    measures: {bends: {low: 0, high: 2}}
    limits: {cpu_seconds: 3}
"""
FORMERLY = """\
formerly:
  round_knots/4: {instance: round, recorded: "0123", equals: "EQUALS"}
  round_knots/5: {instance: round}
  knots/square: {instance: square, recorded: "4567", equals: "MEANT"}
"""
FILES = {
    "evaluate.py": "def evaluate(output, params):\n    return {}\n",
    "brief.md": "A square.\n",
    "round.md": "A circle.\n",
    "seeds/one.py": "def tie(n): return 1\n",
    "seeds/two.py": "def tie(n): return 2\n",
    "seeds/circles/three.py": "def tie(n): return 3\n",
    "ideas/a.py": "",
    "ideas/round/b.py": "",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(PROBLEM)


def write(problem: str, **files: str) -> None:
    for name, text in {"problem.yaml": problem, **FILES, **files}.items():
        path = Path("problems/knots") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def claim() -> None:
    """Write the claims that hold now: they stand in what `lapsed` says."""
    write(PROBLEM + FORMERLY)
    equals, meant = (text.rpartition(" ")[2] for text in lapsed(Path("problems/knots")))
    write(PROBLEM + FORMERLY.replace("EQUALS", equals).replace("MEANT", meant))
    assert lapsed(Path("problems/knots")) == []


def renamed(address: str, now: str = "knots/round"):
    with pytest.warns(EvoWarning, match=f"is now {now}$"):
        return load_problem(address)


def test_an_instance_says_what_is_different() -> None:
    square, circle = load_problem("knots"), load_problem("knots/round")
    assert (square.spec.summary, square.brief, square.spec.seed) == ("Knots in a square.", "A square.\n", 0)
    assert (circle.spec.summary, circle.brief, circle.spec.seed) == ("Knots in a circle.", "A circle.\n", 9)
    assert (circle.params, circle.judge_params) == ({"n": 4}, {"shape": "circle"})
    assert (square.params, square.judge_params) == ({"n": 3}, {"shape": "square"})
    aim = circle.spec.objective
    assert (aim.name, aim.direction, aim.unit) == ("weight", "minimize", "m")
    assert circle.best_known is None, "a record of another objective is none of this one"
    assert square.best_known is not None
    assert [*circle.spec.measures] == ["bends"]
    assert circle.spec.program.signature == "tie(n, more)"
    assert (circle.limits.cpu_seconds, square.limits.cpu_seconds) == (3, 10)
    assert [name for name, _ in square.seeds] == ["one.py", "two.py"]
    assert [name for name, _ in circle.seeds] == ["circles/three.py", "two.py"]
    assert circle.ideas == Path("problems/knots/ideas/round")
    assert square.fingerprint != circle.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seeds: [circles, two.py]", "seeds: [too.py]", r"seeds: no 'too.py' in seeds/; did you mean two.py\?"),
        ("ideas: round", "ideas: rond", r"rond: no such folder"),
        ("brief: round.md", "brief: nothing.md", r"nothing.md: missing"),
        ("objective: {name: weight", "objective: {nmae: weight", r"problem.yaml:20:17: .*did you mean"),
    ],
)
def test_what_an_instance_names_has_to_exist(old: str, new: str, said: str) -> None:
    write(PROBLEM.replace(old, new))
    with pytest.raises(SpecError, match=said):
        load_problem("knots/round")


def test_earlier_addresses_resolve_with_a_word() -> None:
    claim()
    for address in ("round_knots/4", "round_knots", "problems/round_knots/4", "problems/round_knots"):
        problem = renamed(address)
        assert (problem.label, problem.former, problem.folder.name) == ("round_knots/4", True, "knots")
        assert (problem.brief, problem.params) == ("A circle.\n", {"n": 4})
    assert renamed("round_knots/5").label == "round_knots/5"
    with pytest.raises(NotFoundError, match=r"round_knots is now part of knots; did you mean round_knots/4\?"):
        load_problem("round_knots/44")
    with pytest.raises(NotFoundError, match="problem 'rounds' not found"):
        load_problem("rounds")
    assert load_problem("knots/round").label == "knots/round"


def test_a_claim_keeps_the_fingerprint_that_runs_hold() -> None:
    plain = load_problem("knots/round").fingerprint
    claim()
    assert renamed("round_knots/4").fingerprint == "0123"
    assert load_problem("knots/square").fingerprint == "4567"
    assert renamed("round_knots/5").fingerprint not in {"0123", plain}, "nothing is claimed of it"
    assert load_problem("knots/round").fingerprint != "0123", "nor of an address that is new"
    with pytest.warns(EvoWarning):
        own = load_problem("round_knots/4", params={"n": 7})
    assert own.fingerprint != "0123"
    assert own.label == "round_knots(n=7)"


@pytest.mark.parametrize(
    ("old", "new"),
    [("shape: circle", "shape: oval"), ("n: 4", "n: 5"), ("weight", "mass"), ("cpu_seconds: 3", "cpu_seconds: 4")],
)
def test_a_claim_lapses_with_what_it_is_about(old: str, new: str) -> None:
    claim()
    path = Path("problems/knots/problem.yaml")
    path.write_text(path.read_text().replace(old, new))
    assert renamed("round_knots/4").fingerprint != "0123"
    assert load_problem("knots/square").fingerprint == "4567", "the other one stands"
    (said,) = lapsed(path.parent)
    assert said.startswith("formerly.round_knots/4.equals: what round means has changed")


def test_an_edited_judge_ends_every_claim() -> None:
    claim()
    Path("problems/knots/evaluate.py").write_text("def evaluate(output, params):\n    return {'objective': 2}\n")
    assert renamed("round_knots/4").fingerprint != "0123"
    assert load_problem("knots/square").fingerprint != "4567"
    assert len(lapsed(Path("problems/knots"))) == 2


def test_an_earlier_address_needs_an_instance_that_exists() -> None:
    write(PROBLEM + "formerly:\n  round_knots/4: {instance: rund}\n")
    with pytest.raises(SpecError, match=r"formerly: round_knots/4 is to be the instance 'rund'.*did you mean round\?"):
        load_problem("knots")

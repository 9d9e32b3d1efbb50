"""The values, their invariants, and the hash chain."""

import dataclasses
import math
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.records import (
    GENESIS,
    PROGRAM_MAX_BYTES,
    Commit,
    Direction,
    Evaluation,
    EvaluationStatus,
    Outcome,
    Placement,
    PlacementStatus,
    Program,
    Prompt,
    Proposal,
    Request,
    StageResult,
    StageStatus,
    chain,
)

PROGRAM = Program.of("x = 1\n")


def commit(**changes):
    proposal = Proposal(ticket=3, island=1, operator="diff", outcome=Outcome.PROPOSED, program=PROGRAM, parents=("aa",))
    evaluation = Evaluation(
        program=PROGRAM.id,
        status=EvaluationStatus.VALID,
        objective=1.5,
        measures={"x": 0.1},
        stages=(StageResult(stage="score", status=StageStatus.SUCCESS, seconds=0.1),),
    )
    placement = Placement(island=1, cell=(2, 0), status=PlacementStatus.NEW)
    plain = Commit(seq=3, ticket=3, after_seq=-1, proposal=proposal, evaluation=evaluation, placements=(placement,))
    return dataclasses.replace(plain, **changes)


def test_texts_that_differ_in_line_ends_alone_are_one_program():
    assert Program.of("a\r\nb").id == Program.of("a\nb\n\n").id == Program.of({"program.py": "a\rb"}).id
    assert Program.of("a").id != Program.of("b").id
    assert Program.of("a").id != Program.of("a", language="cpp").id
    assert Program.of({"a.py": "1", "b.py": "2"}).id == Program.of({"b.py": "2", "a.py": "1"}).id


@pytest.mark.parametrize("path", ["../x.py", "/x.py", "a//b.py", "a/./b.py", "a b.py", "", "ä.py", "a\nb.py"])
def test_unsafe_paths_are_refused(path):
    with pytest.raises(EvoError, match="expected a relative path"):
        Program.of({path: "x"})


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        pytest.param(["n" * 300], "300 in one name", id="long name"),
        pytest.param(["/".join(["n" * 100] * 10)], "1009 characters", id="long path"),
        pytest.param(["/".join(["d"] * 40)], "39 folders", id="deep"),
        pytest.param([f"{n}.py" for n in range(5000)], "5000 files", id="many files"),
        pytest.param([f"d{n}/x.py" for n in range(600)], "600 files in 600 folders", id="many folders"),
        pytest.param(["a", "a/b"], "'a' is a folder", id="file and folder"),
        pytest.param(["program.py", "program.py/x/y.py"], "'program.py' is a folder", id="entry and folder"),
        pytest.param(["a/b/c", "A/b"], "is a folder", id="file and folder but for case"),
        pytest.param(["Main.py", "main.py"], "differ in case alone", id="case"),
    ],
)
def test_files_that_cannot_lie_side_by_side_are_no_program(paths, why):
    with pytest.raises(EvoError, match=why) as refused:
        Program.of(dict.fromkeys(paths, "x"))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "paths", [["n" * 128], ["/".join(["d" * 28] * 17)], [f"{n}.py" for n in range(1000)], ["a/b", "ab", "a.b", "A/c"]]
)
def test_files_at_the_bounds_are_a_program(paths):
    assert len(Program.of(dict.fromkeys(paths, "x")).files) == len(paths)


def test_a_program_is_never_empty_nor_huge():
    with pytest.raises(EvoError, match="0 files"):
        Program.of({})
    with pytest.raises(EvoError, match=str(PROGRAM_MAX_BYTES)):
        Program.of("x" * (PROGRAM_MAX_BYTES + 1))
    assert len(Program.of({"a.py": "1", "b.py": "2"}).text.split("# file: ")) == 3


@given(st.text())
def test_any_text_has_an_id(text):
    assert len(Program.of(text).id) == 32


@pytest.mark.parametrize("objective", [None, math.nan, math.inf])
def test_valid_means_a_finite_number(objective):
    with pytest.raises(EvoError, match="objective"):
        Evaluation(program="p", status=EvaluationStatus.VALID, objective=objective)


def test_no_score_is_a_negative_zero():
    scored = Evaluation(program="p", status=EvaluationStatus.VALID, objective=-0.0)
    assert str(scored.objective) == "0.0"


@pytest.mark.parametrize("status", [EvaluationStatus.INVALID, EvaluationStatus.FAILED])
@pytest.mark.parametrize("objective", [0.0, math.nan])
def test_a_failure_is_never_a_number(status, objective):
    with pytest.raises(EvoError, match="objective"):
        Evaluation(program="p", status=status, objective=objective)
    assert Evaluation(program="p", status=status).objective is None


@pytest.mark.parametrize("outcome", Outcome)
def test_a_proposal_has_a_program_iff_it_proposed_one(outcome):
    has = outcome in {Outcome.PROPOSED, Outcome.DUPLICATE}
    Proposal(ticket=0, island=0, operator="diff", outcome=outcome, program=PROGRAM if has else None)
    with pytest.raises(EvoError, match="outcome"):
        Proposal(ticket=0, island=0, operator="diff", outcome=outcome, program=None if has else PROGRAM)


def test_only_direction_compares():
    assert Direction.MAXIMIZE.better(2, 1)
    assert Direction.MINIMIZE.better(1, 2)
    assert not any(direction.better(1, 1) for direction in Direction)
    assert Direction.MINIMIZE.gain(1.0, 3.0) == 2.0


def test_a_request_is_known_by_what_shapes_its_answer():
    ask = Request(purpose="propose", subject="4", prompt=Prompt(system="s", user="u"), seed=1, llm="fast")
    assert ask.hash == dataclasses.replace(ask, llm="other").hash
    for change in ({"seed": 2}, {"subject": "5"}, {"attempt": 1}, {"temperature": 0.5}, {"max_tokens": 9}):
        assert ask.hash != dataclasses.replace(ask, **change).hash


def test_the_chain_forgets_clocks_and_machines():
    base = chain(GENESIS, commit())
    evaluation = commit().evaluation
    slow = dataclasses.replace(evaluation.stages[0], seconds=9.0, cpu_seconds=3.0, max_rss_mb=5.0, cached=True)
    other = dataclasses.replace(evaluation, stages=(slow,), tier="strict", flags=("near_limit",), feedback="x")
    assert chain(GENESIS, commit(evaluation=other, at=12.0, learned=("r",), hash="x")) == base


def test_the_chain_remembers_everything_that_means_something():
    base, plain = chain(GENESIS, commit()), commit()
    replace = dataclasses.replace
    variants = [
        replace(plain, ticket=4),
        replace(plain, after_seq=0),
        replace(plain, placements=()),
        replace(plain, evaluation=None),
        replace(plain, evaluation=replace(plain.evaluation, objective=math.nextafter(1.5, 2))),
        replace(plain, evaluation=replace(plain.evaluation, measures=MappingProxyType({"x": 0.2}))),
        *(
            replace(plain, proposal=replace(plain.proposal, **change))
            for change in (
                {"island": 0},
                {"operator": "rewrite"},
                {"parents": ("bb",)},
                {"inspirations": ("bb",)},
                {"requests": ("r",)},
                {"answers": ("a",)},
                {"outcome": Outcome.DUPLICATE},
                {"program": Program.of("y")},
            )
        ),
    ]
    hashes = {chain(GENESIS, variant) for variant in variants}
    assert len(hashes) == len(variants)
    assert base not in hashes
    assert chain(base, plain) != base


def test_the_chain_is_pinned():
    # A change here breaks the verification of every run ever recorded: it needs a new schema version.
    assert chain(GENESIS, commit()) == "78ff8402cb5fcd9aae650f4a943b3854"

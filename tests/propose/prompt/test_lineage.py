"""What a step changed, from texts and figures alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evo.propose.insights import InsightKind
from evo.propose.prompt.context import Step
from evo.propose.prompt.lineage import DIFF_MAX_BYTES, edge, told
from evo.records import Evaluation, EvaluationStatus, Outcome, Program

BEFORE = Program.of("import math\n\n\ndef place(n):\n    return n\n\n\ndef move(x):\n    return x\n")
AFTER = Program.of("import math\n\n\ndef place(n):\n    return n\n\n\ndef move(x):\n    y = x * 2\n    return y\n")


def step(**more):
    given = {"program": AFTER.id, "parent": BEFORE.id, "operator": "diff", "summary": "s"}
    return Step(**{**given, "status": EvaluationStatus.VALID, "objective": 1.5, "delta": 0.5, **more})


def scored(program, **measures):
    return Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=1.0, measures=measures)


def kinds(found):
    return [kind for kind, _ in found.lessons]


def test_an_edge_says_what_changed_and_where():
    found = edge(BEFORE, AFTER, step(), before=scored(BEFORE, a=1.0, b=2.0), after=scored(AFTER, a=1.5, c=9.0))
    assert found.diff == "@@ move @@\n-    return x\n+    y = x * 2\n+    return y"
    assert (found.added, found.removed, found.parts) == (2, 1, ("move",))
    assert found.shift == {"a": 0.5}
    assert found.lessons == (
        (InsightKind.IMITATE, "the kind of change made in move: it gained 0.5"),
        (InsightKind.EXPLORE, "further along the same way: measures moved by a +0.5"),
    )


def test_lessons_follow_from_what_came_of_it():
    assert kinds(edge(BEFORE, AFTER, step(delta=-0.25))) == [InsightKind.AVOID]
    assert kinds(edge(BEFORE, AFTER, step(delta=0.0))) == [InsightKind.EXPLORE]
    assert kinds(edge(BEFORE, AFTER, step(delta=None))) == [InsightKind.EXPLORE]
    failed = edge(BEFORE, AFTER, step(status=EvaluationStatus.FAILED, objective=None, delta=None))
    assert failed.lessons == ((InsightKind.AVOID, "what was done in move: it ended as FAILED"),)
    assert kinds(edge(BEFORE, BEFORE, step(status=Outcome.DUPLICATE, delta=None))) == [InsightKind.AVOID]
    assert edge(BEFORE, AFTER, step(status=None)).lessons == ()


def test_what_paid_twice_is_to_be_generalised():
    once = replace(step(), edge=edge(BEFORE, AFTER, step()))
    lost = replace(step(delta=-1.0), edge=edge(BEFORE, AFTER, step(delta=-1.0)))
    first, second, third, bare = told([once, lost, once, step()])
    assert InsightKind.GENERALISE not in kinds(first.edge) + kinds(second.edge)
    assert third.edge.lessons[-1] == (InsightKind.GENERALISE, "changes in move (2 times so far) paid again")
    assert bare.edge is None


def test_files_and_long_changes():
    many = Program.of({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    found = edge(many, Program.of({"a.py": "x = 1\n", "b.py": "y = 2\n", "c.py": "z = 1\n"}), step())
    assert found.diff == "File: b.py\n@@\n-y = 1\n+y = 2\nFile: c.py\n@@\n+z = 1"
    long = Program.of("".join(f"x{i} = {i}\n" for i in range(5000)))
    other = Program.of("".join(f"y{i} = {i}\n" for i in range(5000)))
    found = edge(long, other, step())
    assert len(found.diff.encode()) <= DIFF_MAX_BYTES
    assert (found.added, found.removed) == (5000, 5000)


@given(st.text(), st.text())
def test_any_two_texts_have_an_edge(one, two):
    first, second = Program.of(one), Program.of(two)
    found = edge(first, second, step())
    assert len(found.diff.encode("utf-8")) <= DIFF_MAX_BYTES
    assert (found.added + found.removed == 0) == (first.files == second.files)

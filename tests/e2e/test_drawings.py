"""Drawings of a small run: what they must say, and what must never get through."""

import io

import pytest

from evo.errors import DamagedError
from evo.render import program as pages
from evo.render import tables
from evo.render.console import console, plain, show
from evo.render.lineage import Drawing, Steps
from evo.store.reading.view import open_run
from tests.render.small_run import A, B, C, D, E, write_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("drawings") / "run")


@pytest.fixture
def view(folder):
    with open_run(folder) as view:
        yield view


class Terminal(io.StringIO):
    def isatty(self):
        return True


def page(view, program, *, unit="m"):
    commit = view.commit_of(program.id)
    data = pages.data(
        program, commit, objectives={C.id: 0.75}, tickets=view.tickets_of(program.id), answer=view.answer(commit)
    )
    return plain(pages.page(data, unit))


def test_status(view):
    text = plain(tables.status(view.status()))
    for said in ("toy/7", "finished (tickets)", "1 m", E.id[:8], "7 of 20 cells", "PROPOSED 5", "2.5 usd", "4 valid"):
        assert said in text


def test_ancestry_runs_down_first_parents_and_branches_for_others(view):
    branches = Steps(view).ancestry(E.id, inspirations=True)
    drawn = [(each.guide, each.step.program, each.inspiration) for each in branches]
    assert drawn == [
        ("├ ", E.id, False),
        ("│ └ ", B.id, False),
        ("│ · ", A.id, True),
        ("├ ", C.id, False),
        ("└ ", A.id, False),
    ]
    lines = plain(Drawing(branches=branches, why=True)).splitlines()
    assert len(lines) == 5
    assert "wider [bold]search[/bold]" in lines[3]
    assert "+0.25" in lines[0]
    assert lines[2].endswith("(inspiration)")


def test_on_a_terminal_reasons_stand_below_their_steps(view):
    drawn = Drawing(branches=Steps(view).ancestry(E.id, inspirations=True), why=True)
    lines = plain(drawn, width=60).splitlines()
    assert lines[1] == "│   crossover: joined"
    assert max(len(line) for line in lines) <= 60


def test_without_why_there_are_no_inspirations(view):
    text = plain(Drawing(branches=Steps(view).ancestry(E.id, inspirations=False), why=False))
    assert "inspiration" not in text
    assert "wider" not in text


def test_steps_as_data(view):
    steps = [step.data() for step in Steps(view).ancestors(E.id)]
    assert [step["program"] for step in steps] == [E.id, C.id, B.id, A.id]
    assert steps[0] == {
        "program": E.id,
        "objective": 1.0,
        "operator": "crossover",
        "ticket": 4,
        "island": 0,
        "cell": (9,),
        "status": "NEW",
        "delta": 0.25,
        "summary": "crossover: joined",
        "parents": (C.id, B.id),
        "inspirations": (A.id,),
        "tactic": "",
        "wishes": (),
    }
    assert (steps[3]["island"], steps[3]["delta"], steps[3]["parents"]) == (None, None, ())


def test_descendants(view):
    steps = Steps(view)
    assert [step.program for step in steps.descendants(B.id)] == [B.id, D.id, E.id]
    branches = steps.descent(B.id)
    assert [(each.guide, each.step.program) for each in branches] == [("", B.id), ("├ ", D.id), ("└ ", E.id)]
    assert branches[1].step.status == "INVALID"


def test_a_program_that_no_commit_has(view):
    with pytest.raises(DamagedError, match="has no commit"):
        Steps(view).of("0" * 32)


def test_a_line_of_thousands_of_steps_is_no_recursion(view, monkeypatch):
    steps = Steps(view)
    template = steps.of(C.id)
    from dataclasses import replace

    def fake(number):
        parents = (str(int(number) - 1),) if int(number) else ()
        return replace(template, program=number, parents=parents, inspirations=(), ticket=int(number))

    monkeypatch.setattr(steps, "of", fake)
    assert len(steps.ancestry("5000", inspirations=False)) == 5001
    assert len(steps.ancestors("5000")) == 5001


def test_the_page_of_a_program(view):
    text = page(view, E)
    for said in (
        E.id,
        "crossover: joined",
        f"{C.id[:8]} (0.75)",
        "VALID",
        "1.0 m",
        "contacts 3",
        "proposed again by t5",
    ):
        assert said in text
    assert "fast (m1)" in text
    assert "every island" in page(view, A)


def test_what_a_candidate_wrote_cannot_steer_the_terminal(view):
    out = Terminal()
    commit = view.commit_of(D.id)
    data = pages.data(D, commit, objectives={}, tickets=(3,), answer=None)
    show(pages.page(data, "m"), out)
    assert "too red" in out.getvalue()
    assert "\x1b[31mred" not in out.getvalue()


def test_top_and_verdict(view):
    row = {
        "rank": 1,
        "program": E.id,
        "objective": 1.0,
        "ticket": 4,
        "operator": "diff",
        "islands": [0, 1],
        "cell": [9],
        "measures": {"x": 1.0},
        "noisy": False,
    }
    assert "0,1" in plain(tables.top([row]))
    data = {"status": "VALID", "objective": 0.1, "measures": {"x": 1.0}, "metrics": {}, "detail": "fine"}
    assert "0.1 m" in plain(tables.verdict({**data, "best_known": None}, "m"))
    record = {"value": 0.4, "source": "a table", "date": "2026-10-01", "gain": -0.3, "confirmed": None}
    assert "0.3 to go" in plain(tables.verdict({**data, "best_known": record}, "m"))


def test_colour_only_on_a_terminal(view, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    pipe, terminal, muted = io.StringIO(), Terminal(), Terminal()
    status = tables.status(view.status())
    show(status, pipe)
    show(status, terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    show(status, muted)
    assert "\x1b" not in pipe.getvalue()
    assert "\x1b[1;32m" in terminal.getvalue()
    assert "32m" not in muted.getvalue()
    assert not any(line.endswith(" ") for line in pipe.getvalue().splitlines())


def test_a_pipe_is_never_wrapped():
    assert console(io.StringIO()).width > 1000


@pytest.mark.parametrize(
    ("problem", "instance", "label"), [("a", "26", "a/26"), ("a", "(n=3)", "a(n=3)"), ("a", "", "a")]
)
def test_a_problem_is_named_with_its_instance(problem, instance, label):
    assert tables.name_problem(problem, instance) == label


def test_a_table_that_does_not_fit_becomes_blocks():
    rows = [["a094cfd9", "a long word and another"], ["b094cfd9", ""]]
    table = tables.listing(["program", "measures"], rows, wrap=["measures"])
    assert plain(table).splitlines()[0].split() == ["program", "measures"]
    assert max(map(len, plain(table, width=28).splitlines())) <= 28
    narrow = plain(table, width=24).splitlines()
    assert narrow[0] == "program   a094cfd9"
    assert narrow[-1] == "program  b094cfd9"
    assert max(map(len, narrow)) <= 24


def test_a_story_fits_a_terminal_and_cuts_long_diffs(view):
    from dataclasses import replace

    from evo.render import story

    told = story.chapters(view, Steps(view).line(E.id))
    assert [chapter.step.program for chapter in told] == [A.id, C.id, E.id]
    told[-1] = replace(told[-1], diff="".join(f"+line {i} of a long diff that goes on and on\n" for i in range(40)))
    drawing = story.Story(told=told, run="r")
    lines = plain(drawing, width=40).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[-1].startswith("    ... 16 more lines: evo diff r:")
    assert plain(drawing).splitlines()[-1] == "    +line 39 of a long diff that goes on and on"

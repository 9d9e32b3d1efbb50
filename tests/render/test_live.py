"""The live view, fed with commits of the real fold."""

import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from evo.config.problem_spec import BestKnown, ObjectiveSpec
from evo.config.sections import BudgetSpec
from evo.llm.offline.proposer import WORDS
from evo.llm.prices import Spend
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Ring
from evo.records import Commit, Direction, Evaluation, EvaluationStatus, Outcome, Program, Proposal
from evo.render.banner import ending, heading, next_commands, paused
from evo.render.console import console
from evo.render.live import LiveView, origin
from evo.search.state import State
from tests.render.small_run import proposals


def fresh_state():
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=10),))
    archives = [Archive(space, Direction.MAXIMIZE, i) for i in range(2)]
    return State(Archipelago(archives, Ring(every=5), 2), Direction.MAXIMIZE)


@dataclass
class Search:
    """What the view reads of a search."""

    budget: BudgetSpec = field(default_factory=lambda: BudgetSpec(tickets=70, target=2.0))
    run_state: str = "finished"
    stop_reason: str = "tickets"
    seconds: float = 12.0
    folder: Path = Path("runs/x")
    best_files: tuple = (Path("runs/x/best/program.py"), Path("runs/x/best/picture.png"))
    proposers: str = WORDS
    strangers: tuple = ()
    survey: str = ""
    waiting: str = ""
    holdout: str = ""
    remote: bool = False
    spent: Spend = field(default_factory=Spend)
    trying: tuple = ()
    known: BestKnown | None = field(default_factory=lambda: BestKnown(value=2.0, date="2024-05-06"))

    def __post_init__(self):
        aim = ObjectiveSpec(direction=Direction.MAXIMIZE, name="sum_of_x", unit="m")
        self.problem = SimpleNamespace(
            label="toy/7", best_known=self.known, tree=None, spec=SimpleNamespace(objective=aim)
        )
        self.header = SimpleNamespace(tier="basic", trust="", seed=5)
        self.state = fresh_state()

    def under_way(self):
        return list(self.trying)

    def commits(self):
        for proposal, evaluation in proposals():
            yield self.state.settle(after_seq=proposal.ticket - 1, proposal=proposal, evaluation=evaluation, at=0.0)


def plain(written):
    """Return what was written to a terminal without what steers it; a new line wherever the cursor went elsewhere."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", re.sub(r"\x1b\[[0-9;]*m", "", written))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def watched(stream, *, quiet=False):
    search, seconds = Search(), iter(range(100))
    view = LiveView(stream, quiet=quiet, clock=lambda: next(seconds))
    view.begin(search)
    for commit in search.commits():
        view.commit(commit)
        view.tick()
    view.end()
    view.end()
    return search


def test_in_a_pipe_one_plain_line_per_improvement():
    out = io.StringIO()
    watched(out)
    lines = out.getvalue().splitlines()
    assert lines[:3] == [
        "toy/7 · maximise sum of x · best known 2 (2024)",
        "offline proposer (no model, no network: rule-based edits and textbook ideas) · sandbox: basic · seed 5",
        "runs/x · until 70 tickets or objective 2",
    ]
    rows = [line.split() for line in lines[5:]]
    assert [row[:5] for row in rows] == [
        ["0", "0.5", "all", "(5)", "seed"],
        ["2", "0.75", "+0.25", "0", "(7)"],
        ["4", "1", "+0.25", "0", "(9)"],
    ]
    assert "seed a.py" in lines[5]
    assert "diff: wider [bold]search[/bold]" in lines[6]
    assert "\x1b" not in out.getvalue()
    assert "\r" not in out.getvalue()


def test_on_a_terminal_the_bottom_line_says_how_far(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    watched(out)
    text = plain(out.getvalue())
    for said in ("best      1 ▁", "7/70 tickets", "57 % valid", "0: 1, 4 of 10 cells · 1: 1, 3 of 10 cells", "/s"):
        assert said in text, said


def test_a_narrow_terminal_is_not_overrun(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    watched(out)
    assert max(len(line) for line in re.split(r"[\r\n]", plain(out.getvalue()))) <= 60


def test_a_dumb_terminal_gets_plain_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    watched(out)
    assert "\r" not in out.getvalue()


@pytest.mark.parametrize("every", [1, 50])
def test_a_terminal_is_redrawn_for_what_is_new_alone(monkeypatch, every):
    """At 100 commits a second: a line for each improvement, and four times a second the one at the bottom."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    screen, pipe = Terminal(), io.StringIO()
    for stream in (screen, pipe):
        seconds = [0.0]
        search, view = Search(), LiveView(stream, clock=lambda now=seconds: now[0])
        view.begin(search)
        for seq, commit in enumerate(many_commits(1000, every)):
            seconds[0], search.state.seq = seq / 100, seq
            view.commit(commit)
            if seq % 25 == 0:
                view.tick()
        view.end()
    improvements, ticks = 1000 // every, 40
    drawn, lines = improvements + ticks + 5, 4
    assert screen.getvalue().count("\x1b[2K") <= lines * drawn
    assert len(pipe.getvalue().splitlines()) == 5 + improvements


def many_commits(count, every):
    """Yield commits, one in `every` of which is better than all before."""
    for seq in range(count):
        program = Program.of(f"x = {seq}\n")
        proposal = Proposal(ticket=seq, island=0, operator="diff", outcome=Outcome.PROPOSED, program=program)
        score = float(seq) if seq % every == 0 else -1.0
        evaluation = Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=score)
        yield Commit(seq=seq, ticket=seq, after_seq=seq - 1, proposal=proposal, evaluation=evaluation)


def test_quiet_says_nothing():
    out = io.StringIO()
    watched(out, quiet=True)
    assert out.getvalue() == ""


def test_ending_says_best_comparison_place_and_next():
    search = watched(io.StringIO())
    first, place = ending(search)
    assert first == "✓ 1 m  after 7 tickets, 12 s (all tickets used). Best known value 2: 50 % of it, 1 to go."
    assert place == "  runs/x/best/program.py · best/picture.png"
    commands = "\n".join(next_commands(search, run="", tail=""))
    assert "evo lineage @best --why" in commands
    assert "resume" not in commands


@pytest.mark.parametrize("state", ["interrupted", "paused", "failed"])
def test_an_unfinished_run_says_how_to_go_on(state):
    search = watched(io.StringIO())
    search.run_state = state
    commands = "\n".join(next_commands(search, run="3fa9", tail=" --runs-dir r"))
    assert "evo resume 3fa9 --runs-dir r" in commands
    assert "evo show 3fa9:@best --runs-dir r" in commands


def test_an_ending_without_any_valid_program():
    search = Search()
    assert ending(search)[0] == "No VALID program after 0 tickets, 12 s."
    assert not any("@best" in line for line in next_commands(search, run="", tail=""))


def test_a_target_that_was_reached():
    search = watched(io.StringIO())
    search.stop_reason = "target"
    assert "(target reached)" in ending(search)[0]


def test_paused_says_first_what_failed_then_what_to_do():
    search = Search(run_state="paused", stop_reason="20 failures of one kind in a row: 429")
    what, then = paused(search, cost_usd=0.31, run="", tail="")
    assert what == "Paused: 20 failures of one kind in a row: 429"
    assert "0.31 usd spent" in then
    assert then.endswith("evo resume @last")


def test_models_are_named():
    search = Search(known=None, proposers="models: fast = m1, strong = m2")
    assert heading(search)[1] == "models: fast = m1, strong = m2 · sandbox: basic · seed 5"
    assert heading(Search(proposers=""))[1] == "sandbox: basic · seed 5"
    assert "best known" not in heading(search)[0]


def test_parts_of_others_are_named():
    search = Search(strangers=("selector: mine.py:Youngest (file: mine.py)",))
    assert heading(search)[-1] == "parts of others: selector: mine.py:Youngest (file: mine.py)"


def test_a_resumed_run_says_where_it_stands():
    search = watched(io.StringIO())
    assert heading(search)[-1] == "resumed after 7 commits, 12 s, best 1"


@pytest.mark.parametrize(
    ("operator", "summary", "by"),
    [
        ("seed", "ring.py", "seed ring.py"),
        ("diff", "a\nb", "diff: a b"),
        ("crossover", "crossover: x", "crossover: x"),
        ("diff", "", "diff"),
        ("diff", "\x1b[31mred", "diff: red"),
    ],
)
def test_origin(operator, summary, by):
    assert origin(operator, summary) == by


def test_a_model_that_is_left_alone_is_told_once_and_when_it_is_asked_again():
    stream, search = io.StringIO(), Search()
    view = LiveView(stream)
    view.begin(search)
    before = stream.getvalue()
    for waiting in ("", "llms.fast is left alone for 60 s", "llms.fast is left alone for 60 s", ""):
        search.waiting = waiting
        view.tick()
    said = stream.getvalue().removeprefix(before)
    assert said.splitlines() == ["llms.fast is left alone for 60 s", "Models are asked again."]


def test_many_answers_that_are_cut_off_are_told_once():
    stream, search = io.StringIO(), Search()
    view = LiveView(stream)
    view.begin(search)
    before = stream.getvalue()
    for number in range(40):
        cut = number % 5 == 0
        proposal = SimpleNamespace(answers=("a",), outcome=Outcome.TRUNCATED if cut else Outcome.UNPARSABLE, detail="")
        view.commit(SimpleNamespace(proposal=proposal, evaluation=None, seq=number))
    said = stream.getvalue().removeprefix(before)
    assert said.count("\n") == 1
    assert said.startswith("4 of 20 answers were cut off at their limit and lost: raise max_tokens")


LONG = "relocate the smallest circle into the largest hole " * 6


@pytest.mark.parametrize("columns", [30, 70, 130])
def test_an_idea_is_told_whole_however_narrow_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", "30")
    out, pipe = Terminal(), io.StringIO()
    for stream in (out, pipe):
        search, view = Search(), LiveView(stream)
        view.begin(search)
        for commit in many_commits(1, 1):
            view.commit(replace(commit, proposal=replace(commit.proposal, summary=LONG.strip())))
        view.end()
    assert pipe.getvalue().splitlines()[-1].endswith(f"diff: {LONG.strip()}")
    lines = [line.strip() for line in re.split(r"[\r\n]", plain(out.getvalue()))]
    assert LONG.strip() in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= columns


def test_another_size_draws_the_screen_anew(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    out = Terminal()
    search, view = Search(), LiveView(out, clock=lambda: 1.0)
    view.begin(search)
    for commit in search.commits():
        view.commit(commit)
    view.tick()
    before = len(out.getvalue())
    view.tick()
    assert len(out.getvalue()) == before, "nothing is drawn where nothing is new"
    monkeypatch.setenv("COLUMNS", "50")
    view._console = console(out)
    view.tick()
    view.end()
    anew = out.getvalue()[before:]
    assert "\x1b[H\x1b[J" in anew
    lines = re.split(r"[\r\n]", plain(anew.partition("\x1b[H\x1b[J")[2]))
    assert max(map(len, lines)) <= 50
    assert any("+0.25" in line for line in lines), "what was said stands there again"

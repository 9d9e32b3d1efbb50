"""Asking and telling as people do it: a study in Python, verbs on a run that lies still, replays without anybody."""

import json

import pytest

import evo
from evo.cli.main import main
from evo.errors import ConflictError, EvoError
from evo.store.reading.bounded import BoundedReader
from evo.store.reading.view import open_run
from evo.web.documents import read_about

SETTINGS = ["executor.workers=1", "islands={count: 1}"]
MIXED = [*SETTINGS, "emitters=[{use: tune}, {use: outside, weight: 2}]"]


def study(tmp_path, **given):
    settings = given.pop("settings", SETTINGS)
    return evo.create_study(
        "circle_packing/26", settings=settings, runs_dir=tmp_path / "runs", **{"budget": 9, **given}
    )


def improved(trial):
    return trial.program + f"\n# {trial.number}\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A study in which its own emitter and the outside took turns."""
    with study(tmp_path_factory.mktemp("told"), settings=MIXED, window=4) as found:
        values = []
        while True:
            try:
                trial = found.ask()
            except ConflictError:
                break
            values.append(found.tell(trial, improved(trial), why="a remark", wait=30))
    return found, values


def test_a_study_goes_to_its_end(told):
    found, values = told
    assert [each.number for each in found.trials] == list(range(9))
    assert {each.state for each in values} == {"COMPLETE"}
    assert found.best_value == max(each.value for each in found.trials if each.value is not None)
    assert found.best_trial.value == found.best_value
    assert found.direction is evo.Direction.MAXIMIZE


def test_its_run_is_one_like_any_other(told, capsys):
    found, _ = told
    assert main(["replay", str(found.folder), "--execute"]) == 0
    assert main(["lineage", "--why", f"{found.folder}:t{found.trials[-1].number}"]) == 0
    assert "a remark" in capsys.readouterr().out


def test_a_study_is_over_when_its_run_is(told):
    found, _ = told
    with pytest.raises(ConflictError, match="finished"):
        found.ask()


def test_a_value_is_told_where_it_is_trusted(tmp_path):
    with study(tmp_path, trust="told", budget=4) as found:
        trial = found.ask()
        measures = {"radius_spread": 0.1, "wall_share": 0.1, "code_length": 900.0, "complexity": 3.0}
        with pytest.raises(EvoError, match="expected the measures"):
            found.tell(trial, improved(trial), value=9.0)
        frozen = found.tell(trial, improved(trial), value={"objective": 9.0, "measures": measures}, wait=30)
    assert (frozen.value, frozen.details["told"]) == (9.0, True)


@pytest.fixture
def still(tmp_path):
    """A run that lies still, with tickets out."""
    with study(tmp_path, budget=7) as found:
        found.ask()
    return found.folder


def verb(capsys, *words):
    code = main([*map(str, words), "--json"])
    out, said = capsys.readouterr()
    return code, json.loads(out) if out else None, said


def test_a_run_that_lies_still_is_asked_and_told(still, capsys, tmp_path):
    code, asked, _ = verb(capsys, "ask", still, "-n", 2)
    assert code == 0
    tickets = [each["ticket"] for each in asked["tickets"]]
    assert tickets == ["4", "5"], "ticket 3 was taken before the run was left"
    file = tmp_path / "program.py"
    file.write_text(asked["tickets"][0]["parents"][0]["files"]["program.py"] + "\n# told\n")
    # A later ticket first: it is kept and scored, and committed when its turn comes.
    code, said, _ = verb(capsys, "tell", still, 5, file, "--why", "later")
    assert (code, said["outcome"]) == (0, "PROPOSED")
    assert verb(capsys, "tell", still, 3, "--failed", "no idea")[1]["outcome"] == "ABANDONED"
    file.write_text(file.read_text() + "# again\n")
    assert verb(capsys, "tell", still, 4, file)[1]["status"] == "VALID"
    code, _, why = verb(capsys, "tell", still, 4, file)
    assert code == 4
    assert "4" in why
    with open_run(still) as view:
        assert [(each.ticket, str(each.proposal.outcome)) for each in view.commits()][3:] == [
            (3, "ABANDONED"),
            (4, "PROPOSED"),
            (5, "PROPOSED"),
        ]
    assert main(["replay", str(still), "--execute"]) == 0


def test_words_that_do_not_fit_are_refused(still, capsys):
    assert main(["tell", str(still), "2"]) == 2
    assert "expected a FILE" in capsys.readouterr().err
    assert main(["tell", str(still), "2", "nowhere.py"]) == 4
    assert main(["tell", str(still), "2", "-", "--score", "x"]) == 2


def test_a_run_is_steered_from_a_shell_and_replays(still, capsys, tmp_path):
    assert verb(capsys, "steer", still, "hint", "use a hexagonal start", "--share", "0.5", "--author", "ann")[0] == 0
    assert verb(capsys, "steer", still, "pin", "@best")[1]["data"]["share"] == 0.5
    assert verb(capsys, "steer", still, "weight", "diff", "1")[0] == 4
    # What was out before the hint, then a ticket that the steered state issued.
    for ticket in (3, 4):
        assert verb(capsys, "tell", still, ticket, "--failed", "no idea")[0] == 0
    _, shown, _ = verb(capsys, "events", still)
    assert [(each["kind"], each["author"]) for each in shown["events"]] == [("steer", "ann"), ("steer", "person")]
    assert main(["replay", str(still), "--execute"]) == 0
    assert main(["replay", str(still)]) == 0


def test_a_line_says_what_it_heeded_wherever_it_is_told(tmp_path, capsys):
    with study(tmp_path, budget=5, window=1) as found:
        words = ["hint", "use a hexagonal start", "--share", "0.99", "--author", "ann"]
        assert verb(capsys, "steer", found.folder, *words)[0] == 0
        assert verb(capsys, "steer", found.folder, "budget", "tickets", "7")[0] == 0
        told = [found.tell(trial, improved(trial), wait=30) for trial in (found.ask() for _ in range(4))]
        folder, last = found.folder, told[-1].number
    with open_run(folder) as view:
        assert view.committed() == 7
    says = "hint of ann (event 0): use a hexagonal start"
    _, line, _ = verb(capsys, "lineage", f"{folder}:t{last}")
    assert line[0]["wishes"] == [{"event": 0, "do": "hint", "words": "use a hexagonal start", "author": "ann"}]
    assert line[-1]["wishes"] == []
    assert main(["lineage", f"{folder}:t{last}", "--why"]) == 0
    told_in = capsys.readouterr().out
    assert "This line heeded what people asked for:" in told_in
    assert f"of it: {says}" in told_in
    assert main(["show", f"{folder}:t{last}"]) == 0
    assert says in capsys.readouterr().out
    effect = verb(capsys, "events", folder)[1]["effects"][0]
    assert effect["event"] == 0
    assert effect["with"]["children"] >= 2
    with BoundedReader(folder) as reader:
        (words,) = reader.commits([last])
        assert read_about(reader)["budget"]["tickets"] == 7
    assert words["wishes"][0]["author"] == "ann"
    assert main(["replay", str(folder), "--execute"]) == 0

"""What the words of a command line name, and what is said when they name nothing."""

import json

import pytest

from tests.render.small_run import E


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("status", "3fa8"), 4, "did you mean 3fa9?"),
        (("show", "@bset"), 4, "did you mean @best?"),
        (("show", "@last"), 2, "names a run"),
        (("status", "--nope"), 2, "--nope"),
        (("nope",), 2, "nope"),
        (("top", "3fa9", "more"), 2, "more"),
    ],
)
def test_mistakes(read, words, code, said):
    result = read(*words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_no_run_at_all(evo, here):
    result = evo("status")
    assert (result.code, result.out) == (4, "")
    assert "evo run CONFIG" in result.err


def test_a_damaged_run_is_passed_over_with_a_note(evo, small_runs, tmp_path):
    import shutil

    runs = shutil.copytree(small_runs, tmp_path / "runs")
    (runs / "20270101-120000-toy-dead").mkdir()
    result = evo("status", "--json", "--runs-dir", runs)
    assert result.code == 0
    assert json.loads(result.out)["run"].endswith("3fa9")
    assert "toy-dead is passed over" in result.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "t7"), 4, "has no commit of ticket 7; it has 7 commits"),
        (("show", "t6"), 4, "brought no program (LLM_ERROR: 429 rate limit)"),
        (("show", "3fa9"), 4, "3fa9 is a run, and a program of it is, for example, 3fa9:@best"),
        (("top", "--island", 2), 4, "its islands are 0 to 1"),
        (("mock-server", "--answer", "nofile.txt"), 4, "cannot be read"),
    ],
)
def test_more_mistakes(evo, small_runs, words, code, said):
    result = evo(*words) if words[0] == "mock-server" else evo(*words, "--runs-dir", small_runs)
    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_a_ticket_names_its_program(read):
    assert json.loads(read("show", "3fa9:t4", "--json").out)["program"] == E.id


def test_a_program_of_another_run_is_found(evo, small_runs, tmp_path):
    import shutil

    from tests.render.small_run import write_run

    runs = shutil.copytree(small_runs, tmp_path / "runs")
    write_run(runs / "20270101-120000-toy-b2b2", run_id="20270101-120000-toy-b2b2", created=9.0, most=0)
    result = evo("show", E.id[:8], "--runs-dir", runs)
    assert result.code == 4
    assert f"it is one of another run: 20260101-120000-toy-3fa9:{E.id[:8]}" in result.err
    empty = evo("best", "--runs-dir", runs)
    assert empty.code == 4
    assert "has committed nothing yet" in empty.err
    assert "committed nothing yet" in evo("export", "--runs-dir", runs).err

"""The verbs that read a run: data on stdout, keys as promised, exit codes as promised."""

import json

import pytest

from tests.render.small_run import A, B, C, D, E

STATUS_KEYS = {
    *("run", "problem", "instance", "state", "stop_reason", "seed", "tickets_issued", "committed", "evaluations"),
    *("outcomes", "valid", "direction", "unit", "best", "archive", "islands", "tier", "tokens", "cost_usd", "seconds"),
    "log_hash",
}


@pytest.fixture
def read(evo, small_runs):
    return lambda *words: evo(*words, "--runs-dir", small_runs)


def test_status(read):
    result = read("status", "--json")
    assert (result.code, result.err) == (0, "")
    data = json.loads(result.out)
    assert set(data) >= STATUS_KEYS
    assert set(data["best"]) == {"program", "objective", "ticket"}
    assert set(data["archive"]) == {"cells", "filled", "coverage", "qd_score"}
    assert set(data["islands"][0]) == {"island", "filled", "coverage", "qd_score", "best"}
    assert "finished (tickets)" in read("status", "3fa9").out


def test_runs_dir_from_the_environment(evo, small_runs, monkeypatch, here):
    monkeypatch.setenv("EVO_RUNS", str(small_runs))
    assert evo("status").code == 0
    assert evo("status", "--runs-dir", here).code == 4


def test_top(read):
    rows = json.loads(read("top", "--json", "-n", 2).out)
    assert [(row["rank"], row["program"], row["objective"], row["ticket"]) for row in rows] == [
        (1, E.id, 1.0, 4),
        (2, C.id, 0.75, 2),
    ]
    assert rows[0]["islands"] == [0, 1]
    assert E.id[:8] in read("top").out
    assert read("top", "-n", 0).code == 2


def test_best_is_the_text_alone(read):
    assert read("best").out == E.text
    data = json.loads(read("best", "--json").out)
    assert data == {"program": E.id, "objective": 1.0, "ticket": 4, "files": dict(E.files)}


def test_show(read):
    data = json.loads(read("show", D.id[:10], "--json").out)
    assert data["program"] == D.id
    assert data["evaluation"]["status"] == "INVALID"
    assert data["evaluation"]["stages"][0]["cpu_seconds"] == 0.1
    assert data["parents"] == [{"program": B.id, "objective": 0.25}]
    assert data["model"]["prompt_size"] == len("You improve programs.") + len("Ticket 3.")
    assert "crossover: joined" in read("show").out


def test_show_prints_texts_alone(read):
    assert read("show", "3fa9:@seed", "--code").out == A.text
    assert read("show", "--prompt").out == "You improve programs.\n\nTicket 4.\n"
    assert read("show", "--answer").out == "answer\n"
    assert json.loads(read("show", "--answer", "--json").out)["answer"] == "answer"
    seed = read("show", "@seed", "--prompt")
    assert (seed.code, seed.out) == (4, "")
    assert "no model was asked" in seed.err


def test_lineage(read):
    steps = json.loads(read("lineage", "--json").out)
    assert [step["program"] for step in steps] == [E.id, C.id, B.id, A.id]
    assert set(steps[0]) == {
        *("program", "objective", "operator", "ticket", "island", "cell", "status", "delta", "summary"),
        *("parents", "inspirations", "tactic"),
    }
    down = json.loads(read("lineage", "@seed", "--descendants", "--json").out)
    assert [step["program"] for step in down] == [A.id, C.id, E.id]
    assert len(read("lineage").out.splitlines()) == 4
    assert "(inspiration)" in read("lineage", "@best", "--why").out
    assert read("lineage", "@seed", "--descendants").out.startswith(A.id[:8])


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


def test_lineage_tells_each_step_with_its_diff(read):
    out = read("lineage", "@best", "--why").out
    story = out[out.index("\n\n") + 2 :]
    assert story.splitlines()[0].startswith(f"0  {A.id[:8]}  0.5  seed t0  all islands (5)  NEW")
    assert "why: crossover: joined" in story
    assert f"with: {B.id[:8]}" in story
    assert f"shown beside: {A.id[:8]}" in story
    assert "    -x = 'c'\n    +x = 'e'\n" in story
    assert "\x1b" not in out
    steps = json.loads(read("lineage", "--why", "--json").out)
    assert "+x = 'e'" in steps[0]["diff"]
    assert steps[-1]["diff"] is None


def test_descendants_that_are_like_that(read):
    def programs(*words):
        steps = json.loads(read("lineage", "@seed", "--descendants", "--json", *words).out)
        return [step["program"] for step in steps]

    assert programs("--operator", "crossover") == [A.id, C.id, E.id]  # with what leads there
    assert programs("--operator", "diff") == [A.id, C.id]
    assert programs("--since", "1h", "--model", "fast", "--outcome", "proposed", "--island", 0) == [A.id]
    drawn = read("lineage", "@seed", "--descendants", "--operator", "diff").out
    assert E.id[:8] not in drawn
    assert "did you mean diff?" in read("lineage", "@seed", "--descendants", "--operator", "dif").err
    assert "Nothing was made from it." in read("lineage", "@best", "--descendants").err
    wrong = read("lineage", "--operator", "diff")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--descendants" in wrong.err


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


def test_evo_alone_says_what_comes_next(evo, here, small_runs, monkeypatch):
    first = evo()
    assert first.code == 0
    assert "evo run circle_packing/26" in first.out
    monkeypatch.setenv("EVO_RUNS", str(small_runs))
    assert "The newest run is 20260101-120000-toy-3fa9" in evo().out

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

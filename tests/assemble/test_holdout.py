"""A run's secret: made once, told to judges alone, part of the run; and the hold-out that is drawn from it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evo.assemble.holdout import kept_secret, new_secret
from evo.assemble.replay import executing
from evo.assemble.resume import resume
from evo.assemble.splits import told
from evo.assemble.start import run
from evo.config.problem import load_problem
from evo.config.run import RunSpec, from_yaml
from evo.errors import ConflictError
from evo.store.folder import SECRET
from evo.store.reading.view import open_run

YAML = """\
name: guess
summary: the number that the judge thinks of
program: {entry: entry}
objective: {direction: minimize}
measures: {size: {low: 0, high: 10}}
draws: public
instances:
  usual: {holdout: held}
  held: {secret: true}
  itself: {secret: true}
default_instance: usual
"""
JUDGE = """\
from evo.judging import draw_seed

def evaluate(output, params):
    wanted = draw_seed("the number", params) % 1000
    said = f"distance {abs(output - wanted)}, secret {params.get('secret', 'none')}"
    return {"objective": abs(output - wanted), "measures": {"size": 1}, "feedback": said}
"""
SEED = "def entry(seed):\n    return 500\n"
RUN = "{problem: %s, budget: {tickets: 4}, archive: {measures: {size: {cells: 2}}}, executor: {workers: 1}}\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "guess"
    (folder / "seeds").mkdir(parents=True)
    for name, text in {"problem.yaml": YAML, "evaluate.py": JUDGE, "brief.md": "-", "seeds/a.py": SEED}.items():
        (folder / name).write_text(text)
    return folder


def spec(pack: Path, instance: str) -> RunSpec:
    return from_yaml(RUN % f"{pack}/{instance}", "a config")


def assert_untold(folder: Path, secret: str) -> None:
    for path in folder.rglob("*"):
        assert path.name == SECRET or not path.is_file() or secret.encode() not in path.read_bytes(), path


def test_the_best_is_scored_at_the_end_on_what_nobody_could_foresee(pack: Path, tmp_path: Path):
    views = [run(spec(pack, "usual"), runs_dir=tmp_path / "runs") for _ in range(2)]
    held = [view.status()["holdout"] for view in views]
    assert [each["instance"] for each in held] == ["held", "held"]
    assert all(each["status"] == "VALID" for each in held)
    secrets = [(view.folder / SECRET).read_text().strip() for view in views]
    assert len(set(secrets)) == 2
    assert all((view.folder / SECRET).stat().st_mode & 0o077 == 0 for view in views)
    # What a search does and finds does not hang on its secret.
    assert views[0].status()["log_hash"] == views[1].status()["log_hash"]
    for view, secret in zip(views, secrets, strict=True):
        assert_untold(view.folder, secret)
    for view in views:
        view.close()


def test_a_run_goes_on_and_is_executed_again_under_its_own_secret_or_not_at_all(pack: Path, tmp_path: Path):
    async def again(folder: Path) -> None:
        async with resume(folder) as search:
            async for _ in search:
                pass
        async with executing(folder):
            pass

    view = run(spec(pack, "itself"), runs_dir=tmp_path / "runs")
    folder, best = view.folder, view.status()["best"]["objective"]
    secret = (folder / SECRET).read_text()
    view.close()
    # Its judge says it aloud, and nobody hears it.
    assert_untold(folder, secret.strip())
    asyncio.run(again(folder))
    for other in ("ab" * 32 + "\n", ""):
        (folder / SECRET).write_text(other)
        with pytest.raises(ConflictError, match="not the secret that the run began with"):
            asyncio.run(again(folder))
    (folder / SECRET).unlink()
    with pytest.raises(ConflictError, match="cannot be read"):
        asyncio.run(again(folder))
    (folder / SECRET).write_text(secret)
    asyncio.run(again(folder))
    with open_run(folder) as view:
        assert view.status()["best"]["objective"] == best


def test_executing_again_scores_the_hold_out_again(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def again(folder: Path):
        async with executing(folder) as execution:
            return (await execution.run(lambda *_: None)).difference

    view = run(spec(pack, "usual"), runs_dir=tmp_path / "runs")
    folder = view.folder
    view.close()
    assert asyncio.run(again(folder)) is None
    # Whose judge would draw something else.
    monkeypatch.setattr("evo.assemble.splits.told", lambda problem, _: told(problem, "cd" * 32))
    found = asyncio.run(again(folder))
    assert found is not None
    assert found.event == 1
    assert "the hold-out is scored" in found.reason


def test_the_secret_is_for_the_judge_of_an_instance_that_draws_from_it(pack: Path):
    usual, held = load_problem(f"{pack}/usual"), load_problem(f"{pack}/held")
    secret = new_secret(usual)
    assert len(bytes.fromhex(secret)) == 32
    assert told(usual, secret) == usual
    assert told(held, secret).judge_params["secret"] == secret
    assert "secret" not in told(held, secret).params
    assert usual.holdout.endswith("guess/held")
    assert held.holdout == ""
    assert new_secret(replace(usual, holdout="")) == ""


def test_a_run_without_one_has_none(tmp_path: Path):
    assert kept_secret(tmp_path, []) == ""
    # A run that was killed before its first entry knows its secret by its file.
    (tmp_path / SECRET).write_text("ab\n")
    assert kept_secret(tmp_path, []) == "ab"


def test_score_draws_in_public_unless_a_run_is_named(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    from evo.cli.main import main

    def score(*more: str) -> dict:
        argv = [
            "score",
            f"{pack}/held",
            str(pack / "seeds/a.py"),
            "--json",
            "--runs-dir",
            str(tmp_path / "runs"),
            *more,
        ]
        assert main(argv) == 0
        return json.loads(capsys.readouterr().out)

    view = run(spec(pack, "usual"), runs_dir=tmp_path / "runs")
    held = view.status()["holdout"]
    view.close()
    public, secret = score(), score("--secret-of", "@last")
    assert (public["draws"], secret["draws"]) == ("public", "secret")
    assert public == score()
    assert secret["objective"] == held["objective"]

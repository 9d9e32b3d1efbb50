"""Runs on pipelines other than the default one: their logs, their caches, and what a resume takes for the same run."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.config.run import amend
from evo.errors import ConflictError
from evo.store.store import DATABASE

ROOT = Path(__file__).parents[2]
STAGE = "class Extra:\n    def run(self, inputs, context):\n        return {'extra': 1.0}\n"
CUSTOM = """
stages:
  call: {use: call}
  score: {use: score, upstream: [call]}
  extra: {use: "extra.py:Extra", upstream: [call], provides: {extra: number}}
"""


def finished(folder: Path, pipeline: str, *changes: str) -> tuple[str, Path]:
    """Run to the end; return the log's hash and the run's folder."""
    spec = amend(
        load_run(str(ROOT / "configs" / "smoke.yaml")), ["budget.tickets=12", f"pipeline={pipeline}", *changes]
    )

    async def main() -> tuple[str, Path]:
        async with start(spec, runs_dir=folder) as search:
            hashes = [commit.hash async for commit in search]
        return hashes[-1], search.folder

    return asyncio.run(main())


@pytest.mark.parametrize("name", ["cascade", "repeated"])
def test_workers_do_not_change_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr("evo.store.stage_results.DEAR_SECONDS", 0.0)
    first, folder = finished(tmp_path, name, "executor.workers=1")
    assert finished(tmp_path, name, "executor.workers=3")[0] == first
    with sqlite3.connect(folder / DATABASE) as database:
        (kept,) = database.execute("SELECT count(*) FROM stage_cache").fetchone()
    database.close()
    assert kept > 20


def test_a_stage_that_was_edited_is_another_run(tmp_path: Path):
    (tmp_path / "extra.py").write_text(STAGE)
    (tmp_path / "mine.yaml").write_text(CUSTOM)
    _, folder = finished(tmp_path, str(tmp_path / "mine.yaml"))

    async def again() -> None:
        async with resume(folder, ["budget.tickets=14"]) as search:
            async for _ in search:
                pass

    asyncio.run(again())
    (tmp_path / "extra.py").write_text(STAGE.replace("1.0", "2.0"))
    with pytest.raises(ConflictError, match=r"stage 'extra\.py:Extra' .* is not what it was"):
        asyncio.run(again())

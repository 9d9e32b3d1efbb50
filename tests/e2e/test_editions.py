"""A run keeps the wording that it began with; one that knows of no edition began with the first."""

import asyncio
import re
import sqlite3

import pytest

from evo.assemble.replay import executing
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.store.reading.view import open_run

SETTINGS = ("params={work: 1}", "executor={sandbox: none}", "budget={tickets: 12}", "seed=3")


def lived(runs, *more, stop=None):
    async def go():
        async with start(load_run("circle_packing/26", [*SETTINGS, *more]), runs_dir=runs) as search:
            async for commit in search:
                if commit.seq == stop:
                    break
        return search

    return asyncio.run(go())


def forget_edition(folder):
    """Make a run's declaration what it was before there were editions."""
    with sqlite3.connect(folder / "run.db") as database:
        (spec,) = database.execute("SELECT spec FROM run").fetchone()
        older = re.sub(r"  (?:arms: \{\}|edition: [12]|libraries:|  (?:numpy|scipy): .*)\n", "", spec)
        assert not {"arms:", "edition:", "libraries:", "numpy:"} & set(older.split())
        database.execute("UPDATE run SET spec = ?", (older,))


@pytest.mark.parametrize("commit", ["ordered", "arrival"])
def test_a_run_that_knows_of_no_edition_goes_on_in_the_words_of_the_first(tmp_path, commit):
    schedule = f"schedule={{commit: {commit}, slots: 2, window: 4}}"
    whole = lived(tmp_path / "whole", "prompts={edition: 1}", schedule)
    cut = lived(tmp_path / "cut", "prompts={edition: 1}", schedule, stop=0)
    forget_edition(cut.folder)

    async def go_on():
        async with resume(cut.folder) as search:
            async for _ in search:
                pass
        async with executing(cut.folder) as execution:
            return search, await execution.run(lambda done, whole: None)

    search, again = asyncio.run(go_on())
    assert (again.difference, again.hash, search.state.seq) == (None, search.state.hash, 11)
    with open_run(cut.folder) as view:
        assert any(commit.after_seq < 0 for commit in view.commits() if commit.proposal.llm), "issued as it was"
        prompts = [prompt for commit in view.commits() if (found := view.answer(commit)) for prompt in [found[0]]]
    assert prompts
    assert all(prompt.user.startswith("Operator: ") and "How to answer" not in prompt.system for prompt in prompts)
    if commit == "ordered":
        assert search.state.hash == whole.state.hash


def test_a_new_run_writes_down_its_words(tmp_path):
    search = lived(tmp_path, stop=3)
    text = (search.folder / "run.yaml").read_text()
    assert "  edition: 2\n  libraries:\n    numpy: " in text
    with open_run(search.folder) as view:
        found = next(found for commit in view.commits() if (found := view.answer(commit)))
        assert "How to answer" in found[0].system
        assert "not scored yet" not in found[0].user

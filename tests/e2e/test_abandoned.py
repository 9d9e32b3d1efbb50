"""A ticket at which this machine fails whatever is done: said the second time, given up on request, replayed so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evo.cli.main import main
from evo.execute.local import LocalExecutor
from evo.records import StageStatus
from evo.store.reading.view import open_run

SEED = (Path(__file__).parents[2] / "problems" / "circle_packing" / "seeds" / "ring.py").read_text()
CURSED = "# cursed"


def config(**budget) -> str:
    answers = [f"step\n\n```python\n{SEED}# {n}\n{CURSED if n == 5 else ''}\n```\n" for n in range(8)]
    return json.dumps(
        {
            "problem": "circle_packing/26",
            "params": {"work": 1},
            "budget": {"tickets": 9, **budget},
            "executor": {"sandbox": "none"},
            "schedule": {"slots": 1, "window": 2},
            "emitters": [{"use": "rewrite", "llm": "fast"}],
            "llms": {"fast": {"use": "script", "answers": answers}},
        }
    )


@pytest.fixture
def cursed(tmp_path, monkeypatch, capsys):
    """Call `evo` over one run whose sixth answer is a program that this machine cannot run."""
    whole = LocalExecutor.run

    async def run(self, task):
        found = await whole(self, task)
        failed = any(CURSED in text for text in task.files.values())
        return replace(found, status=StageStatus.INFRA_ERROR, output=None, detail="no luck") if failed else found

    monkeypatch.setattr(LocalExecutor, "run", run)
    (tmp_path / "mine.yaml").write_text(config())

    def call(*words):
        code = main([*words, "--runs-dir", str(tmp_path / "runs")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def test_the_second_pause_at_a_ticket_offers_to_commit_it_as_failed(cursed, tmp_path):
    code, said = cursed("run", str(tmp_path / "mine.yaml"), "--quiet")
    (folder,) = (tmp_path / "runs").glob("*-circle_packing-*")
    with open_run(folder) as view:
        reason, stuck = view.header.stop_reason, len(view.plan())
    assert code == 1
    assert reason.startswith("stage call of program ")
    assert f"Paused: {reason}" in said
    assert "--abandon" not in said, "the first time the cause may go away"

    code, said = cursed("resume", "--quiet")
    assert code == 1
    assert f"The run has paused at ticket {stuck} before." in said
    command = f"evo resume @last --runs-dir {tmp_path / 'runs'} --abandon {stuck}"
    assert command in said

    assert cursed("resume", "--abandon", "0")[0] == 2
    assert cursed("resume", "--abandon", "99")[0] == 2
    code, said = cursed("resume", "--quiet", "--abandon", str(stuck))
    assert code == 0, said
    with open_run(folder) as view:
        commits, events = list(view.commits()), view.events()
    assert [str(commit.proposal.outcome) for commit in commits].count("ABANDONED") == 1
    given_up = commits[stuck]
    assert str(given_up.proposal.outcome) == "ABANDONED"
    assert given_up.proposal.requests, "what was paid for it stays charged"
    assert given_up.evaluation is None
    assert [event.data for event in events] == [{"abandon": [stuck]}]
    assert len(commits) == 9
    assert cursed("replay")[0] == 0
    code, said = cursed("replay", "--execute")
    assert code == 0, said


def test_a_missed_target_is_a_failure_where_that_is_asked_for(cursed, tmp_path):
    for target, code in (("0.5", 0), ("99", 1)):
        (tmp_path / "mine.yaml").write_text(config(tickets=2, target=float(target)))
        assert cursed("run", str(tmp_path / "mine.yaml"), "--quiet")[0] == 0
        found, said = cursed("run", str(tmp_path / "mine.yaml"), "--quiet", "--require-target")
        assert found == code
        assert ("budget.target 99 was not reached" in said) == bool(code)
    assert cursed("resume", "--quiet", "--require-target")[0] == 1
    (tmp_path / "mine.yaml").write_text(config(tickets=2))
    code, said = cursed("run", str(tmp_path / "mine.yaml"), "--quiet", "--require-target")
    assert (code, "has no budget.target" in said) == (2, True)


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        ("def pack(n, seed, work):\n    return 3\n", "Mend the seeds or the problem"),
    ],
)
def test_no_pause_advises_what_would_meet_the_same(cursed, tmp_path, seed, words):
    (tmp_path / "bad.py").write_text(seed)
    (tmp_path / "mine.yaml").write_text(json.dumps({**json.loads(config()), "seeds": ["bad.py"]}))
    code, said = cursed("run", str(tmp_path / "mine.yaml"), "--quiet")
    assert code == 1
    assert "Paused: none of the 1 seeds is valid" in said
    assert words in said
    assert "evo resume" not in said

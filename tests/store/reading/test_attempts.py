"""Tickets in light rows: they say what the commits say."""

from evo.records import Outcome
from evo.store.reading.view import open_run
from tests.render.small_run import A, B, E, write_run


def test_rows_agree_with_the_commits(tmp_path):
    with open_run(write_run(tmp_path / "run")) as view:
        found, commits, status = view.attempts(), list(view.commits()), view.status()
    assert [each.ticket for each in found] == [each.ticket for each in commits]
    for each, commit in zip(found, commits, strict=True):
        proposal, evaluation = commit.proposal, commit.evaluation
        assert each.outcome == proposal.outcome
        assert (each.operator, each.llm, each.island) == (proposal.operator, proposal.llm, proposal.island)
        assert each.program == (proposal.program.id if proposal.program else None)
        assert each.parent == (proposal.parents[0] if proposal.parents else None)
        assert each.status == (evaluation.status if evaluation else None)
        assert each.objective == (evaluation.objective if evaluation else None)
        assert each.cpu_seconds == sum(stage.cpu_seconds for stage in evaluation.stages) if evaluation else True
        assert each.placed == any(place.status in {"NEW", "IMPROVED"} for place in commit.placements)
    assert sum(charge.cost_usd for each in found for charge in each.charges) == status["cost_usd"]
    assert found[4].program == E.id
    assert found[4].parent != B.id
    assert found[0].program == A.id
    assert found[5].outcome is Outcome.DUPLICATE
    assert found[5].objective is None

"""`evo replay --execute` of runs that use all that a search can do: every part is folded again, none is left out."""

import asyncio
import json
from collections import Counter

import pytest

from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.store.reading.view import open_run

CONFIG = """
problem: circle_packing/26
params: {work: 1}
budget: {tickets: 60}
executor: {sandbox: none}
objectives: {code_length: minimize}
archive: {measures: {radius_spread: {cells: 8}}}
islands:
  count: 2
  migration: {use: ring, every: 7}
  choice: {use: ucb}
  reset: {every: 25}
  each:
    - archive: {measures: {radius_spread: {cells: 8}}, per_cell: 3, replacement: pareto}
      selector: {use: pareto_tournament, size: 3}
    - archive: {measures: {code_length: {cells: 12, scale: log}}}
novelty: {normalised: true, readded: 0.9, embedding: {llm: fast, threshold: 0.999}}
tactics: {patience: 6, tickets: 4}
notes: {every: 15}
mix: {use: thompson}
"""
NOISY = """
problem: circle_packing/26
params: {work: 1}
budget: {tickets: 40}
executor: {sandbox: none}
archive: {per_cell: 2, replacement: {use: beyond_noise, z: 1.0}}
emitters: [{use: diff, weight: 3}, {use: retest, weight: 2, pool: 4}]
"""


@pytest.mark.parametrize("commit", ["ordered", "arrival"])
@pytest.mark.parametrize("config", [CONFIG, NOISY], ids=["everything", "retests"])
def test_the_log_comes_out_again(tmp_path, capsys, config, commit):
    (tmp_path / "mine.yaml").write_text(config)
    runs = tmp_path / "runs"

    async def live():
        schedule = f"schedule={{commit: {commit}, slots: 4, window: 6}}"
        async with start(load_run(tmp_path / "mine.yaml", [schedule]), runs_dir=runs) as search:
            async for _ in search:
                pass
        return search

    search = asyncio.run(live())
    assert search.run_state == "finished", search.stop_reason
    with open_run(search.folder) as view:
        rules = Counter(str(c.proposal.repeats.rule) for c in view.commits() if c.proposal.repeats)
        operators = Counter(c.proposal.operator for c in view.commits())
        assert view.answers("tactic" if config is CONFIG else "propose")
    assert rules if config is CONFIG else operators["retest"] > 2, "what is replayed happened"
    code = main(["replay", "--execute", "--json", "--runs-dir", str(runs)])
    data = json.loads(capsys.readouterr().out)
    assert (code, data["differs"], data["hash"]) == (0, None, search.state.hash)

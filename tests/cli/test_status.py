"""How a run stands."""

import json

STATUS_KEYS = {
    *("run", "problem", "instance", "state", "stop_reason", "seed", "tickets_issued", "committed", "evaluations"),
    *("outcomes", "valid", "direction", "unit", "best", "archive", "islands", "tier", "tokens", "cost_usd", "seconds"),
    *("judgements", "log_hash"),
}


def test_status(read):
    result = read("status", "--json")
    assert (result.code, result.err) == (0, "")
    data = json.loads(result.out)
    assert set(data) >= STATUS_KEYS
    assert set(data["best"]) == {"program", "objective", "ticket", "noisy", "scores", "spread"}
    assert set(data["archive"]) == {"cells", "filled", "coverage", "qd_score"}
    assert set(data["islands"][0]) == {"island", "filled", "coverage", "qd_score", "best"}
    assert "finished (tickets)" in read("status", "3fa9").out

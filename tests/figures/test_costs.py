"""Costs add up to what the run's status says."""

from evo.figures import costs


def test_money_and_time(view, empty):
    assert "over 7 tickets: 2.5 usd and 60 tokens of models, 0.5 s of CPU time" in costs(view).says
    assert "m1" in costs(view).svg()
    assert "nothing spent" in costs(empty).svg()

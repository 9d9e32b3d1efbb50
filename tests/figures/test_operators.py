"""What operators brought, as bars and figures."""

from evo.figures import operators


def test_every_operator_has_a_row(view, empty):
    figure = operators(view)
    assert "diff · fast: 3 tickets, 1 records, gain 0.25" in figure.says
    assert all(name in figure.svg() for name in ("seed", "diff · fast", "crossover · fast", "rewrite · fast"))
    assert operators(empty).svg()

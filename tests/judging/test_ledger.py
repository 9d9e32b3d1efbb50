"""Budgets that programs ask against: what is paid once, what is refused, and which answer counts at the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.judging import Invalid, QueriesSpent, QueryLedger, consult


class Scripted:
    """A program in this process: a generator function, driven as a live one is."""

    def __init__(self, function):
        self.function = function

    def consult(self, name, *args, reply):
        turns = self.function(*args)
        try:
            said = next(turns)
            while True:
                said = turns.send(reply(said))
        except StopIteration as end:
            return end.value


def asked(function, budget=10, worth=None, price=2):
    """Return how a program that asks for squares comes out, with its ledger."""
    ledger = QueryLedger(budget, {"square": price})
    ask = lambda body: ledger.once("square", body, lambda: body * body)  # noqa: E731
    return consult(Scripted(function), "solve", 3, ledger=ledger, ask=ask, worth=worth), ledger


def test_a_program_asks_pays_and_returns():
    def solve(n):
        first = yield {"ask": n}
        second = yield {"ask": first}
        return second

    found, ledger = asked(solve)
    assert (found.answer, found.returned) == (81, True)
    assert (ledger.spent, ledger.left, ledger.counts) == (4, 6, {"square": 2})


def test_the_same_question_is_paid_for_once():
    def solve(n):
        total = 0
        for _ in range(100):
            total += yield {"ask": n}
        return total

    found, ledger = asked(solve)
    assert (found.answer, ledger.spent) == (900, 2)


def test_the_last_posted_answer_counts_where_the_budget_ends():
    def solve(n):
        for k in range(100):
            yield {"ask": k}
            yield {"best": k}

    found, ledger = asked(solve, worth=float)
    assert (found.answer, found.returned) == (4, False)
    assert (ledger.spent, ledger.refused) == (10, True)
    assert ledger.curve == [(2, 0.0), (4, 1.0), (6, 2.0), (8, 3.0), (10, 4.0)]
    assert ledger.words() == (
        "10 of 10 spent (5 square), then the budget was used up; "
        "posted 0 after 2, 1 after 4, 2 after 6, 3 after 8, 4 after 10"
    )


def test_nothing_posted_is_no_answer():
    def solve(n):
        for k in range(100):
            yield {"ask": k}

    with pytest.raises(Invalid, match="1 of square cost 2; 0 of 10 are left, and no answer was posted"):
        asked(solve)


@pytest.mark.parametrize("said", [None, 3, [], {}, {"ask": 1, "best": 2}, {"buy": 1}, "ask"])
def test_what_is_neither_a_question_nor_an_answer_is_refused(said):
    def solve(n):
        yield said

    with pytest.raises(Invalid, match="to be yielded"):
        asked(solve)


def test_a_batch_is_paid_whole_or_not_at_all():
    ledger = QueryLedger(10, {"pair": 1})
    ledger.pay_new("pair", {(0, 1), (0, 2), (1, 2)})
    ledger.pay_new("pair", {(0, 1), (0, 3)})
    assert ledger.spent == 4
    with pytest.raises(QueriesSpent, match="7 of pair cost 7; 6 of 10 are left"):
        ledger.pay_new("pair", {(4, k) for k in range(7)})
    assert (ledger.spent, ledger.refused) == (4, True)


@given(st.integers(0, 50), st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 9)), max_size=40))
def test_never_more_than_the_budget_and_never_less_than_was_asked(budget, questions):
    prices = {"a": 1, "b": 3}
    ledger, paid = QueryLedger(budget, prices), set()
    for kind, amount in questions:
        try:
            ledger.once(kind, amount, lambda: 0)
        except QueriesSpent:
            assert ledger.left < prices[kind]
        else:
            paid.add((kind, amount))
        assert 0 <= ledger.spent <= budget
        assert ledger.spent == sum(prices[kind] for kind, _ in paid)


def test_a_negative_price_is_the_judge_own_mistake():
    with pytest.raises(ValueError, match="at least 0"):
        QueryLedger(3, {"a": -1})

"""What a hint did: those who heeded it beside those who did not."""

from evo.records import Direction
from evo.stats.wish_effect import wish_effects
from tests.store.reading.test_wishes import book_of, steered


def test_every_ticket_after_a_wish_is_in_one_of_two_groups():
    given, store, _, _ = steered()
    asked = {e.number: e for e in store.events() if e.data.get("do") in {"hint", "ban", "pin"}}
    commits = list(store.commits())
    found = wish_effects(commits, book_of(given, store), {n: e.after_seq for n, e in asked.items()}, Direction.MAXIMIZE)
    assert [each.event for each in found] == list(asked)
    for each in found:
        after = [c for c in commits if c.proposal.llm and c.after_seq > asked[each.event].after_seq]
        assert each.with_it.children + each.without.children == len(after)
        assert each.with_it.better <= each.with_it.valid <= each.with_it.children
    half, ban, _, whole = found
    assert half.with_it.children > 3
    assert half.without.children > 3
    assert "on average" in half.says
    assert (ban.without.children, whole.without.children) == (0, 0)
    assert "without none" in whole.says
    assert half.data()["with"]["children"] == half.with_it.children

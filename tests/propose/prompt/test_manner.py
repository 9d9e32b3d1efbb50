"""How prompts speak: drawn by ticket, so that it can be drawn again."""

from evo.propose.prompt.manner import WORDINGS, Manner, Manners, drawn, wording


def test_without_arms_roles_decide_and_only_the_wording_varies():
    manners = Manners(seed=3, brief=frozenset({"strong"}))
    assert {manners.of(ticket, "fast").aloud for ticket in range(20)} == {True}
    assert {manners.of(ticket, "strong").aloud for ticket in range(20)} == {False}
    found = [manners.of(ticket, "fast") for ticket in range(60)]
    assert {each.wording for each in found} == set(range(WORDINGS))
    assert {(each.example, each.gap) for each in found} == {(True, True)}
    assert found == [Manners(seed=3).of(ticket, "fast") for ticket in range(60)]


def test_an_arm_is_a_share_of_the_tickets_and_none_follows_another():
    manners = Manners(seed=1, arms={"thinking": 0.5, "gap": 0.2, "example": 0.0, "wording": 0.0})
    found = [manners.of(ticket, "fast") for ticket in range(1000)]
    assert 450 < sum(each.aloud for each in found) < 550
    assert 150 < sum(each.gap for each in found) < 250
    assert {(each.example, each.wording) for each in found} == {(False, 0)}
    both = sum(each.aloud and each.gap for each in found)
    assert 60 < both < 140, "drawn apart from one another"
    assert [each.aloud for each in found] == [drawn(1, "thinking", ticket, 0.5) for ticket in range(1000)]


def test_the_wording_hangs_on_the_run_and_the_ticket():
    assert [wording(0, ticket) for ticket in range(30)] != [wording(1, ticket) for ticket in range(30)]
    assert Manner() == Manner(aloud=True, example=True, gap=True, wording=0)

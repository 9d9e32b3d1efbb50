"""What a server's owner allows, and what is said to those who ask for more."""

import pytest

from evo.errors import UsageError
from evo.mcp.policy import MEANINGS, Permit, Policy


def test_nothing_but_reads_is_allowed_at_first():
    policy = Policy.of([])
    assert [each for each in Permit if policy.allows(each)] == [Permit.READ]
    with pytest.raises(UsageError, match=r"tell: this server does not allow it; .*--allow tell"):
        policy.check(Permit.TELL, "tell")


def test_what_is_named_is_allowed_and_no_more():
    policy = Policy.of(["score,tell", " run "], max_usd=2.0)
    assert {each for each in Permit if policy.allows(each)} == {"read", "score", "tell", "run"}
    policy.check(Permit.RUN, "start")


@pytest.mark.parametrize(
    ("words", "usd", "said"),
    [(["scor"], 0, "did you mean score"), (["read"], 0, "no such permit"), (["tell"], 1, "with --allow run")],
)
def test_what_cannot_be_allowed_is_refused(words, usd, said):
    with pytest.raises(UsageError, match=said):
        Policy.of(words, usd)


def test_every_permit_has_a_meaning():
    assert set(MEANINGS) == set(Permit)

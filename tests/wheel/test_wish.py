import pytest

from evo.errors import EvoError, NotFoundError, UsageError
from evo.wheel.wish import checked_wish

KNOWN = {"programs": ["abc1", "abd2"], "operators": ["diff"], "roles": ["fast", "strong"]}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"do": "hint", "words": "  use\n sorting "}, {"do": "hint", "words": "use sorting", "share": 1.0}),
        ({"do": "pin", "words": "abd"}, {"do": "pin", "words": "abd2", "share": 0.5}),
        ({"do": "ban", "words": "x", "text": "eval("}, {"do": "ban", "words": "x", "text": "eval("}),
        ({"do": "weight", "operator": "diff", "weight": 2}, {"do": "weight", "operator": "diff", "weight": 2.0}),
        ({"do": "budget", "limit": "tickets", "to": 40.0}, {"do": "budget", "limit": "tickets", "to": 40}),
        ({"do": "budget", "limit": "target", "to": -2}, {"do": "budget", "limit": "target", "to": -2.0}),
        ({"do": "model", "role": "fast", "by": "strong"}, {"do": "model", "role": "fast", "by": "strong"}),
    ],
)
def test_what_can_be_asked_for_is_complete(data, found):
    assert checked_wish(data, **KNOWN) == found


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({}, UsageError),
        ({"do": "fly"}, UsageError),
        ({"do": "hint"}, UsageError),
        ({"do": "budget", "limit": "usd", "to": 5}, UsageError),
        ({"do": "budget", "limit": "ticket", "to": 5}, UsageError),
        ({"do": "budget", "limit": "tickets", "to": 5.5}, UsageError),
        ({"do": "budget", "limit": "tickets", "to": 0}, UsageError),
        ({"do": "budget", "limit": "seconds"}, UsageError),
        ({"do": "hint", "words": " "}, UsageError),
        ({"do": "hint", "words": "x" * 2001}, UsageError),
        ({"do": "hint", "words": "x", "share": 0}, UsageError),
        ({"do": "hint", "words": "x", "share": float("nan")}, UsageError),
        ({"do": "hint", "words": "x", "colour": 1}, UsageError),
        ({"do": "pin", "words": "ab"}, NotFoundError),
        ({"do": "pin", "words": "zz"}, NotFoundError),
        ({"do": "weight", "operator": "dif", "weight": 1}, NotFoundError),
        ({"do": "weight", "operator": "diff", "weight": -1}, UsageError),
        ({"do": "model", "role": "fast", "by": "other"}, NotFoundError),
        ({"do": "seed", "files": {}}, UsageError),
        ({"do": "seed", "files": {"../a.py": "x"}}, EvoError),
    ],
)
def test_what_cannot_be_asked_for_is_refused(data, kind):
    with pytest.raises(kind):
        checked_wish(data, **KNOWN)

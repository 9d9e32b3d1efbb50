"""The second chain, and what of it the first one rests on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.records import (
    BINDING,
    GENESIS,
    Commit,
    Event,
    EventKind,
    Outcome,
    Proposal,
    bind,
    chain_event,
    event_flaw,
    in_order,
)

LOG = "a" * 32
NOTE = Event(number=1, kind=EventKind.NOTE, author="ann", after_seq=4, data={"text": "x", "n": [1, 2.5, None]}, at=1.0)
PLACE = {"number": 1, "seq": 4, "previous": "b" * 32, "log_hash": LOG}


def chained(event, previous="b" * 32, log_hash=LOG):
    return replace(event, hash=chain_event(previous, log_hash, event))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": EventKind.MARK},
        {"author": "bob"},
        {"data": {"text": "x", "n": [1, 2.5, 0]}},
        {"data": {}},
        {"number": 2},
        {"after_seq": 3},
        {"hash": "c" * 32},
    ],
)
def test_whatever_is_altered_shows(change):
    event = chained(NOTE)
    assert event_flaw(event, **PLACE) == ""
    assert event_flaw(replace(event, **change), **PLACE)


def test_its_time_is_no_part_of_it():
    assert event_flaw(replace(chained(NOTE), at=99.0), **PLACE) == ""


def test_its_place_in_both_chains_is_part_of_it():
    event = chained(NOTE)
    for other in ({"previous": GENESIS}, {"log_hash": GENESIS}, {"number": 2}, {"seq": 5}):
        assert event_flaw(event, **PLACE | other)


@pytest.mark.parametrize("kind", EventKind)
def test_commits_rest_on_binding_kinds_alone(kind):
    event = chained(replace(NOTE, kind=kind))
    assert event.binding == (kind in BINDING)
    assert (bind(LOG, event) != LOG) == event.binding


def test_what_binds_and_what_does_not():
    assert {EventKind.MARK, EventKind.STEER} == BINDING, (
        "another kind changes what logs mean: decide, and write it down"
    )


def commit(seq):
    proposal = Proposal(ticket=seq, island=0, operator="diff", outcome=Outcome.UNPARSABLE)
    return Commit(seq=seq, ticket=seq, after_seq=-1, proposal=proposal, evaluation=None)


@given(st.integers(0, 12), st.lists(st.integers(-1, 14), max_size=8).map(sorted))
def test_entries_stand_in_order(count, places):
    events = [replace(NOTE, number=i, after_seq=place) for i, place in enumerate(places)]
    entries = list(in_order([commit(seq) for seq in range(count)], events))
    assert [each for each in entries if isinstance(each, Event)] == events
    assert [each.seq for each in entries if isinstance(each, Commit)] == list(range(count))
    seen = -1
    for entry in entries:
        if isinstance(entry, Commit):
            seen = entry.seq
        else:
            assert seen == min(entry.after_seq, count - 1)

"""What crosses the executor's seam survives the wire, whatever is in it."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.execute.executor import Command, Conversation, JudgeAnswer, JudgeQuestion, Task, TaskResult
from evo.execute.folder import Folder
from evo.execute.frames import pack, receive
from evo.execute.plain import from_plain, plain
from evo.execute.sandbox import Limits
from evo.records import StageStatus

words = st.text(max_size=8)
positive = st.floats(1e-6, 1e9)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
named = st.dictionaries(words, json_values, max_size=3)
tuples = st.lists(words, max_size=3).map(tuple)
limits = st.builds(Limits, cpu_seconds=positive, memory_mb=positive, open_files=st.integers(1, 999))
commands = st.builds(
    Command,
    run=tuples,
    build=tuples,
    cpu_seconds=positive,
    memory_mb=positive,
    build_seconds=positive,
    build_memory_mb=positive,
)
tasks = st.builds(
    Task,
    files=st.dictionaries(words, words, max_size=3),
    entry=words,
    kwargs=named,
    imports=tuples,
    limits=limits,
    command=st.none() | commands,
)
results = st.builds(
    TaskResult,
    status=st.sampled_from(StageStatus),
    output=st.none() | st.binary(max_size=9),
    detail=words,
    by_wall=st.booleans(),
    stdout=st.binary(max_size=9),
)
folders = st.builds(Folder, path=words, files=tuples, digest=words)
questions = st.builds(
    JudgeQuestion, op=words, cpu_seconds=positive, args=named, body=st.binary(max_size=9), folder=st.none() | folders
)
answers = st.builds(JudgeAnswer, value=named, error=words, picture=st.binary(max_size=9))
conversations = st.builds(Conversation, answer=answers, cpu_seconds=positive) | st.builds(Conversation, ended=results)


@given(tasks | results | questions | answers | conversations)
@settings(max_examples=300, deadline=None)
def test_plain_and_back_over_a_wire(value):
    sent = plain(value)

    async def wire():
        reader = asyncio.StreamReader()
        reader.feed_data(pack(sent))
        return await receive(reader)

    assert from_plain(type(value), sent) == value
    assert from_plain(type(value), asyncio.run(wire())) == value


@given(tasks)
@settings(max_examples=50, deadline=None)
def test_without_bytes_it_is_json(value):
    assert from_plain(Task, json.loads(json.dumps(plain(value)))) == value


def test_what_does_not_fit_is_refused():
    with pytest.raises(EvoError, match="unknown field 'fds'"):
        from_plain(Task, {"files": {}, "fds": [3]})
    with pytest.raises(EvoError, match="JudgeQuestion cannot be made of op"):
        from_plain(JudgeQuestion, {"op": "score"})
    with pytest.raises(EvoError, match="TaskResult cannot be made"):
        from_plain(TaskResult, {"status": "FINE"})
    with pytest.raises(EvoError, match="got both"):
        Conversation(answer=JudgeAnswer(), ended=TaskResult(status=StageStatus.FAILED))
    with pytest.raises(EvoError, match="got neither"):
        from_plain(Conversation, {"cpu_seconds": 1})

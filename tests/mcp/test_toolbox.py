"""One way to call a tool: it is there, allowed, and what it tells has bounds."""

import pytest

from evo.errors import NotFoundError, UsageError
from evo.mcp import toolbox
from evo.mcp.policy import Permit, Policy
from evo.mcp.toolbox import TOOLS, allowed_tools

WRITES = [name for name, tool in TOOLS.items() if tool.permit is not Permit.READ]


def test_reads_alone_are_allowed_at_first():
    assert not {each.name for each in allowed_tools(Policy())} & set(WRITES)
    assert len(allowed_tools(Policy.of(["score,tell,steer,run"]))) == len(TOOLS)


@pytest.mark.parametrize("name", WRITES)
def test_what_is_not_allowed_is_refused_before_anything_is_looked_at(call, name):
    refused = call(name)
    assert isinstance(refused, UsageError)
    assert f"--allow {TOOLS[name].permit}" in str(refused)


def test_unknown_tools_and_words_are_named(call):
    assert isinstance(call("statsu"), NotFoundError)
    assert "did you mean status" in str(call("statsu"))
    assert "did you mean count" in str(call("top", cuont=3))


def test_an_answer_has_bounds(call, monkeypatch):
    monkeypatch.setattr(toolbox, "ANSWER_MAX", 100)
    assert "ask for less of it" in str(call("status"))


def test_every_tool_says_what_it_does_and_takes():
    for tool in TOOLS.values():
        assert tool.says.endswith((".", "there is none."))
        assert tool.schema()["type"] == "object"
        assert all(each.meaning for each in tool.takes.values())

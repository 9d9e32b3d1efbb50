"""All tools by name, and the one way in which they are called: allowed, checked, bounded."""

from __future__ import annotations

import asyncio
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import NotFoundError, UsageError, nearest
from evo.mcp.acts import ACTS
from evo.mcp.reads import READS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from evo.canonical import JSON
    from evo.mcp.bench import Bench
    from evo.mcp.policy import Policy
    from evo.mcp.tool import Given, McpTool

TOOLS: Mapping[str, McpTool] = MappingProxyType({each.name: each for each in (*READS, *ACTS)})
ANSWER_MAX = 1024 * 1024
"""Characters that an answer may have as JSON."""


def allowed_tools(policy: Policy) -> list[McpTool]:
    """Return the tools that a policy allows."""
    return [each for each in TOOLS.values() if policy.allows(each.permit)]


async def call_tool(bench: Bench, name: str, arguments: Mapping[str, object]) -> str:
    """Call a tool; return what it tells, an object as JSON.

    Raises:
        NotFoundError: no such tool, or what it is asked about does not exist.
        UsageError: it is not allowed, its arguments cannot be, or the answer is too long to be one.
        EvoError: as the tool says.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise NotFoundError(f"no tool {name!r:.80}{nearest(name, TOOLS)}; there are {', '.join(TOOLS)}")
    bench.policy.check(tool.permit, name)
    given = tool.given(arguments)
    if tool.waits:
        found = await cast("Callable[[Bench, Given], Awaitable[JSON]]", tool.does)(bench, given)
    else:
        found = await asyncio.to_thread(cast("Callable[[Bench, Given], JSON]", tool.does), bench, given)
    text = json.dumps(found, allow_nan=False)
    if len(text) > ANSWER_MAX:
        raise UsageError(f"{name}: the answer has {len(text)} characters, more than {ANSWER_MAX}; ask for less of it")
    return text

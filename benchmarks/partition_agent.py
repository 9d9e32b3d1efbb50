"""RUN [RUNS_DIR]: an agent without a model improves a run of number_partition/30 by ask, score and tell over MCP."""

import asyncio
import json
import re
import sys

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

DESCENT = """\
    std::mt19937_64 rng(seed);
    std::vector<int> best = parts;
    for (long long round = 0, least = 1LL << 60; round < 1; ++round) {
        long long gap = 0, to;
        for (std::size_t i = 0; i < parts.size(); ++i) gap += parts[i] ? -numbers[i] : numbers[i];
        for (bool better = true; better;) {
            better = false;
            for (std::size_t i = 0, n = parts.size(); i < n; ++i) for (std::size_t j = i; j < n; ++j) {
                to = gap - 2 * (parts[i] ? -numbers[i] : numbers[i]);
                if (j != i) to -= 2 * (parts[j] ? -numbers[j] : numbers[j]);
                if (std::llabs(to) >= std::llabs(gap)) continue;
                gap = to, better = true, parts[i] ^= 1, parts[j] ^= j != i;
            }
        }
        if (std::llabs(gap) < least) least = std::llabs(gap), best = parts;
        for (int& part : parts) part = rng() % 2;
    }
    return best;
"""


def improved(text):
    if found := re.search(r"round < (\d+)", text):
        return text.replace(found[0], f"round < {10 * int(found[1])}"), f"descend from {10 * int(found[1])} starts"
    return text.replace("    return parts;\n", DESCENT, 1), "move or swap numbers while that helps"


async def main(run, runs_dir="runs"):
    words = ["-m", "evo", "mcp", "--allow", "score,tell", "--runs-dir", runs_dir]
    async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=words))) as client:

        async def call(tool, **given):
            return json.loads((await client.call_tool(tool, given)).content[0].text)

        own = []
        while not own or own[0]["objective"] > 1:
            ticket = (await call("ask", run=run))["tickets"][0]
            start = min(own + ticket["parents"] + ticket["inspirations"], key=lambda each: each["objective"])
            best, text = start["objective"], start["files"]["program.cpp"]
            while best >= start["objective"]:
                text, why = improved(text)
                best = (await call("score", problem="number_partition/30", program=text))["objective"]
            await call("tell", run=run, ticket=ticket["ticket"], program=text, why=why)
            own = [{"objective": best, "files": {"program.cpp": text}}]
            print(f"ticket {ticket['ticket']}: {start['objective']:g} -> {best:g}  {why}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Twenty readers of one run at once: eighteen read all of it, one never reads, one takes a byte a second.

    python benchmarks/page_readers.py FOLDER

FOLDER is a folder of runs, of which the newest is read (`benchmarks/big_run.py make` makes one of 50,000 programs).
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]


async def read_all(base, run):
    """Read about and log as the page does, with its events open; return commits and seconds."""
    begun, after = time.monotonic(), -1
    async with aiohttp.ClientSession(base) as session, session.get(f"/api/events?run={run}"):
        async with session.get(f"/api/runs/{run}/about") as answer:
            await answer.read()
        while True:
            async with session.get(f"/api/runs/{run}/log?after_seq={after}") as answer:
                piece = await answer.json()
            after += piece["count"]
            if not piece["more"]:
                return after + 1, time.monotonic() - begun


async def misbehave(host, port, path, *, drip):
    """Ask for something and read a byte a second of it, or nothing."""
    reader, writer = await asyncio.open_connection(host, port, limit=1)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    try:
        while True:
            if drip:
                await reader.read(1)
            await asyncio.sleep(1)
    finally:
        writer.transport.abort()


async def measure(address, run):
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    paths = [(f"/api/runs/{run}/log", False), (f"/api/runs/{run}/log", True), (f"/api/events?run={run}", False)]
    bad = [asyncio.create_task(misbehave(host, int(port), path, drip=drip)) for path, drip in paths]
    await asyncio.sleep(2)
    found = await asyncio.gather(*(read_all(address, run) for _ in range(18)))
    print(f"18 readers of {found[0][0]} commits each: the last was done after {max(took for _, took in found):.1f} s.")
    for task in bad:
        task.cancel()
    await asyncio.gather(*bad, return_exceptions=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, help="a folder of runs, of which the newest is read")
    runs = parser.parse_args().runs
    run = max(path.name for path in runs.iterdir() if (path / "run.db").is_file())
    argv = [sys.executable, "-m", "evo", "serve", "--port", "0", "--runs-dir", str(runs.resolve())]
    server = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        asyncio.run(measure(server.stdout.readline().strip(), run))
        status = Path(f"/proc/{server.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        ticks = sum(map(int, Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        print(f"Server: {peak / 1024:.0f} MB at most, {ticks / os.sysconf('SC_CLK_TCK'):.1f} CPU s.")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()

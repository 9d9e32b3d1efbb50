"""The whole way of a candidate, from a model's answer to a durable commit, beside a bare loop in the same run.

    python benchmarks/main_path.py [--calls 1000] [--rounds 3] [--pipeline default] [--json]

The model is a stub in a process of its own that answers at once with a program that nobody has seen. The bare loop is
the least that can be called a search: it asks the same stub over the same client library, runs the text by `exec` in
two warm processes, without walls, judge, archive or log, and keeps the best number. Ours is `evo run` with the shipped
defaults behind the strictest walls that this machine has. Marginal CPU is that of all processes together but the
stub's, from the first 200 candidates to the last, so that starting up does not count; the machine is shared, so rounds
alternate and the median counts.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FEW = 200
SLOTS = 8
PROGRAM = '''def solve(n, seed):
    """Sum what a generator of numbers gives, {salt}."""
    state, total = {salt}, 0.0
    for k in range({steps}):
        state = (state * 1103515245 + 12345) % 2147483648
        total += (state >> 8) % 1000 / (k + 1)
    return total % n
'''
PROBLEM = {
    "problem.yaml": """name: remainder
summary: a number that is left over
program: {entry: solve, imports: []}
objective: {name: rest, direction: maximize}
limits: {cpu_seconds: 5}
params: {n: 1000}
""",
    "brief.md": "Return a number as large as you can. " * 40,
    "evaluate.py": """from evo.judging import number


def evaluate(output, params):
    return {"objective": number(output, "rest")}
""",
    "seeds/first.py": PROGRAM.format(salt=1, steps=10),
}
CONFIG = """extends: base.yaml
problem: {folder}/problem
pipeline: {pipeline}
seed: 1
strategy: {strategy}
emitters: [{{use: rewrite, llm: stub}}]
llms:
  stub: {{use: openai, model: stub, base_url: "{url}", api_key_env: STUB_KEY, prices: {{input: 0, output: 0}}}}
executor: {{use: local, workers: 2, sandbox: auto}}
schedule: {{slots: {slots}, window: {window}, commit: {commit}}}
budget: {{tickets: {tickets}}}
"""


def stub(steps: int) -> None:
    """Serve chat completions on loopback, each with a new program; print the address first."""
    import asyncio  # noqa: PLC0415 - only this process needs it
    import itertools  # noqa: PLC0415

    salts = itertools.count(1)

    def answered() -> bytes:
        text = f"```python\n{PROGRAM.format(salt=next(salts), steps=steps)}```\n"
        body = {
            "id": "0",
            "object": "chat.completion",
            "created": 0,
            "model": "stub",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 500, "completion_tokens": 150, "total_tokens": 650},
        }
        data = json.dumps(body).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data

    class Line(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport, self.data = transport, b""

        def data_received(self, data: bytes) -> None:
            self.data += data
            while (end := self.data.find(b"\r\n\r\n")) >= 0:
                head = self.data[:end].lower()
                size = (
                    int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) if b"content-length:" in head else 0
                )
                if len(self.data) < end + 4 + size:
                    return
                self.data = self.data[end + 4 + size :]
                self.transport.write(answered())

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
        await server.serve_forever()

    asyncio.run(main())


def worker(line: socket.socket) -> None:
    """Run the programs that come over a line, one by one."""
    stream = line.makefile("rwb")
    for text in stream:
        names: dict[str, object] = {}
        exec(compile(json.loads(text), "program", "exec"), names)  # the bare loop has no walls
        stream.write(json.dumps(names["solve"](1000, 0)).encode() + b"\n")
        stream.flush()


def bare(url: str, calls: int) -> None:
    """Ask, run and keep the best."""
    import asyncio  # noqa: PLC0415 - only this process needs it

    import aiohttp  # noqa: PLC0415

    lines = []
    for _ in range(2):
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            worker(theirs)
            os._exit(0)
        theirs.close()
        lines.append(ours)

    async def main() -> float:
        free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        for line in lines:
            free.put_nowait(await asyncio.open_connection(sock=line))
        best, left = 0.0, iter(range(calls))
        async with aiohttp.ClientSession() as session:

            async def slot() -> None:
                nonlocal best
                for _ in left:
                    asked = {"model": "stub", "messages": [{"role": "user", "content": PROBLEM["brief.md"]}]}
                    async with session.post(f"{url}/chat/completions", json=asked) as response:
                        text = (await response.json())["choices"][0]["message"]["content"]
                    reader, writer = await free.get()
                    writer.write(json.dumps(text.split("```python\n")[1].split("```")[0]).encode() + b"\n")
                    best = max(best, float(await reader.readline()))
                    free.put_nowait((reader, writer))

            await asyncio.gather(*(slot() for _ in range(SLOTS)))
        return best

    asyncio.run(main())
    for line in lines:
        line.close()
    for _ in lines:
        os.wait()


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command to its end.

    Returns:
        Seconds by the clock, and CPU seconds of it and of all that it started.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=folder, env={**os.environ, "STUB_KEY": "none"}
        )
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"{command[2:4]} ended with {process.returncode}:\n{(folder / 'output').read_text()[-2000:]}"
        )
    return seconds, used.ru_utime + used.ru_stime


def prepared(folder: Path, url: str, options: argparse.Namespace) -> None:
    """Write the problem and a config for each size."""
    for name, text in PROBLEM.items():
        path = folder / "problem" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for tickets in (FEW, options.calls):
        text = CONFIG.format(
            folder=folder,
            pipeline=options.pipeline,
            strategy=options.strategy,
            url=url,
            slots=SLOTS,
            window=4 * SLOTS,
            commit=options.commit,
            tickets=tickets,
        )
        (folder / f"{tickets}.yaml").write_text(text)


def marginal(few: tuple[float, float], many: tuple[float, float], between: int) -> dict[str, float]:
    """Return candidates a second and CPU milliseconds of each, between two sizes."""
    return {"per_second": between / (many[0] - few[0]), "cpu_ms": 1000 * (many[1] - few[1]) / between}


def measure(options: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """Alternate the bare loop and ours; return the figures of each round."""
    found: dict[str, dict[str, list[float]]] = {}
    script = str(Path(__file__).resolve())
    server = subprocess.Popen(
        [sys.executable, script, "--stub", "--steps", str(options.steps)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        for turn in range(options.rounds):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                prepared(folder, url, options)
                ways = {
                    "bare": [sys.executable, script, "--bare", url, "--calls"],
                    "evo": [sys.executable, "-m", "evo", "run", "--runs-dir", str(folder / "runs")],
                }
                for way, command in ways.items():
                    few, many = (
                        timed([*command, str(n) if way == "bare" else f"{n}.yaml"], folder)
                        for n in (FEW, options.calls)
                    )
                    for key, value in marginal(few, many, options.calls - FEW).items():
                        found.setdefault(way, {}).setdefault(key, []).append(value)
                    print(
                        f"  round {turn + 1} {way:5}",
                        {k: round(v[-1], 2) for k, v in found[way].items()},
                        file=sys.stderr,
                    )
    finally:
        server.kill()
        server.wait()
    return found


def main() -> None:
    """Measure and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=18_000, help="of each candidate's loop; 18,000 are about 3 ms")
    parser.add_argument("--pipeline", default="default")
    parser.add_argument("--strategy", default="widening")
    parser.add_argument("--commit", default="ordered")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--stub", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stub:
        return stub(options.steps)
    if options.bare:
        return bare(options.bare, options.calls)
    found = measure(options)
    middle = {way: {key: statistics.median(each) for key, each in row.items()} for way, row in found.items()}
    ratio = {
        "cpu": middle["evo"]["cpu_ms"] / middle["bare"]["cpu_ms"],
        "throughput": middle["evo"]["per_second"] / middle["bare"]["per_second"],
    }
    if options.json:
        print(json.dumps({"median": middle, "ratio": ratio, "rounds": found}, indent=1))
        return None
    for way, row in middle.items():
        print(f"{way:5} {row['per_second']:6.0f} candidates/s {row['cpu_ms']:6.2f} ms CPU each")
    print(f"evo uses {ratio['cpu']:.2f} x the CPU of the bare loop, at {ratio['throughput']:.2f} of its rate")
    return None


if __name__ == "__main__":
    main()

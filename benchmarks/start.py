"""How long a run takes from the command to its first model call, and how much CPU.

    python benchmarks/start.py [--rounds 5] [--json]

The model is a socket that notes when it is called; the run is then ended. By then the config is read, the walls are put
up and attacked, the folder is made and the seed is scored twice. CPU is of the run and of what it has waited for. The
first round is not counted: it leaves the modules compiled, as an installed package has them.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import main_path

_TICKS = os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """Return that of a run: compiled modules are kept, whatever the caller's says."""
    return {**{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}, "STUB_KEY": "none"}


def once(folder: Path) -> tuple[float, float]:
    """Begin one run.

    Returns:
        Seconds by the clock and CPU seconds until the model is called.
    """
    with socket.create_server(("127.0.0.1", 0)) as model:
        model.settimeout(120)
        options = argparse.Namespace(calls=300, pipeline="default", strategy="widening", commit="ordered")
        main_path.prepared(folder, f"http://127.0.0.1:{model.getsockname()[1]}/v1", options)
        command = [sys.executable, "-m", "evo", "run", "--runs-dir", str(folder / "runs"), f"{main_path.FEW}.yaml"]
        began = time.perf_counter()
        with (folder / "output").open("wb") as output:
            run = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=environment())
        try:
            model.accept()[0].recv(1)
            seconds = time.perf_counter() - began
            times = Path(f"/proc/{run.pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        except TimeoutError:
            raise RuntimeError(f"no model was called:\n{(folder / 'output').read_text()[-2000:]}") from None
        finally:
            run.send_signal(signal.SIGKILL)
            run.wait()
    return seconds, sum(map(int, times)) / _TICKS


def main() -> None:
    """Measure and print a line or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = []
    for _ in range(options.rounds + 1):
        with tempfile.TemporaryDirectory() as name:
            found.append(once(Path(name)))
    del found[0]
    seconds, cpu = (statistics.median(row) for row in zip(*found, strict=True))
    if options.json:
        print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "rounds": found}))
    else:
        print(f"first model call after {seconds:.2f} s, {cpu:.2f} s of CPU (medians of {options.rounds})")


if __name__ == "__main__":
    main()

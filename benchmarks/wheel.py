"""How many tickets a run can be asked for and told, through Python and over HTTP, and what that leaves for the search.

A study of a shipped problem on the real store; scores are told with the programs, so that nothing is measured but the
wheel and the loop. CPU seconds are of the process that has the run, its writer's thread included; whoever asks over
HTTP is a process of its own.

    python benchmarks/wheel.py [--pairs 4000] [--batch 16] [--only python|http|search] [--profile] [--json]
"""

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import evo
from evo.errors import ConflictError
from evo.wheel.remote import ADDRESS

MEASURES = {"radius_spread": 0.1, "wall_share": 0.1, "code_length": 900.0, "complexity": 3.0}
PROGRAM = "# {number}\n" + "".join(f"def part_{i}(a, b):\n    return a * {i} + b\n\n\n" for i in range(20))
SETTINGS = ["executor.workers=1", "islands={count: 1}"]


def told(number):
    return PROGRAM.format(number=number), {"objective": (number % 977) / 977, "measures": MEASURES}


def opened(folder, pairs, *settings):
    return evo.create_study(
        "circle_packing/26",
        seed=1,
        budget=pairs,
        trust="told",
        window=64,
        settings=[*SETTINGS, *settings],
        runs_dir=folder,
    )


def through_python(pairs, batch):
    with tempfile.TemporaryDirectory() as name, opened(Path(name), pairs) as study:
        first = study.ask()  # The seeds are scored by now.
        done, cpu, clock, found = 0, time.process_time(), time.perf_counter(), {}
        study.tell(first, told(first.number)[0], value=told(first.number)[1])
        while True:
            try:
                trials = study.ask_many(batch)
            except ConflictError:
                break
            several = [(trial.number, *told(trial.number)) for trial in trials]
            study.tell_many([{"ticket": number, "program": text, "score": score} for number, text, score in several])
            done += len(trials)
            found = figures(done, cpu, clock)  # What comes after the last of them is the end of a run.
        return found


def over_http(pairs, batch):
    with tempfile.TemporaryDirectory() as name, opened(Path(name), pairs) as study:
        cpu, clock = time.process_time(), time.perf_counter()
        teller = subprocess.run(
            [sys.executable, __file__, "--teller", str(study.folder), "--batch", str(batch)],
            capture_output=True,
            text=True,
            check=True,
        )
        said = json.loads(teller.stdout)
        return {**figures(said["told"], cpu, clock), "teller_cpu_ms_per_pair": said["cpu_ms_per_pair"]}


def figures(done, cpu, clock):
    seconds, used = time.perf_counter() - clock, time.process_time() - cpu
    return {
        "pairs": done,
        "pairs_per_second": round(done / seconds, 1),
        "pairs_per_cpu_second": round(done / used, 1),
        "cpu_ms_per_pair": round(1000 * used / max(done, 1), 3),
    }


def tell_all(folder, batch):
    """Ask and tell until the run is over, over one connection."""
    where = json.loads((Path(folder) / ADDRESS).read_text())
    address = urlsplit(where["address"])
    headers = {"Authorization": f"Bearer {where['token']}", "Content-Type": "application/json"}
    connection, done, cpu = http.client.HTTPConnection(address.hostname, address.port), 0, time.process_time()

    def post(path, data):
        connection.request("POST", path, json.dumps(data), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    try:
        while True:
            status, found = post("/ask", {"most": batch, "wait": 1})
            if status != http.client.OK or not found["tickets"]:
                break
            several = [(ticket["ticket"], *told(int(ticket["ticket"]))) for ticket in found["tickets"]]
            told_now = [{"ticket": name, "program": program, "score": score} for name, program, score in several]
            post("/tell", {"several": told_now, "wait": 0})
            done += len(several)
    except (OSError, http.client.HTTPException):
        pass  # The run is over.
    used = time.process_time() - cpu
    print(json.dumps({"told": done, "cpu_ms_per_pair": round(1000 * used / max(done, 1), 3)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--only", choices=["python", "http"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--teller", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.teller:
        tell_all(options.teller, options.batch)
        return
    ways = {"python": through_python, "http": over_http}
    for way, measure in ways.items():
        if options.only in {None, way}:
            found = {"way": way, **measure(options.pairs, options.batch)}
            print(json.dumps(found) if options.json else "  ".join(f"{key} {value}" for key, value in found.items()))


if __name__ == "__main__":
    main()

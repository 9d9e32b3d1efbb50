"""A fresh environment with our wheel and somebody else's, and an empty folder with a problem of one number."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "evo_example"
KEY = "sk-parrot-5d41402abc4b2a76"

FILES = {
    "nearest/problem.yaml": """
        name: nearest
        summary: the number nearest to 0.3
        program: {entry: number}
        objective: {name: closeness, direction: maximize}
        measures: {value: {low: 0, high: 1, meaning: the number}}
        limits: {cpu_seconds: 2, memory_mb: 128, output_kb: 20, judge_seconds: 2}
        """,
    "nearest/evaluate.py": """
        from evo.judging import Invalid, number

        def evaluate(output, params):
            value = float(number(output, "the number"))
            if not 0 <= value <= 1:
                raise Invalid("it lies outside [0, 1]")
            return {"objective": -abs(value - 0.3), "measures": {"value": value}}
        """,
    "nearest/brief.md": "Return the number 0.3, or one near it.\n",
    "nearest/seeds/far.py": "def number(seed):\n    return 0.8\n",
    "nearest/seeds/near.py": "def number(seed):\n    return 0.45\n",
    "pipeline.yaml": """
        name: own
        stages:
          syntax: {use: syntax}
          call: {use: call, upstream: [syntax]}
          lines: {use: lines, upstream: [syntax]}
          score: {use: score, upstream: [call]}
        """,
    "installed.yaml": """
        problem: ./nearest
        pipeline: ./pipeline.yaml
        seed: 7
        budget: {tickets: 24}
        strategy: {use: latest, keep: 6}
        archive:
          use: rings
          cells: 8
          replacement: {use: by_share, share: 0.0001}
          measures: {value: {}, lines: {}}
        islands: {count: 3, migration: {use: line, every: 6}, choice: pairs, reset: {use: weakest, every: 9}}
        selector: {use: youngest, share: 0.6}
        mix: winner
        emitters: [{use: shake, llm: fast, weight: 2}, {use: halve}]
        llms: {fast: {use: parrot, api_key_env: PARROT_KEY, prices: {input: 1, output: 2}}}
        executor: {use: tallied, workers: 2}
        trackers: [diary]
        economy: {use: halfway, least: 6}
        """,
}


@dataclass(frozen=True)
class Place:
    """Where somebody works.

    Attributes:
        python: of an environment that has both packages.
        package: the installed files of the example.
        folder: where commands are typed.
    """

    python: Path
    package: Path
    folder: Path

    def write(self, **texts):
        """Write files, with _ for the dot of `.yaml` and `.py`."""
        for name, text in texts.items():
            (self.folder / name.replace("_yaml", ".yaml").replace("_py", ".py")).write_text(dedent(text))

    def environment(self):
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
        return {**clean, "PARROT_KEY": KEY}

    def start(self, *args, **changes):
        command = [self.python, *args]
        pipe = subprocess.PIPE
        environment = {**self.environment(), **changes}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=pipe, stderr=pipe, text=True)

    def python_run(self, *args, **changes):
        running = self.start(*args, **changes)
        out, err = running.communicate(timeout=300)
        assert KEY not in out + err
        return subprocess.CompletedProcess(args, running.returncode, out, err)

    def evo(self, *args, code=0, **changes):
        """Type a command and return what it says on both streams."""
        done = self.python_run("-m", "evo", *args, **changes)
        assert done.returncode == code, (args, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def only_run(self):
        (found,) = [path for path in (self.folder / "runs").iterdir() if (path / "run.db").exists()]
        return found


def build(source: Path, into: Path) -> Path:
    """Build a wheel without asking any index."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "-w", into, source], capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    return max(into.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def furnish(place: Path, wheels: list[Path]) -> tuple[Path, Path]:
    """Return the interpreter and the packages of a fresh environment; dependencies are borrowed from this one."""
    venv.create(place, with_pip=False)
    site = next((place / "lib").glob("python3*")) / "site-packages"
    for wheel in wheels:
        zipfile.ZipFile(wheel).extractall(site)
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return place / "bin" / "python", site

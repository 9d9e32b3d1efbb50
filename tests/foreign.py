"""Small problems with evaluators in the layouts of other frameworks, all of them written here."""

import asyncio
import textwrap
from pathlib import Path

from evo.assemble.evaluator import evaluating
from evo.config.problem import load_problem
from evo.records import Evaluation, Program

PROGRAM = """\
    # EVOLVE-BLOCK-START
    def solve(n):
        return [i * 0.1 for i in range(n)]
    # EVOLVE-BLOCK-END
"""
HEAD = """\
import importlib.util


def load(path):
    spec = importlib.util.spec_from_file_location("program", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


"""
RETURNED = HEAD + "def evaluate(path):\n    return {'combined_score': sum(load(path).solve(10)), 'size': 10}\n"


def text(lines: str) -> str:
    return textwrap.dedent(lines)


def write(
    folder: Path, evaluator: str = RETURNED, program: str = PROGRAM, *, more: str = "", **foreign: object
) -> Path:
    """A problem whose programs an evaluator scores that lies in a folder of its own."""
    (folder / "foreign").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "foreign" / "evaluator.py").write_text(text(evaluator))
    (folder / "seeds" / "initial_program.py").write_text(text(program))
    (folder / "brief.md").write_text("Make the sum large.\n")
    given = "".join(f", {name}: {value}" for name, value in foreign.items())
    (folder / "problem.yaml").write_text(
        "name: sums\nsummary: Make the sum large.\nprogram: {entry: solve}\n"
        "objective: {name: combined_score, direction: maximize}\npipeline: foreign\n"
        f"foreign: {{evaluator: foreign/evaluator.py{given}}}\nlimits: {{cpu_seconds: 10, memory_mb: 1024}}\n{more}"
    )
    return folder


def score(folder: Path, *programs: str, sandbox: str = "auto") -> list[Evaluation]:
    """The evaluations of programs, all by one evaluator; without any, that of the first program of the problem."""

    async def body() -> list[Evaluation]:
        problem = load_problem(str(folder))
        texts = [Program.of({"program.py": text(each)}) for each in programs] or [problem.seeds[0][1]]
        async with evaluating(problem, workers=2, sandbox=sandbox) as evaluator:
            return [await evaluator.evaluate(each) for each in texts]

    return asyncio.run(body())

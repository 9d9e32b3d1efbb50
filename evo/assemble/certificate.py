"""`evo certify`: a construction with its exact judge in one folder, which anybody can check without evo.

What a judge of ours says rests on `evaluate.py`, on `evo.judging` and on Python; these are small enough to be handed
over. The folder is checked by its own script, in a Python that sees nothing else, before it is handed over at all.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from evo import judging
from evo.assemble.evaluator import evaluator_of
from evo.assemble.resume import setup_of
from evo.errors import ConflictError, DamagedError, JudgeError, UsageError
from evo.judging import verify
from evo.records import EvaluationStatus
from evo.store.reading.view import open_run
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.config.problem_spec import BestKnown, ObjectiveSpec
    from evo.records import Commit, Program
    from evo.store.reading.view import RunView

VERIFY_SECONDS = 600
"""By the clock, for a judge that may take minutes on a busy machine; a safety net."""

_SCRIPT = "verify.py"
_COMPUTES = "evo.judging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A folder that has been checked.

    Attributes:
        folder: where it lies.
        label: the problem and instance.
        objective: the value that the folder proves.
        digest: SHA-256 of its SHA256SUMS, in hexadecimal: the whole folder in 64 characters.
        said: what its script printed.
    """

    folder: Path
    label: str
    objective: float
    digest: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a certificate says of a construction.

    Attributes:
        problem, summary, source: label, one line and citation of the problem.
        params: what its judge is told.
        objective: what is scored, in which direction and unit.
        value: the score.
        best_known: the value that the problem lists.
        origin: run, ticket, program and log_hash.
    """

    problem: str
    summary: str
    source: str
    params: Mapping[str, JSON]
    objective: ObjectiveSpec
    value: float
    best_known: BestKnown | None
    origin: Mapping[str, JSON]

    def document(self) -> dict[str, JSON]:
        """Return the claim as plain data; floats as decimal and as hexadecimal text."""
        known, objective = self.best_known, self.objective
        return {
            "problem": self.problem,
            "summary": self.summary,
            "source": self.source,
            "params": dict(self.params),
            "objective": {"name": objective.name, "direction": str(objective.direction), "unit": objective.unit},
            "value": {"decimal": repr(self.value), "hex": self.value.hex()},
            "best_known": {"value": known.value, "source": known.source, "date": known.date} if known else None,
            "origin": dict(self.origin),
        }


async def write_certificate(run: Path, program_id: str, target: Path) -> Certificate:
    """Run a program once more, and put its construction, the judge and a statement into a new folder.

    Args:
        run: folder of the run; the log is not touched, so the run may be going on.
        program_id: full id of a VALID program.
        target: a folder that does not exist yet, or is empty.

    Raises:
        UsageError: the target is taken; the program is not VALID; or the judge cannot stand alone: it calls programs,
            draws from a secret, or needs more than the standard library.
        ConflictError: the judge is not what it was when the run began, or the program gives another value now.
        NotFoundError: the problem is gone. JudgeError: the folder's own script fails. InfraError: this machine did.
    """
    _refuse_taken(target)
    with open_run(run) as view:
        setup = setup_of(view)
        program, commit = view.program(program_id), view.commit_of(program_id)
        if program is None or commit is None:
            raise DamagedError(f"{run}: program {program_id} is named by the log but is not in the database")
        claim = _claim(view, setup.problem, commit, program_id)
    modules = judge_modules(setup.problem)
    async with evaluator_of(setup) as evaluator:
        evaluation, output = await evaluator.again(program)
    if output is None:
        valid = evaluation.status is EvaluationStatus.VALID
        why = "the judge calls the program itself" if valid else f"it is {evaluation.status}: {evaluation.feedback}"
        raise UsageError(f"{setup.problem.label}: program {program_id[:12]} hands over no construction: {why}")
    files = _files(claim, output, program, modules)
    sums = "".join(f"{sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())).encode()
    _write(target, {**files, verify.SUMS: sums})
    said = _checked(target)
    digest = sha256(sums).hexdigest()
    return Certificate(folder=target, label=claim.problem, objective=claim.value, digest=digest, said=said)


def _refuse_taken(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: is there already; name a folder that is new or empty")


def judge_modules(problem: Problem) -> dict[str, bytes]:
    """Return the judge of a problem as files, by their names under `judge/`: itself, and what it imports of its folder.

    Raises:
        UsageError: it needs more than the standard library and `evo.judging`, or draws from a secret of the run.
    """
    if problem.secret:
        raise UsageError(f"{problem.label}: its judge draws from a secret of the run; what it says cannot be repeated")
    found: dict[str, bytes] = {}
    wanted = ["evaluate"]
    while wanted:
        name = wanted.pop()
        path = problem.folder / f"{name}.py"
        found[path.name] = path.read_bytes()
        for module in _imports(found[path.name]):
            top = module.partition(".")[0]
            if (problem.folder / f"{top}.py").is_file():
                wanted += [top] if f"{top}.py" not in found else []
            elif top not in sys.stdlib_module_names and module != _COMPUTES and not module.startswith(f"{_COMPUTES}."):
                raise UsageError(
                    f"{problem.label}: {path.name} imports {module}; a certificate is checked by Python alone, so its "
                    f"judge may import the standard library, {_COMPUTES} and files beside it"
                )
    room = Path(judging.__file__).parent
    computes = {f"evo/judging/{path.name}": path.read_bytes() for path in room.glob("*.py") if path.name != _SCRIPT}
    return {**found, "evo/__init__.py": b"", **computes}


def _imports(text: bytes) -> list[str]:
    nodes = list(ast.walk(ast.parse(text)))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]


def _claim(view: RunView, problem: Problem, commit: Commit, program_id: str) -> Claim:
    value = commit.evaluation.objective if commit.evaluation else None
    if value is None:
        raise UsageError(f"program {program_id[:12]} has no score: only VALID programs can be certified")
    return Claim(
        problem=problem.label,
        summary=problem.spec.summary,
        source=problem.spec.source,
        params={**problem.params, **problem.judge_params},
        objective=problem.spec.objective,
        value=value,
        best_known=problem.best_known,
        origin={
            "run": view.folder.name,
            "ticket": commit.ticket,
            "program": program_id,
            "log_hash": commit.hash,
        },
    )


def _files(claim: Claim, output: bytes, program: Program, judge: Mapping[str, bytes]) -> dict[str, bytes]:
    document = json.dumps(claim.document(), indent=2, ensure_ascii=False, sort_keys=True)
    return {
        "README.md": statement(claim).encode(),
        "claim.json": document.encode() + b"\n",
        "construction.json": output,
        _SCRIPT: Path(verify.__file__).read_bytes(),
        **{f"judge/{name}": body for name, body in judge.items()},
        **{f"program/{name}": text.encode("utf-8", "surrogateescape") for name, text in program.files.items()},
    }


def statement(claim: Claim) -> str:
    """Return what a certificate states, in Markdown."""
    return _STATEMENT.format(
        problem=claim.problem,
        summary=sanitise(claim.summary),
        source=sanitise(claim.source).strip(),
        name=claim.objective.name,
        direction=claim.objective.direction,
        unit=verify.unit_beside(claim.objective.name, claim.objective.unit),
        params=json.dumps(dict(claim.params), sort_keys=True),
        decimal=repr(claim.value),
        hex=claim.value.hex(),
        known=_beside_known(claim),
        **claim.origin,
    )


def _beside_known(claim: Claim) -> str:
    known = claim.best_known
    if known is None:
        return "No best known value is listed for it."
    gain = claim.objective.direction.gain(claim.value, known.value)
    who = f"{known.value!r} ({sanitise(known.source).strip() or 'no source'}, {known.date or 'no date'})"
    if gain <= 0:
        return f"The best value listed for it is {who}; this one is {abs(gain):.3g} short of it."
    return (
        f"It is better by {gain:.3g} than the value listed for it: {who}. Whether it is a record is for a search of "
        "the literature to say; this folder proves the value alone."
    )


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    for name, body in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _checked(target: Path) -> str:
    """Have the folder's script judge it, in a Python without packages; a folder that fails is not left behind."""
    argv = [sys.executable, "-I", "-S", str(target / _SCRIPT)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=VERIFY_SECONDS, check=False, cwd=target)
    except subprocess.TimeoutExpired:
        shutil.rmtree(target)
        raise JudgeError(f"no certificate was written: the judge alone took over {VERIFY_SECONDS} s") from None
    if done.returncode == verify.HOLDS:
        return done.stdout.strip()
    shutil.rmtree(target)
    said = (done.stdout or done.stderr).strip()[-2000:]
    if done.stdout.startswith(("DIFFERS", "REFUSED")):
        raise ConflictError(f"no certificate was written, since the judge alone says otherwise than the run: {said}")
    raise JudgeError(f"no certificate was written: the judge does not stand alone: {said}")


_STATEMENT = """# {problem}: {name} = {decimal}

{summary}

- {name}: **{decimal}**{unit} (to be {direction}d; the exact double is `{hex}`)
- parameters: `{params}`
- {known}
- the problem: {source}

## Check it

    python -I verify.py

It takes Python 3.11 or newer and nothing else. The script compares every file with `SHA256SUMS`, reads
`construction.json` strictly, has the judge score it and compares the value to the last bit: `VERIFIED` and exit code 0,
or what is different.

## What lies here

| file | is |
|---|---|
| `construction.json` | what the program returned |
| `claim.json` | the claim, for programs |
| `judge/evaluate.py` | the problem's judge: what has to be read to believe the value |
| `judge/evo/judging/` | what it computes with: the standard library alone |
| `verify.py` | the script above |
| `program/` | the program that made the construction; not needed to check it |
| `SHA256SUMS` | all of these; `sha256sum -c SHA256SUMS` |

It comes from ticket {ticket} of the run `{run}`: program `{program}`, hash of the log up to there `{log_hash}`.
"""

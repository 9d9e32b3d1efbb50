"""A seed, a score and a goal as the files of a problem: what a function, a script or a text becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON

USUAL_IMPORTS = (
    *("bisect", "collections", "dataclasses", "functools", "heapq", "itertools", "math", "operator", "random", "re"),
    *("statistics", "string", "typing"),
)
"""What programs may import beside what the seed imports."""
BY_TEXT = "text"
"""The language and the pipeline of programs that are read and not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, before it is a folder.

    Attributes:
        name: of the problem.
        seeds: name -> files of a first program; at least one.
        judge: `evaluate.py` and what lies beside it.
        goal: what programs are for, in the user's words; "" leaves it to the program and its score.
        direction: "maximize" or "minimize".
        entry, file, signature: what is called, where it stands, and how it is called.
        language: "text" for programs that nobody runs.
        called: whether the judge calls the program; else it gets its text.
        reference: a file of the judge's that programs are measured against; "" for none.
        inputs: the arguments of the entry where its output is scored, by parameter.
        measures: name -> (low, high).
        imports: what programs may import.
        unit, objective: of the score.
        cpu_seconds, memory_mb, judge_seconds: limits.
        noisy: whether the judge says how far a score may be off.
    """

    name: str
    seeds: Mapping[str, Mapping[str, str]]
    judge: Mapping[str, str]
    goal: str = ""
    direction: str = "maximize"
    entry: str = "program"
    file: str = "program.py"
    signature: str = ""
    language: str = "python"
    called: bool = True
    reference: str = ""
    inputs: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    measures: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    imports: Sequence[str] = ()
    unit: str = ""
    objective: str = "score"
    cpu_seconds: float = 10.0
    memory_mb: float = 512.0
    judge_seconds: float = 30.0
    noisy: bool = False


def files_of(question: Question) -> Mapping[str, str]:
    """Return the problem's files: path -> text, `problem.yaml` first."""
    return {
        "problem.yaml": _problem(question),
        "run.yaml": _run(question),
        "brief.md": _brief(question),
        **question.judge,
        **{f"seeds/{path}": text for path, text in _seeds(question)},
    }


def _seeds(question: Question) -> list[tuple[str, str]]:
    """Return the files below `seeds/`: a program of one file is a file named for itself, others are folders."""
    found: list[tuple[str, str]] = []
    for name, files in question.seeds.items():
        if list(files) == [question.file]:
            suffix = question.file.rpartition(".")[2]
            found.append((f"{name}.{suffix}", files[question.file]))
        else:
            found += [(f"{name}/{path}", text) for path, text in files.items()]
    return found


def _problem(question: Question) -> str:
    summary = " ".join(question.goal.split()) or f"Make {question.entry} better, as its score says."
    lines = [
        f"# What is asked, how it is scored, and within which limits. `evo check problems/{question.name}` checks it.",
        f"name: {question.name}",
        f"summary: {json.dumps(summary[:300], ensure_ascii=False)}",
    ]
    if not question.called:
        lines += [f"language: {question.language}", f"pipeline: {BY_TEXT}  # nothing runs: the judge gets the text"]
    lines += ["", "program:", f"  entry: {question.entry}", f"  file: {question.file}"]
    if question.called:
        lines += [f"  signature: {json.dumps(question.signature)}", "  called_by: judge"]
        lines += [f"  reference: {question.reference}"] if question.reference else []
        lines += [f"  imports: [{', '.join(question.imports)}]"] if question.imports else []
    lines += ["", "objective:", f"  name: {question.objective}", f"  direction: {question.direction}"]
    lines += [f"  unit: {json.dumps(question.unit)}"] if question.unit else []
    if question.measures:
        lines += ["", "measures:"]
        lines += [f"  {name}: {{low: {low}, high: {high}}}" for name, (low, high) in question.measures.items()]
    if question.inputs:
        lines += ["", "# With what the entry is called where its output is scored.", "params:"]
        lines += [f"  {name}: {json.dumps(value)}" for name, value in question.inputs.items()]
    lines += [
        "",
        "limits:",
        f"  cpu_seconds: {question.cpu_seconds:g}",
        f"  memory_mb: {question.memory_mb:g}",
        f"  judge_seconds: {question.judge_seconds:g}",
    ]
    return "\n".join(lines) + "\n"


def _run(question: Question) -> str:
    usual = ("code_length", "complexity") if question.called else ("text_length", "text_lines")
    axes = list(question.measures) or usual
    lines = [
        "# How the problem is best run: the keys of a config. `evo run NAME` takes them, `--set` stands above them.",
        "extends: base.yaml",
        "budget: {tickets: 200}",
    ]
    scale = "" if question.measures else ", scale: log"
    lines += ["archive:", "  measures:", *(f"    {name}: {{cells: 6{scale}}}" for name in axes)]
    if question.noisy:
        lines += ["  replacement: {use: beyond_noise, z: 1.0}  # the judge says how far a score may be off"]
        lines += ["executor: {use: local, workers: 1, sandbox: auto}  # two measurements at a time disturb each other"]
    return "\n".join(lines) + "\n"


def _brief(question: Question) -> str:
    goal = (
        question.goal.strip()
        or f"Make `{question.entry}` better: its score is to be as {_wanted(question)} as possible."
    )
    if question.called:
        form = f"A program is Python with a function `{question.signature}`, which keeps its name and its parameters."
    else:
        form = f"The program is the text of `{question.file}` itself."
    return f"# {question.name}\n\n{goal}\n\n{form}\n"


def _wanted(question: Question) -> str:
    return "small" if question.direction == "minimize" else "large"

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
class Draft:
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


def problem_name(name: str) -> str:
    """Return a name that a problem may have, as near to the one that is given as that goes."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower()).strip("_")
    return (kept if kept[:1].isalpha() else f"problem_{kept}").rstrip("_")[:40]


def files_of(draft: Draft) -> Mapping[str, str]:
    """Return the problem's files: path -> text, `problem.yaml` first."""
    return {
        "problem.yaml": _problem(draft),
        "run.yaml": _run(draft),
        "brief.md": _brief(draft),
        **draft.judge,
        **{f"seeds/{path}": text for path, text in _seeds(draft)},
    }


def _seeds(draft: Draft) -> list[tuple[str, str]]:
    """Return the files below `seeds/`: a program of one file is a file named for itself, others are folders."""
    found: list[tuple[str, str]] = []
    for name, files in draft.seeds.items():
        if list(files) == [draft.file]:
            suffix = draft.file.rpartition(".")[2]
            found.append((f"{name}.{suffix}", files[draft.file]))
        else:
            found += [(f"{name}/{path}", text) for path, text in files.items()]
    return found


def _problem(draft: Draft) -> str:
    summary = " ".join(draft.goal.split()) or f"Make {draft.entry} better, as its score says."
    lines = [
        f"# What is asked, how it is scored, and within which limits. `evo check problems/{draft.name}` checks it.",
        f"name: {draft.name}",
        f"summary: {json.dumps(summary[:300], ensure_ascii=False)}",
    ]
    if not draft.called:
        lines += [f"language: {draft.language}", f"pipeline: {BY_TEXT}  # nothing runs: the judge gets the text"]
    lines += ["", "program:", f"  entry: {draft.entry}", f"  file: {draft.file}"]
    if draft.called:
        lines += [f"  signature: {json.dumps(draft.signature)}", "  called_by: judge"]
        lines += [f"  reference: {draft.reference}"] if draft.reference else []
        lines += [f"  imports: [{', '.join(draft.imports)}]"] if draft.imports else []
    lines += ["", "objective:", f"  name: {draft.objective}", f"  direction: {draft.direction}"]
    lines += [f"  unit: {json.dumps(draft.unit)}"] if draft.unit else []
    if draft.measures:
        lines += ["", "measures:"]
        lines += [f"  {name}: {{low: {low}, high: {high}}}" for name, (low, high) in draft.measures.items()]
    if draft.inputs:
        lines += ["", "# With what the entry is called where its output is scored.", "params:"]
        lines += [f"  {name}: {json.dumps(value)}" for name, value in draft.inputs.items()]
    lines += [
        "",
        "limits:",
        f"  cpu_seconds: {draft.cpu_seconds:g}",
        f"  memory_mb: {draft.memory_mb:g}",
        f"  judge_seconds: {draft.judge_seconds:g}",
    ]
    return "\n".join(lines) + "\n"


def _run(draft: Draft) -> str:
    usual = ("code_length", "complexity") if draft.called else ("text_length", "text_lines")
    axes = list(draft.measures) or usual
    lines = [
        "# How the problem is best run: the keys of a config. `evo run NAME` takes them, `--set` stands above them.",
        "extends: base.yaml",
        "budget: {tickets: 200}",
    ]
    scale = "" if draft.measures else ", scale: log"
    lines += ["archive:", "  measures:", *(f"    {name}: {{cells: 6{scale}}}" for name in axes)]
    if draft.noisy:
        lines += ["  replacement: {use: beyond_noise, z: 1.0}  # the judge says how far a score may be off"]
        lines += ["executor: {use: local, workers: 1, sandbox: auto}  # two measurements at a time disturb each other"]
    return "\n".join(lines) + "\n"


def _brief(draft: Draft) -> str:
    goal = draft.goal.strip() or f"Make `{draft.entry}` better: its score is to be as {_wanted(draft)} as possible."
    if draft.called:
        form = f"A program is Python with a function `{draft.signature}`, which keeps its name and its parameters."
    else:
        form = f"The program is the text of `{draft.file}` itself."
    return f"# {draft.name}\n\n{goal}\n\n{form}\n"


def _wanted(draft: Draft) -> str:
    return "small" if draft.direction == "minimize" else "large"

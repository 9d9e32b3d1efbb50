"""The files of a problem that stands for a folder of another framework: problem.yaml, run.yaml, brief.md, seeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.scaffold.bridge import Bridge

_SECONDS, _MOST_SECONDS, _MEMORY_MB = 60.0, 3600.0, 4096
_TICKETS = 200
_OURS = {"complexity": "complexity", "code_length": "code_length", "length": "code_length"}
"""Axes that the framework makes itself, as our stage calls them."""
_NONE = {"diversity", "score", "combined_score"}
_KEYS = {"openai.com": "OPENAI_API_KEY", "google": "GEMINI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}


def bridge_files(
    bridge: Bridge, name: str, *, axes: Mapping[str, tuple[float, float]], unsteady: Sequence[str], notes: Sequence[str]
) -> dict[str, str]:
    """Return path -> text of what is written beside the copied folder.

    Args:
        bridge: what was found.
        name: of the problem.
        axes: metrics that span the archive, with the bounds of their bins.
        unsteady: metrics and texts that are kept apart from prompts.
        notes: sentences for the head of run.yaml.
    """
    entry, *_ = bridge.program
    text = bridge.language == "text"
    seeds = {f"seeds/{_seed_path(bridge, path)}": each for path, each in bridge.program.items()}
    own = {"pipeline.yaml": _PIPELINE_OF_TEXTS} if text else {}
    return {
        "problem.yaml": _problem(bridge, name, entry, axes, unsteady),
        "run.yaml": _run(bridge, axes, notes),
        "brief.md": _brief(bridge, name),
        **own,
        **seeds,
    }


_PIPELINE_OF_TEXTS = """\
# Texts have no syntax: their evaluator scores them, and their size spans the archive.
name: texts
stages:
  foreign: {use: foreign}
  text: {use: text}
"""


def _seed_path(bridge: Bridge, path: str) -> str:
    return f"initial{path[path.rfind('.') :]}" if len(bridge.program) == 1 else f"initial/{path}"


def _problem(
    bridge: Bridge, name: str, entry: str, axes: Mapping[str, tuple[float, float]], unsteady: Sequence[str]
) -> str:
    foreign, config = bridge.foreign, bridge.config
    summary = next((line.strip() for line in config.message.splitlines() if line.strip()), f"What {name} asks.")
    asked = [f"  evaluator: {_said(foreign.evaluator)}", f"  layout: {foreign.layout}"]
    asked += [f"  function: {foreign.function}"] if foreign.function != "evaluate" else []
    asked += [f"  thresholds: {list(foreign.thresholds)}"] if foreign.thresholds else []
    asked += [f"  examples: {foreign.examples}"] if foreign.examples else []
    asked += [f"  unsteady: {_said(list(unsteady))}  # another way each time"] if unsteady else []
    needs = any(path.name == "requirements.txt" for path in bridge.files)
    seconds = min(config.seconds or _SECONDS, _MOST_SECONDS)
    lines = [
        f"# Carried over from a folder in the layout of {bridge.framework}. Its evaluator runs in one process with the",
        "# program, so every view says `trust: shared`; see docs/bridges.md.",
        f"name: {name}",
        f"summary: {_said(summary[:300])}",
        f"language: {bridge.language}",
        f"pipeline: {'pipeline.yaml' if bridge.language == 'text' else 'foreign'}",
        "foreign:",
        *asked,
        *(["# environment: foreign/requirements.txt  # then: evo env PROBLEM"] if needs else []),
        "program:",
        f"  entry: {_said(bridge.entry)}",
        f"  file: {entry}",
        f"  signature: {_said(bridge.signature)}",
        f"  editable: {bridge.editable}",
        "objective: {name: combined_score, direction: maximize}",
    ]
    lines += ["measures:"] if axes else []
    lines += [f"  {_said(axis)}: {{low: {low!r}, high: {high!r}}}" for axis, (low, high) in axes.items()]
    lines += [f"limits: {{cpu_seconds: {seconds:g}, memory_mb: {_MEMORY_MB}, output_kb: 2000}}"]
    return "\n".join(lines) + "\n"


def _run(bridge: Bridge, axes: Mapping[str, tuple[float, float]], notes: Sequence[str]) -> str:
    config = bridge.config
    ours = [_OURS[each] for each in config.features if each in _OURS]
    left = [each for each in config.features if each not in axes and each not in _OURS and each not in _NONE]
    cells = dict.fromkeys([*axes, *ours]) or (
        ["text_length", "text_lines"] if bridge.language == "text" else ["code_length", "complexity"]
    )
    lines = [
        "# How the problem is best run: the keys of a config; `evo run NAME` takes them, `--set` stands above them.",
        *(f"# {each}" for each in notes),
        *(f"# No axis for {each}: the evaluator did not give it." for each in left),
        "extends: base.yaml",
        f"budget: {{tickets: {config.tickets or _TICKETS}{f', usd: {config.usd:g}' if config.usd else ''}}}",
        "archive:",
        "  measures:",
        *(f"    {_said(axis)}: {{cells: 8}}" for axis in cells),
    ]
    lines += [f"islands: {{count: {config.islands}}}"] if config.islands > 1 else []
    return "\n".join([*lines, *_models(bridge)]) + "\n"


def _models(bridge: Bridge) -> list[str]:
    """Return the models as a config would have them, commented out: without a key nothing is asked."""
    if not bridge.config.models:
        return []
    lines = ["# The models that it named; put in what they cost, set the key, and take the # away:", "# llms:"]
    for role, (model, base) in zip(("fast", "strong", "third", "fourth"), bridge.config.models, strict=False):
        url = base or "https://api.openai.com/v1"
        key = next((name for part, name in _KEYS.items() if part in url), "MY_KEY")
        lines.append(f"#   {role}: {{use: openai, model: {_said(model)}, base_url: {_said(url)}, api_key_env: {key},")
        lines.append("#     prices: {input: 0.0, output: 0.0}}")
    return lines


def _brief(bridge: Bridge, name: str) -> str:
    task = bridge.config.message or f"Make the score of `{next(iter(bridge.program))}` as large as possible."
    kept = "\n\nOnly what lies between the EVOLVE-BLOCK lines may change." if bridge.editable == "markers" else ""
    return f"# {name}\n\n{task}{kept}\n"


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The reference of what files may say, written from the code: `make reference` writes docs/reference.md with it."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING

from evo import parts
from evo.config.keys import keys_of
from evo.config.pipeline import PipelineSpec, Placing
from evo.config.problem import Case
from evo.config.problem_spec import ProblemSpec
from evo.config.run import RunSpec
from evo.config.suite import SuiteSpec
from evo.parts import KINDS, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evo.canonical import JSON
    from evo.config.keys import Key

_HEAD = """\
# Reference

Every key that a declared file may hold, read off the code by `make reference`; a test holds this page equal to it. What
the keys are for, with examples, stands in [problems](problems.md), [pipelines](pipelines.md) and [configs](configs.md).

`NAME` stands for a name of your own, `[]` for each entry of a list. A key that is *required* has to be said where its
section is; *none* means that nothing is meant where nothing is said.
"""
_LONGEST_DEFAULT = 200


def write_reference() -> str:
    """Return the page."""
    return "\n".join([*_lines()]) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield from _section("problem.yaml", "A problem, in its folder.", keys_of(ProblemSpec))
    yield from _section("cases.yaml", "A list of outputs with known verdicts: the judge's own test.", _cases())
    yield from _section("A pipeline", "A file in `pipelines/`, or one that a problem or a config names.", _pipeline())
    for name, _ in parts.names_of("stage"):
        yield from _stage(name)
    yield from _section(
        "A config, and run.yaml",
        "One run. Options of parts (`strategy`, `selector`, `emitters` and so on) are told by `evo parts KIND NAME`.",
        keys_of(RunSpec),
    )
    yield from _section("A suite", "A file in `configs/suites/`, or anywhere.", keys_of(SuiteSpec))


def _cases() -> Iterator[Key]:
    return keys_of(Case, "[].")


def _pipeline() -> Iterator[Key]:
    yield from keys_of(PipelineSpec)
    yield from keys_of(Placing, "stages.NAME.")


def _section(title: str, about: str, keys: Iterable[Key]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield about
    yield ""
    yield from _table(keys)


def _stage(name: str) -> Iterator[str]:
    cls = look_up("stage", name).cls
    said = inspect.getdoc(cls) or ""
    keys = [key for key in keys_of(cls) if key.path.partition(".")[0] not in KINDS["stage"].given]
    yield f"### use: {name}"
    yield ""
    yield " ".join(said.partition("\n\n")[0].split())
    yield ""
    if keys:
        yield from _table(keys)


def _table(keys: Iterable[Key]) -> Iterator[str]:
    yield "| key | default | expected | meaning |"
    yield "|---|---|---|---|"
    for key in keys:
        yield f"| `{key.path}` | {_default(key)} | {_cell(key.expects)} | {_cell(key.meaning)} |"
    yield ""


def _default(key: Key) -> str:
    if key.required:
        return "required"
    if key.section:
        return ""
    if key.default is None:
        return "none"
    text = _flow(key.default)
    return f"`{_cell(text)}`" if len(text) <= _LONGEST_DEFAULT else "as `evo parts` tells"


def _flow(value: JSON) -> str:
    """Return plain data as one line of YAML."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if value and value.replace("_", "").replace(".", "").isalnum():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

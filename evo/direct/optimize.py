"""`evo.optimize`: a seed and a score function, and nothing else that one has to know.

The problem becomes a folder and the search a run like any other, with its log, sandbox and resume; what is different is
who judges: a function of the calling process, in its own thread (see `caller`).
"""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO, Unpack, cast

from evo.assemble.kin import find_kin
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.live import as_component
from evo.config.model_choice import ROLE, model_settings
from evo.config.pack_run import load_run
from evo.config.sections import BudgetSpec
from evo.direct.caller import CallerJudge
from evo.direct.options import Chosen, Options, complete_options
from evo.direct.own_process import OwnProcess
from evo.direct.own_thread import Sitting
from evo.direct.result import Optimized
from evo.direct.seed import FirstProgram, first_program
from evo.errors import UsageError, nearest
from evo.judging.scorer import OUTPUT, PROGRAM, TEXT, ScoreError, wanted
from evo.render.live import LiveView
from evo.scaffold.draft import BY_TEXT, USUAL_IMPORTS, Draft, problem_name
from evo.scaffold.extract import functions_of, modules_of, parameters_of, parse_module, signature_of
from evo.scaffold.folder import keep_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evo.canonical import JSON
    from evo.direct.own_thread import View

_JUDGE_SECONDS = 3600.0
"""The judge is a function of the caller's, which nobody can stop: so long may a program live while it is scored."""
_RECORD = '''\
"""The judge of this problem is a function of the process that called evo.optimize; this is its text, for the record.

{text}
"""


def evaluate(candidate, params):
    raise RuntimeError("scored by a function of the script that called evo.optimize; run that script again to go on")
'''


def optimize(seed: object, score: Callable[..., object], **options: Unpack[Options]) -> Optimized:
    """Search for a better program, and return what was found.

    Programs run in the sandbox, as in every run; `score` runs here, in the thread of the caller, one call at a time.
    The search itself lives in another thread, so this works within a notebook's event loop too. An interrupt lets what
    is in flight finish and returns what there is; a second one stops at once.

    Args:
        seed: the first program: a function, a text, or the path of a file or a folder. A text without a function is
            evolved as a text, and never run.
        score: says how good a program is: a number, a number and a word on it, or a mapping with `score`, `feedback`,
            `measures`, `metrics`. By the name of its parameter it gets the output of the entry (`output`), the text
            (`text`) or, whatever else it is called, the program, which can be called. `raise evo.Invalid("why")`
            refuses one.
        **options: `goal`, `budget`, `direction`, `model`, `folder` and others; see `evo.direct.options.Options`.

    Raises:
        UsageError: the seed, the score function or an option is none.
        JudgeError: the score function failed so often that nothing can be said; its own error is the cause.
        EvoError: whatever else a run can fail of; what was found until then is kept.
    """
    given = complete_options(options)
    first = first_program(seed, given.entry)
    judge = CallerJudge(score, entry=first.entry, arguments=_arguments(first, score, given.inputs))
    folder, model = given.folder, given.model
    runs_dir = Path(folder) if folder is not None else Path("runs")
    asked = keep_draft(_draft(first, score, given), runs_dir)
    named = model if isinstance(model, str) or model is None else None
    who = model_settings(named, given.base_url, given.key_env, given.prices)
    spec = load_run(asked, [*who, *_limits(given.budget), *given.settings])
    spec = replace(spec, executor=as_component(OwnProcess(workers=given.workers).judged_by(judge)))
    if model is not None and not isinstance(model, str):
        spec = replace(spec, llms=MappingProxyType({**spec.llms, ROLE: as_component(model)}))
    kin = find_kin(spec, runs_dir) if folder is not None else None
    if kin is not None and kin.finished and not kin.settings:
        return Optimized(kin.folder)
    parts: dict[str, object] = {"executor": spec.executor.live}
    parts |= {f"llms.{role}": each.live for role, each in spec.llms.items() if each.live is not None}
    opening = resume(kin.folder, kin.settings, parts=parts) if kin else start(spec, runs_dir=runs_dir)
    return Sitting(opening, judge, _view(progress=given.progress)).see_through()


def _limits(budget: int | Mapping[str, JSON] | BudgetSpec) -> list[str]:
    """Return a budget as settings.

    Raises:
        UsageError: it is none.
    """
    if isinstance(budget, BudgetSpec):
        budget = {each.name: getattr(budget, each.name) for each in fields(budget)}
        budget = {key: value for key, value in budget.items() if value is not None}
    if isinstance(budget, bool) or not isinstance(budget, int | dict):
        raise UsageError(f"budget = {budget!r:.60}; expected tickets, or a mapping such as {{'seconds': 600}}")
    keys = [each.name for each in fields(BudgetSpec)]
    given: Mapping[str, JSON] = {"tickets": budget} if isinstance(budget, int) else budget
    for key in given:
        if key not in keys:
            raise UsageError(f"budget: unknown {key!r}{nearest(key, keys)}; there are {', '.join(keys)}")
    # What the problem's own file says of tickets is for who says nothing.
    return [f"budget.{key}={json.dumps(value)}" for key, value in {"tickets": None, **given}.items()]


def _arguments(first: FirstProgram, score: object, inputs: Mapping[str, JSON]) -> list[object]:
    """Return with what the entry is called where its output is wanted.

    Raises:
        UsageError: `score` is no function or wants what there is not, or an argument is missing or unknown.
    """
    if not callable(score):
        raise UsageError(f"score = {score!r:.60}; expected a function that says how good a program is")
    try:
        kinds = wanted(score, PROGRAM if first.entry else TEXT)
    except ScoreError as error:
        raise UsageError(str(error)) from error
    if not first.entry:
        if PROGRAM in kinds:
            raise UsageError(
                "score wants a program that can be called, and the seed is a text; name its parameter text"
            )
        return []
    node = functions_of(parse_module(first.files[first.file], first.file))[first.entry]
    order = parameters_of(node)
    if unknown := [each for each in inputs if each not in order]:
        hint = nearest(unknown[0], order) or f"; it has {', '.join(order) or 'none'}"
        raise UsageError(f"inputs: {first.entry} has no parameter {unknown[0]!r}{hint}")
    lacking = [each for each in parameters_of(node, needed=True) if each not in inputs and each != "seed"]
    if OUTPUT in kinds and lacking:
        example = ", ".join(f"{each!r}: ..." for each in lacking)
        raise UsageError(
            f"score wants the output of {signature_of(node)}; expected inputs={{{example}}}, or a score function whose "
            "parameter is called program"
        )
    # Arguments go by their place, so the row ends where the first one is left out.
    row: list[object] = []
    for each in order:
        if each not in inputs and each != "seed":
            break
        row.append(inputs.get(each, 0))
    return row


def _draft(first: FirstProgram, score: Callable[..., object], given: Chosen) -> Draft:
    """Return the problem that is asked."""
    called = bool(first.entry)
    trees = [parse_module(text, path) for path, text in first.files.items() if path.endswith(".py")] if called else []
    own = {path.removesuffix(".py").partition("/")[0] for path in first.files}
    modules = {module for tree in trees for module in modules_of(tree)} - own - {"__future__"}
    signature = signature_of(functions_of(parse_module(first.files[first.file], ""))[first.entry]) if called else ""
    return Draft(
        name=given.name or problem_name(first.name),
        seeds={first.name: first.files},
        judge={"evaluate.py": _RECORD.format(text=_text_of(score))},
        goal=given.goal,
        direction=given.direction,
        entry=first.entry or BY_TEXT,
        file=first.file,
        signature=signature,
        language="python" if called else BY_TEXT,
        called=called,
        inputs=given.inputs,
        measures=given.measures,
        imports=sorted({*USUAL_IMPORTS, *modules, *given.imports}) if called else (),
        cpu_seconds=given.cpu_seconds,
        memory_mb=given.memory_mb,
        judge_seconds=_JUDGE_SECONDS,
    )


def _text_of(score: Callable[..., object]) -> str:
    """Return the text of a score function, as it may stand in a docstring; its name where nobody knows the text."""
    try:
        text = inspect.getsource(score)
    except (OSError, TypeError):
        text = getattr(score, "__qualname__", repr(type(score)))
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()


def _view(*, progress: bool) -> View:
    from evo.direct.notebook import NotebookView, in_notebook  # noqa: PLC0415 - in a notebook alone

    if progress and in_notebook():
        return NotebookView()
    return LiveView(cast("TextIO", sys.stderr), quiet=not progress)

"""The process in which an evaluator of somebody else's and a program are together: behind the walls, without a judge.

It lets the evaluator score the program in the way that its layout has, and writes one report. The program could write
that report itself, so what comes of it is marked wherever it is shown. The interpreter may be another than ours,
with nothing of ours installed: the texts of this folder are handed to it with the order (see `stages.foreign`).
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from evo.evaluate.foreign.blame import Blame, NoScoreError
from evo.evaluate.foreign.layouts import LAYOUTS
from evo.evaluate.foreign.plain import plain
from evo.evaluate.foreign.shims import install

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

MODULE = "evaluation_module"
"""What the evaluator's module is called, as its authors may rely on."""
_PACKAGE = __name__.partition(".")[0]
_LINKED = 200
"""Most entries of the evaluator's folder that are to be found in the current one."""


def main(order: Mapping[str, Any]) -> NoReturn:
    """Score one program; the report is a JSON object in one line.

    Args:
        order: `evaluator` and `program`, their files; `layout`, `function`, `thresholds`, `examples` as in
            problem.yaml; `home`, the folder that all of it lies in; `parts`, the files of a program of several; `seed`.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]
    answers = _keep_streams()
    report = _without_paths(json.dumps(_report(order)), order)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    data = memoryview(report.encode())
    while data:
        data = data[os.write(answers, data) :]
    # Threads that nobody waits for any more, and what libraries do at exit, are of no use to anyone.
    os._exit(0)


def _keep_streams() -> int:
    """Return where the report goes; what evaluator and program print is no report."""
    answers = os.dup(1)
    os.dup2(2, 1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    return answers


def _report(order: Mapping[str, Any]) -> dict[str, object]:
    evaluator, program = Path(order["evaluator"]), Path(order["program"]).absolute()
    blame = Blame(program=program, evaluator=evaluator)
    install()
    blame.listen()
    _settle(evaluator, program, order)
    try:
        module = _load(evaluator)
    except BaseException as error:  # noqa: BLE001 - the boundary to somebody else's code
        return blame.of_loading(error).report()
    try:
        found = LAYOUTS[order["layout"]](module, program, order)
    except NoScoreError as verdict:
        return verdict.report()
    except BaseException as error:  # noqa: BLE001 - as above
        return blame.of_scoring(error).report()
    if found.failure and (missing := blame.missing_words()):
        return NoScoreError("judge", missing).report()
    return {"kind": "scored", **plain(found.fields())}


def _without_paths(report: str, order: Mapping[str, Any]) -> str:
    """Return a report in equal words wherever it was made: what an evaluator says of itself may come into prompts."""
    for place in (str(Path.cwd()), str(Path(order["evaluator"]).parent), order["home"]):
        said = json.dumps(place)[1:-1]
        report = report.replace(f"{said}/", "").replace(said, ".")
    return report


def _settle(evaluator: Path, program: Path, order: Mapping[str, Any]) -> None:
    """Make the process look as if it had been started in the evaluator's folder, which it may only read."""
    here, home, seed = Path.cwd(), evaluator.parent, order["seed"]
    for place in (order["home"], str(here), str(home)):
        sys.path.insert(0, place)
    sys.argv[:] = [str(evaluator)]
    for entry in sorted(home.iterdir())[:_LINKED]:
        target = here / entry.name
        if entry.name != program.name and not entry.name.startswith((".", "__pycache__")) and not target.exists():
            with contextlib.suppress(OSError):
                target.symlink_to(entry)
    random.seed(seed)
    # Names of temporary files get into messages as well.
    setattr(tempfile, "_name_sequence", (f"{number:08d}" for number in itertools.count()))  # noqa: B010 - it is private
    texts = [path.read_text(errors="replace") for path in (evaluator, program) if path.is_file()]
    if any("numpy" in text for text in texts):
        with contextlib.suppress(ImportError):
            import numpy  # noqa: PLC0415, ICN001 - where it is used anyway

            numpy.random.seed(seed % (1 << 32))  # noqa: NPY002 - what programs draw from that ask for no generator


def _load(evaluator: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(MODULE, evaluator)
    if spec is None or spec.loader is None:
        raise ImportError(f"{evaluator.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module

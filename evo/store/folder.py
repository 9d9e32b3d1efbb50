"""The folder of a run: made complete or not at all.

run.yaml            the resolved config
env.json            versions and machine
run.db              the log
diagnostics.jsonl   what went wrong with machines and pictures; never read back
secret              what hidden instances are drawn from, where the problem has such; for judges alone
run.lock            held while a process writes the run
prompts/            templates of the run's own, if it has any
best/               the best program, its output and its picture
pictures/           of programs, by id, where they were drawn
progress.json       how far the running judgements are, while a process writes the run (`store.progress_board`)
leases.json         which tickets somebody outside has taken, while no process writes the run
"""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from evo.canonical import fingerprint
from evo.errors import ConflictError, DamagedError
from evo.records import path_flaw
from evo.store.store import Store
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from evo.records import Program, Tree
    from evo.store.store import RunHeader

CONFIG = "run.yaml"
ENVIRONMENT = "env.json"
DIAGNOSTICS = "diagnostics.jsonl"
BEST = "best"
PROMPTS = "prompts"
LEASES = "leases.json"
SECRET = "secret"  # noqa: S105 - the name of a file
_OWN, _USUAL = 0o600, 0o666
"""Who may read a file, before the umask."""


def create(
    runs_dir: Path,
    problem: str,
    *,
    header: Callable[[str, float], RunHeader],
    seeds: Iterable[Program],
    texts: Mapping[str, str],
    tree: Tree | None = None,
) -> Path:
    """Make the folder of a new run.

    Args:
        runs_dir: where runs lie; made if need be.
        problem: the problem's name, part of the run's id.
        header: makes the header from the run's id and the time of creation.
        seeds: programs that the run starts from; stored with it, so that a resume needs no other file.
        texts: file name -> content of further files.
        tree: of the repository that the seeds are changes of.

    Returns:
        The folder, complete: it appears by rename.

    Raises:
        ConflictError: no free name was found.
        OSError, StoreError: it cannot be made there; nothing is left of it.
    """
    _make_runs_dir(runs_dir)
    for _ in range(100):
        created = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(created))
        # The tail tells apart runs that start in one second; it is a name, not a draw of the search.
        run_id = f"{stamp}-{problem}-{fingerprint(f'{time.time_ns()}-{os.getpid()}')[:4]}"
        folder, draft = runs_dir / run_id, runs_dir / f".{run_id}.draft"
        if folder.exists():
            continue
        draft.mkdir()
        try:
            for name, text in {**texts, DIAGNOSTICS: ""}.items():
                (draft / name).parent.mkdir(exist_ok=True)
                (draft / name).touch(_OWN if name == SECRET else _USUAL)
                (draft / name).write_text(text, encoding="utf-8")
            Store.create(draft, header(run_id, created), seeds, tree=tree).close()
            draft.rename(folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        return folder
    raise ConflictError(f"{runs_dir}: no free run id was found in 100 tries; is the clock standing still?")


def _make_runs_dir(runs_dir: Path) -> None:
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        why = "a link that leads nowhere" if runs_dir.is_symlink() else "not a folder"
        raise NotADirectoryError(error.errno, f"{why}, so no run can be made in it", str(runs_dir)) from error


def version() -> str:
    """Return the version of evo that is running."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 20 ms

    try:
        return version("evo-search")
    except PackageNotFoundError:
        return "unknown"


def environment() -> dict[str, object]:
    """Describe what a run's numbers were computed with: equality of logs is claimed for equal descriptions."""
    from importlib.metadata import distributions  # noqa: PLC0415 - 20 ms

    packages = {found.name.lower(): found.version for found in distributions()}
    return {
        "evo": version(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "cores": os.cpu_count(),
        "packages": dict(sorted(packages.items())),
    }


def read_leases(folder: Path) -> dict[str, float]:
    """Read which tickets were taken by somebody outside, and when they lapse; nothing where that cannot be read."""
    try:
        read: object = json.loads((folder / LEASES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    told = cast("dict[object, object]", read) if isinstance(read, dict) else {}
    # JSON knows no infinity: what never lapses is null.
    found = {str(name): math.inf if until is None else until for name, until in told.items()}
    return {name: float(until) for name, until in found.items() if isinstance(until, int | float)}


def write_leases(folder: Path, leases: Mapping[str, float]) -> None:
    """Note who has taken what; lost, it only means that a ticket may be handed to two, of whom one wins."""
    with suppress(OSError):
        if leases:
            told = {name: None if until == math.inf else until for name, until in leases.items()}
            (folder / LEASES).write_text(json.dumps(told), encoding="utf-8")
        else:
            (folder / LEASES).unlink(missing_ok=True)


def diagnose(folder: Path, event: str, detail: str, *, secrets: Iterable[str] = ()) -> None:
    """Append one line to the run's diagnostics, without the secrets; where it cannot be written it is left out."""
    detail = redact(detail, secrets)[:8000]
    line = json.dumps({"at": round(time.time(), 3), "event": event, "detail": detail})
    with suppress(OSError), (folder / DIAGNOSTICS).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def replace_best(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Path, ...]:
    """Put files into `best/` in place of all that was there; a reader sees the old or the new ones.

    Args:
        folder: of the run.
        files: by their paths within `best/`.

    Returns:
        Their paths, in the order given.

    Raises:
        DamagedError: a path that no program has, as a database from elsewhere may hold.
        OSError: they cannot be written; what was there before still is.
    """
    if flaw := next((flaw for name in files if (flaw := path_flaw(name))), ""):
        raise DamagedError(f"{folder}: {flaw}; evo records none such, so nothing was written")
    best, draft, old = folder / BEST, folder / f".{BEST}.draft", folder / f".{BEST}.old"
    shutil.rmtree(draft, ignore_errors=True)
    for name, content in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    shutil.rmtree(old, ignore_errors=True)
    if best.exists():
        best.rename(old)
    draft.rename(best)
    shutil.rmtree(old, ignore_errors=True)
    return tuple(best / name for name in files)

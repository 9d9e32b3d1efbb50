"""The secret of a run and its hold-out: what its best program is scored on at the end, drawn as nobody could foresee.

The secret is made when the run begins, lies in the run's folder, and is known to judges alone: to no candidate, no
prompt, no log. Its fingerprint is in the log, so that a run goes on, and is executed again, under its own secret or not
at all. The score stands in the log as a note, on which no commit rests.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from evo.assemble.splits import NOTE, Split, score_again, score_split
from evo.canonical import fingerprint
from evo.errors import ConflictError, EvoError
from evo.llm.budget import BudgetSpent
from evo.records import EventKind
from evo.store.folder import SECRET as FILE
from evo.store.folder import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.llm.model import LLMClient
    from evo.records import Event, Program
    from evo.search.library import Library
    from evo.search.loop import Search
    from evo.store.reading.view import RunView
    from evo.store.store import Store

_BYTES = 32
_NOTE, _SCORE = "secret_fingerprint", "holdout"
_ALIKE = 4
"""Programs with the same best score, at most, that the validation chooses from."""


def new_secret(problem: Problem) -> str:
    """Return a fresh secret for a run of a problem, "" where nothing of it is drawn from one."""
    return secrets.token_hex(_BYTES) if problem.secret or problem.holdout else ""


def kept_secret(folder: Path, events: Iterable[Event]) -> str:
    """Return the secret of a run that began before, "" for one without.

    Raises:
        ConflictError: it is not in the run's folder, or not the one that the run began with.
    """
    noted = _noted(events)
    if not noted and not (folder / FILE).exists():
        return ""
    try:
        found = (folder / FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConflictError(f"{folder / FILE}: the run's secret cannot be read ({error}); put the file back") from error
    # A run that was killed before its first entry has noted nothing yet.
    if noted and fingerprint(found) != noted:
        raise ConflictError(f"{folder / FILE}: this is not the secret that the run began with; put the file back")
    return found


async def note_secret(store: Store, secret: str) -> None:
    """Put the fingerprint of a run's secret into its log, once."""
    if secret and not _noted(store.events()):
        text = "what the best program is scored on in the end is drawn from a secret of this run"
        await store.add_event(EventKind.NOTE, author="evo", data={"text": text, _NOTE: fingerprint(secret)})


async def score_holdout(
    search: Search, setup: Setup, library: Library, store: Store, llms: Mapping[str, LLMClient]
) -> str:
    """Score the best program of a finished run on its hold-out, unless that is done, and note it in the log.

    That it cannot be scored is written to the run's diagnostics and is no reason to lose the run.

    Returns:
        The score in words; "" where there is none.
    """
    best = search.state.best
    if not setup.secret or not setup.problem.holdout or best is None:
        return ""
    program, _ = library.get(best.program)
    if done := _scored(store.events()).get(program.id):
        return done
    try:
        program = await _finalist(search, setup, library, store, llms) or program
        held, found = await score_again(setup, program, setup.problem.holdout, llms)
    except (EvoError, BudgetSpent) as error:
        words = f"budget.{error.key} left nothing to ask for it" if isinstance(error, BudgetSpent) else str(error)
        diagnose(search.folder, _SCORE, words, secrets=search.secrets)
        return ""
    unit = held.spec.objective.unit
    said: dict[str, JSON] = {
        "instance": held.instance,
        "program": program.id,
        "status": str(found.status),
        "objective": found.objective,
        "unit": unit,
        "search": best.objective,
        "best": best.program,
    }
    score = str(found.status) if found.objective is None else f"{found.objective:.9g} {unit}".strip()
    text = f"hold-out {held.label}: {score}, drawn from the run's secret, for program {program.id[:8]}"
    await store.add_event(EventKind.NOTE, author="evo", data={"text": text, _SCORE: said})
    return text


async def holdout_flaw(setup: Setup, view: RunView, llms: Mapping[str, LLMClient]) -> tuple[int, str] | None:
    """Score a run's hold-out again, if it has one: the number of the note that says something else, and what it is."""
    notes = [event for event in view.events() if _SCORE in event.data]
    if not notes or not setup.secret or not setup.problem.holdout:
        return None
    said = cast("dict[str, JSON]", notes[-1].data[_SCORE])
    program = view.program(str(said["program"]))
    if program is None:
        return notes[-1].number, f"program {said['program']}, which it names, is not in the run"
    _, found = await score_again(setup, program, setup.problem.holdout, llms)
    now, then = (str(found.status), found.objective), (said["status"], said["objective"])
    return None if now == then else (notes[-1].number, f"the hold-out is scored {now} now, but {then} is recorded")


async def _finalist(
    search: Search, setup: Setup, library: Library, store: Store, llms: Mapping[str, LLMClient]
) -> Program | None:
    """Score on the validation who is best alike, at most a few; return who does best there, None without any."""
    best, direction = search.state.best, search.state.direction
    if not setup.problem.validation or best is None:
        return None
    elites = [each for archive in search.state.archipelago.archives for each in archive.elites()]
    alike = [best.program, *(each.program for each in elites if each.objective == best.objective)]
    top: tuple[float, Program] | None = None
    for program_id in list(dict.fromkeys(alike))[:_ALIKE]:
        program, _ = library.get(program_id)
        score = await score_split(setup, program, Split.VALIDATION, best.objective, llms)
        await store.add_event(EventKind.NOTE, author="evo", data={"text": score.words, NOTE: score.data()})
        if score.objective is not None and (top is None or direction.better(score.objective, top[0])):
            top = score.objective, program
    return top[1] if top else None


def _noted(events: Iterable[Event]) -> str:
    return next((str(event.data[_NOTE]) for event in events if _NOTE in event.data), "")


def _scored(events: Iterable[Event]) -> dict[str, str]:
    found = [(cast("dict[str, str]", event.data[_SCORE]), event.data) for event in events if _SCORE in event.data]
    return {score.get("best", score["program"]): str(data["text"]) for score, data in found}

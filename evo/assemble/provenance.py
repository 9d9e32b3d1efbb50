"""Where the parts of a run came from: stored in its header, compared when it is taken up or executed again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from evo.errors import ConflictError
from evo.parts import KINDS, SHIPPED
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.parts import Part

_SAME = ("name", "version", "digest")


def written(made: Sequence[Part], secrets: Sequence[str]) -> str:
    """Return what the header keeps of a run's parts, as JSON without any secret."""
    return redact(json.dumps([part.plain() for part in made], ensure_ascii=False), secrets)


def strangers(made: Sequence[Part]) -> Sequence[str]:
    """Return the parts that did not come with this package, each with its place and where it came from."""
    return [f"{part.place}: {part.use} ({part.origin.words})" for part in made if part.origin != SHIPPED]


def refuse_others(stored: str, made: Sequence[Part], run_id: str) -> None:
    """Refuse parts that are not what they were when the run began; of those that ship its version tells.

    Kinds on which no log rests are not compared: a tracker may be another one every time.

    Raises:
        ConflictError: a file or package has changed; it is named with its part.
    """
    before = {str(each["place"]): each for each in cast("list[Mapping[str, JSON]]", json.loads(stored or "[]"))}
    for part in made:
        now, was = part.plain(), before.get(part.place)
        if not KINDS[part.kind].bears or was is None or was["source"] == now["source"] == "shipped":
            continue
        if any(was[name] != now[name] for name in _SAME) or _found(was) != _found(now):
            raise ConflictError(
                f"{part.kind} {part.use!r} ({part.place}) is not what it was when {run_id} began: {_told(was)} then, "
                f"{_told(now)} now. Put it back, or start a new run from its elites: "
                f"evo run CONFIG --set seeds=[{run_id}:@best]"
            )


def _found(part: Mapping[str, JSON]) -> str:
    """Return how a part was found; one that was handed over is found by its address when the run is taken up."""
    source = str(part["source"])
    return "module" if source == "live" else source


def _told(part: Mapping[str, JSON]) -> str:
    named = f"{part['name']} {part['version']}".strip()
    digest = str(part["digest"])[:12]
    return f"{part['source']}{' ' + named if named else ''}{' (' + digest + ')' if digest else ''}"

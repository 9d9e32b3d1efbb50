"""A run in plain documents: what the modules of the page draw, whether a server or a file hands them over.

The page asks for them over HTTP, a report carries them along; `static/source.js` says which modules want which.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from evo.config.gist import outline_of
from evo.config.objective_name import find_objective_name
from evo.render.trust import tell_trust
from evo.store.pictures import PICTURES, read_best_picture, read_picture
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON
    from evo.store.reading.bounded import BoundedReader

_SPEC_MAX = 256 * 1024
_MOST_PICTURES = 500
_ID = re.compile(r"[0-9a-f]{32}")


def read_about(reader: BoundedReader) -> dict[str, JSON]:
    """Return what a run is, as far as that does not change while it lives, and what was done to it.

    Keys: run, problem, instance, created, version, direction, objective (what it is called, "" where nobody knows),
    unit, seed, tier, trust, trust_words; islands (a list: axes and cells of each archive); seeds ([name, program]);
    strategy, config, objectives, budget, economy, slots, workers, text (see `config.gist.outline_of`); events; picture
    (whether there is one of the best), pictures (ids of programs that there are some of).
    """
    header = reader.header()
    events = reader.events()
    amendments = [setting for event in events for setting in _settings(event)]
    outline = outline_of(header.spec[:_SPEC_MAX], reader.folder.name, amendments)
    fallback: dict[str, JSON] = {"objectives": {}, "budget": {}, "text": header.spec[:_SPEC_MAX]}
    return {
        **{name: getattr(header, name) for name in ("problem", "instance", "created", "version", "direction", "unit")},
        "run": header.id,
        "objective": find_objective_name(header.spec[:_SPEC_MAX], header.id),
        "seed": header.seed,
        "tier": header.tier,
        "trust": header.trust,
        "trust_words": tell_trust(header.trust),
        "islands": [{"axes": [*each.axes], "cells": each.cells} for each in layouts(header)],
        "seeds": json.loads(header.seeds),
        **(outline or fallback),
        "events": [*events],
        "picture": read_best_picture(reader.folder) is not None,
        "pictures": list_pictures(reader.folder),
    }


def read_shown(folder: Path, program: str = "") -> bytes | None:
    """Return a picture that the judge's process drew, as PNG; None without one.

    Args:
        folder: of the run.
        program: a whole id; "" for the best one.
    """
    return read_picture(folder, program) if program else read_best_picture(folder)


def list_pictures(folder: Path) -> list[JSON]:
    """Return the ids of the programs that there are pictures of."""
    try:
        names = sorted(path.stem for path in (folder / PICTURES).glob("*.png"))
    except OSError:
        return []
    return [*[name for name in names if _ID.fullmatch(name)][:_MOST_PICTURES]]


def _settings(event: dict[str, JSON]) -> list[str]:
    """Return what an event changes of the config: an amendment's settings, or a limit that a person asked for."""
    data = event["data"] if isinstance(event["data"], dict) else {}
    if event["kind"] == "amendment":
        return [str(setting) for setting in _listed(data.get("set"))]
    asked = event["kind"] == "steer" and data.get("do") == "budget"
    return [f"budget.{data.get('limit')}={data.get('to')}"] if asked else []


def _listed(value: JSON) -> list[JSON]:
    return [*value] if isinstance(value, list) else []

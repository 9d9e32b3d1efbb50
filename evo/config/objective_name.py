"""What the objective of a recorded run is called: its header has the unit alone, its problem has the name."""

from __future__ import annotations

import warnings

from evo.config.problem import locate
from evo.config.run import from_yaml
from evo.errors import EvoError


def find_objective_name(text: str, name: str) -> str:
    """Return in words what a run optimises, "" where its problem is not there any more or cannot be read.

    Args:
        text: its config, as it keeps it.
        name: of the run, for messages that nobody sees.
    """
    try:
        with warnings.catch_warnings():
            # That its address has changed is told where the run is taken up.
            warnings.simplefilter("ignore")
            place = locate(from_yaml(text, name).problem)
        return place.spec.at(place.instance).objective.name.replace("_", " ")
    except (EvoError, OSError):
        return ""


def label_objective(name: str, unit: str) -> str:
    """Return how an axis or a scale is labelled: `sum of radii (side lengths)`."""
    if not unit or unit == name:
        return name or "objective"
    return f"{name} ({unit})" if name else unit

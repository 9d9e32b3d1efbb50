"""The templates of `evo new`: small problems that work, as folders beside `problems/`, of which a copy is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.config.document import MAX_BYTES, read, read_text
from evo.config.problem_spec import ProblemSpec
from evo.config.resources import known, resolve
from evo.config.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = "my_problem"
"""What stands in a template for the name of the problem."""
USUAL = "function"
_ORDER = ("function", "policy", "text", "speed", "c", "cpp", "rust", "files", "noisy", "two")


def template_names() -> list[str]:
    """Return the names of all templates: those that ship in the order in which one reads them, then others."""
    names = known("templates")
    return [*(name for name in _ORDER if name in names), *(name for name in names if name not in _ORDER)]


def template_summary(name: str) -> str:
    """Return what a template is about, in a line.

    Raises:
        NotFoundError, SpecError: there is no such template, or something is wrong in it.
    """
    return validate(read(resolve("templates", name) / "problem.yaml"), ProblemSpec).summary


def template_files(template: str, name: str) -> Mapping[str, str]:
    """Return the files of a problem made from a template: path -> text, `problem.yaml` first.

    Args:
        template: the name of one, or a path to a folder of that kind.
        name: what the problem is to be called.

    Raises:
        NotFoundError: no such template; names the nearest.
    """
    folder = resolve("templates", template)
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    texts = {path.relative_to(folder).as_posix(): read_text(path, str(path), limit=MAX_BYTES) for path in paths}
    first = {"problem.yaml": texts.pop("problem.yaml")}
    return {path: text.replace(PLACEHOLDER, name) for path, text in {**first, **texts}.items()}

"""The page on configs names every key that a config can have."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from evo.config.run import RunSpec
from evo.llm.openai.options import OpenAI
from evo.propose.emitters.emitter import AskingEmitter

PAGES = Path(__file__).parents[2] / "docs"


def keys(kind, above=()):
    """Yield the dotted keys of a declared type, as tuples."""
    names = vars(__import__(kind.__module__, fromlist=["x"]))
    hints = get_type_hints(
        kind, {**names, **vars(__import__("collections.abc", fromlist=["x"])), "Path": Path, "JSON": object}
    )
    for item in fields(kind):
        if not item.compare:
            continue
        here = (*above, item.name)
        yield here
        hint = hints[item.name]
        for inner in (hint, *get_args(hint)):
            if (
                is_dataclass(inner)
                and inner.__module__.startswith("evo.config")
                and inner.__name__ not in {"Component", "Plugged"}
            ):
                yield from keys(inner, here)


@pytest.mark.parametrize("key", list(keys(RunSpec)), ids=".".join)
def test_every_key_of_a_run_is_named(key):
    page = (PAGES / "configs.md").read_text()
    rows = [line for line in page.splitlines() if f"`{key[0]}" in line or line.startswith(f"| `{key[0]}")]
    assert any(re.search(rf"\b{key[-1]}\b", row) for row in rows), ".".join(key)


def test_every_option_that_emitters_share_is_named():
    page = (PAGES / "configs.md").read_text()
    assert all(f"`{item.name}`" in page for item in fields(AskingEmitter))


def test_every_option_of_an_endpoint_is_named():
    page = (PAGES / "models.md").read_text()
    missing = [item.name for item in fields(OpenAI) if not re.search(rf"\b{item.name}\b", page)]
    assert not missing

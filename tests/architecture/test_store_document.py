"""docs/store.md names every table and every column."""

import re
from pathlib import Path

import pytest

from evo.store import schema

TEXT = (Path(__file__).parents[2] / "docs" / "store.md").read_text()


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_is_explained(table):
    _, _, rest = TEXT.partition(f"### `{table.name}`")
    section = rest.partition("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == set(table.columns.keys())

"""A search in a real kernel: within its event loop, shown while it runs, its result as a value of a cell."""

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

CELLS = [
    "import evo\nimport math\nSTEP = 1.0",
    "def part(x):\n    return STEP * math.floor(x)",
    "def line(x: float):\n    return 2.0 * part(x) + 1.0",
    "import asyncio\nassert asyncio.get_running_loop().is_running()",
    "found = evo.optimize(line, lambda program: -abs(program(1.5) - 5.0), budget=10, folder='out')",
    "found",
    "found.figure('progress')",
    "print(found.best.text)",
]


def outputs(cell, kind):
    return [each for each in cell.outputs if each.output_type == kind]


def test_a_notebook_runs_a_search(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = outputs(notebook.cells[4], "display_data")[0].data["text/html"]
    assert "10/10 tickets" in shown
    assert "your own process" in shown
    value = outputs(notebook.cells[5], "execute_result")[0].data
    assert "<svg" in value["text/html"]
    assert value["text/plain"].startswith("<evo run")
    assert outputs(notebook.cells[6], "execute_result")[0].data["image/svg+xml"].startswith("<svg")
    text = outputs(notebook.cells[7], "stream")[0].text
    assert "import math" in text
    assert "def part(x)" in text
    assert (tmp_path / "out").is_dir()

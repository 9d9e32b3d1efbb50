"""Every Python snippet of README and docs, run as it stands in a folder of its own where the wheel is installed.

What needs a run finds one under the name that the pages use. docs/answers.md shows programs in the making and
docs/extend.md parts: test_answers_page.py and test_extend.py take those.
"""

import ast
import json
import re
import subprocess
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.e2e.test_typed import shell

__all__ = ["shell"]

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}(?:import|from) [^\n]+\n(?:(?: {4}[^\n]*)?\n)*", re.MULTILINE)
ELSEWHERE = {"docs/answers.md", "docs/extend.md"}
SOAK = {"docs/eggroll.md"}
NAMED = "20261123-201501-circle_packing-3fa9"
# What would take long is done in short.
SHORTER = {"budget=200": "budget=8", "wait=30": "wait=20"}
GIVEN = "params = {'draw': 1}\n"
"""What a snippet of a judge finds around it."""


def snippets(page):
    text = (ROOT / page).read_text()
    found = [*FENCED.findall(text), *(textwrap.dedent(each) for each in INDENTED.findall(text))]
    return [each.rstrip() + "\n" for each in found]


def shortened(snippet):
    """Return what can be run here, and soon."""
    if ".frame()" in snippet and find_spec("pandas") is None:
        snippet = snippet[: snippet.index("    log = run.frame()")]
    for long, short in SHORTER.items():
        snippet = snippet.replace(long, short)
    return snippet


PAGES = [
    name
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    if (name := str(path.relative_to(ROOT))) not in ELSEWHERE and snippets(name)
]
# Awaited at the top, as a notebook would.
RUN = """
import ast, asyncio, sys
made = eval(compile(open(sys.argv[1]).read(), sys.argv[1], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), globals())
if asyncio.iscoroutine(made):
    asyncio.run(made)
"""


@pytest.fixture(scope="module")
def place(shell, tmp_path_factory):
    """A folder with a run under the name that pages use."""
    here = tmp_path_factory.mktemp("snippets")
    line = "evo run smoke --quiet --set budget.tickets=6"
    subprocess.run(["bash", "-c", line], cwd=here, env=shell, check=True, capture_output=True, timeout=300)
    (run,) = (here / "runs").glob("2*")
    run.rename(here / "runs" / NAMED)
    return here


def test_the_pages_with_python_are_known():
    assert {"README.md", "docs/python.md", "docs/figures.md", "docs/problems.md", "docs/wheel.md"} <= set(PAGES)
    for page in [*PAGES, *ELSEWHERE]:
        for snippet in snippets(page):
            compile(snippet, page, "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("page", [pytest.param(p, marks=[pytest.mark.soak] if p in SOAK else []) for p in PAGES])
def test_the_python_of_a_page_runs_where_the_wheel_is_installed(shell, place, page):
    for number, snippet in enumerate(map(shortened, snippets(page))):
        file = place / f"{Path(page).stem}_{number}.py"
        file.write_text(("" if "__main__" in snippet else GIVEN) + snippet)
        # A function's text is read from its file, so a script is run as one.
        words = ["python", str(file)] if "__main__" in snippet else ["python", "-c", RUN, str(file)]
        done = subprocess.run(words, cwd=place, env=shell, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, (snippet, done.stdout[-2000:], done.stderr[-2000:])


def test_what_a_snippet_leaves_is_there(shell, place):
    """The figures that docs/figures.md saves, and a run of the function in README."""
    made = subprocess.run(["ls"], cwd=place, capture_output=True, text=True, check=True).stdout.split()
    if "figures_0.py" in made:
        assert {"progress.svg", "lineage.png"} <= set(made)
    if "README_0.py" in made:
        words = ["bash", "-c", "evo runs --json"]
        told = subprocess.run(words, cwd=place, env=shell, capture_output=True, text=True, check=True).stdout
        assert "sine" in {each["problem"] for each in json.loads(told)}

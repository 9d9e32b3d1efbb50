"""The recipes of docs/models.md, run as they are typed, against servers that speak like those they are for.

Only addresses are other ones. The real LiteLLM, transformers, nginx and tinyproxy are tried
by `make test-servers`.
"""

import asyncio
import re
from pathlib import Path

import pytest
import yaml

import evo
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.script import Script

DOCS = Path(__file__).parents[2] / "docs" / "models.md"
KEY = "sk-of-the-house-0123456789"
KEYS = ("PROXY_KEY", "AZURE_KEY", "HOUSE_KEY")
ANSWER = "Idea: none.\n\n```python\ndef pack(n, seed, work):\n    return [[0.5, 0.5, 0.01]] * n\n```\n"


def recipes():
    """Return the recipes by their names, each as its line stands in the documentation."""
    text = DOCS.read_text()
    block = re.search(r"```yaml\n(llms:\n  # A provider behind LiteLLM.*?)```", text, re.DOTALL)[1]
    found = dict(re.findall(r"^  (\w+): (\{.*\})$", block, re.MULTILINE))
    assert set(yaml.safe_load(block)["llms"]) == set(found)
    return found


async def run(model, folder):
    spec = evo.load_run("smoke", ["executor.sandbox=none", "budget.tickets=5", f"llms.fast={model}"])
    async with evo.start(spec, runs_dir=folder) as search:
        commits = [commit async for commit in search]
    return search, commits


def served(dialect="openai"):
    client = Script(answers=(ANSWER,)).connect(LLMContext(role="m", ideas=None, seed=0))
    keyless = dialect in {"vllm", "ollama"}
    return serving(MockServer(client=client, dialect=dialect, key="" if keyless else KEY))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in KEYS:
        monkeypatch.setenv(name, KEY)


DIALECTS = {"litellm": "openai", "azure": "azure", "vllm": "vllm", "ollama": "ollama"}


@pytest.mark.parametrize("name", sorted({*recipes()} - {"house"}))
def test_a_recipe_works_as_it_is_typed(tmp_path, name):
    async def go():
        async with served(DIALECTS[name]) as url:
            model = re.sub(r'base_url: "[^"]*"', f'base_url: "{url}"', recipes()[name])
            return await run(model, tmp_path / "runs")

    search, commits = asyncio.run(asyncio.wait_for(go(), 120))
    assert search.run_state == "finished", search.stop_reason
    assert sum(bool(commit.proposal.llm) for commit in commits) == 2
    assert {str(commit.proposal.outcome) for commit in commits} <= {"PROPOSED", "DUPLICATE"}

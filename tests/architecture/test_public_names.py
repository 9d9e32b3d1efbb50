"""What outsiders write against: every name once, at one address, and nothing of it loaded before it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import evo
import evo.testing
from evo import parts

NEEDED = [
    *("Selector", "Emitter", "AskingEmitter", "MakingEmitter", "Scene", "Choice", "Template", "Setting"),
    *("LLM", "LLMClient", "LLMContext", "ModelFacts", "Prices", "Request", "Prompt", "Completion"),
    *("Finish", "Stage", "StageContract", "DataKind", "Runtime", "StageResult", "StageStatus", "Executor"),
    *("ExecutorOptions", "Space", "SpaceOptions", "Axis", "Category", "Replacement", "Strategy", "Pools"),
    *("Turns", "Standing", "Topology", "Exchange", "Resets", "Mix", "Arms", "Elite", "Cell", "Direction"),
    *("Outcome", "Archive", "Archipelago", "Proposal", "Program", "Ticket", "MeasureSpec", "Component"),
    *("stream", "BudgetSpec", "ArchiveSpec"),
]


@pytest.mark.parametrize("name", NEEDED)
def test_what_one_needs_is_public(name):
    assert name in evo.__all__
    assert getattr(evo, name) is not None


@pytest.mark.parametrize("kind", parts.KINDS)
def test_every_protocol_is_public(kind):
    protocol = parts.protocol_of(kind)
    assert getattr(evo, protocol.__name__) is protocol


@pytest.mark.parametrize("package", [evo, evo.testing], ids=lambda package: package.__name__)
def test_a_name_has_one_home_and_type_checkers_see_the_same(package):
    homes = {name: home for home, names in package._HOMES.items() for name in names}
    assert sum(map(len, package._HOMES.values())) == len(homes)
    assert sorted(homes) == sorted(package.__all__)
    tree = ast.parse(Path(package.__file__).read_text())
    told = {
        alias.name: node.module.removeprefix(f"{package.__name__}.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("evo.")
        for alias in node.names
    }
    assert told == homes
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = package.nothing_of_this_name


def test_nothing_is_loaded_before_it_is_used_and_pytest_never():
    code = "import sys, evo, evo.testing; print(sorted(name for name in sys.modules if name.startswith('evo')))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(told) == ["evo", "evo.testing"]
    code = "import sys, evo.testing as t; [getattr(t, name) for name in t.__all__]; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

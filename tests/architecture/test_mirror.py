"""Names answer: tests mirror the code, files are named for nouns and verbs, and a class is called what no other is."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVO, TESTS = ROOT / "evo", ROOT / "tests"
KINDS = {
    "architecture",
    "contracts",
    "properties",
    "e2e",
    "faults",
    "hostile",
    "problems",
    "servers",
    "extras",
    "third_party",
    "browser",
    "laboratory",
}
"""Folders named for a kind of test; all others mirror the code."""
NOUNS = {
    "qd/ranking.py": "the order of an archive's elites: a thing that is kept, as in a league",
    "judging/timing.py": "a timing: what a stopwatch gives, here a ratio with its interval",
}
"""File names in -ing that are no gerunds, with the reason."""
OWN_WORDS = {"eggroll", "llm/offline"}
"""Rooms that stand alone with words of their own: a numeric library, and the moves of the proposer without a model."""


def relative(path, base):
    return path.relative_to(base).as_posix()


def test_every_test_mirrors_a_module_or_stands_in_a_folder_of_its_kind():
    lost = []
    for path in sorted(TESTS.rglob("test_*.py")):
        room = path.relative_to(TESTS).parent
        mirrored = EVO / room / path.stem.removeprefix("test_")
        if room.parts[:1] and room.parts[0] in KINDS:
            continue
        if not (mirrored.with_suffix(".py").is_file() or (mirrored / "__init__.py").is_file()):
            lost.append(relative(path, ROOT))
    assert not lost, "tests/a/test_b.py is the test of evo/a/b.py or of evo/a/b/"


def test_no_file_is_named_for_a_doing():
    found = [relative(path, EVO) for path in sorted(EVO.rglob("*.py")) if path.stem.endswith("ing")]
    doing = [name for name in found if name not in NOUNS]
    assert not doing, "a file is named for the noun that it defines or the verb of the command line that it is"


def test_every_public_class_name_stands_once():
    places = defaultdict(list)
    for path in sorted(EVO.rglob("*.py")):
        name = relative(path, EVO)
        if any(name.startswith(f"{room}/") for room in OWN_WORDS):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert not {each: files for each, files in places.items() if len(files) > 1}

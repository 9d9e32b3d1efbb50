"""What tells one state of a part's code from another."""

import sys

import pytest

from evo import parts
from evo.config.component import Component
from evo.parts.origin import origin_of_file

CLASS = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Own:
    def select(self, archive, k, rng):
        ...
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that can be imported, with a template in it."""
    folder = tmp_path / "own_package"
    (folder / "deep").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "deep" / "__init__.py").write_text(CLASS)
    (folder / "words.j2").write_text("words")
    (folder / "notes.txt").write_text("no code")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [each for each in sys.modules if each.startswith("own_package")]:
        del sys.modules[name]


def origin():
    return parts.find("selector", Component(use="own_package.deep:Own")).origin


def test_a_module_rests_on_its_whole_package(package):
    before = origin()
    assert (before.source, before.name) == ("module", "own_package")
    (package / "notes.txt").write_text("other notes")
    assert origin() == before
    (package / "words.j2").write_text("other words")
    between = origin()
    assert between.digest != before.digest
    (package / "further.py").write_text("")
    assert origin().digest not in {before.digest, between.digest}


def test_a_class_that_is_only_read_has_the_origin_of_one_that_is_imported(package, monkeypatch):
    read = origin_of_file(package / "deep" / "__init__.py", "own_package.deep", "module")
    assert read == origin()
    monkeypatch.chdir(package.parent)
    (package.parent / "one.py").write_text(CLASS)
    read = origin_of_file(package.parent / "one.py", "", "file")
    assert read == parts.find("selector", Component(use="one.py:Own")).origin
    assert read.words == "file: one.py"

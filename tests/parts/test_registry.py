"""From a name to a part: the four ways, and what is said where there is none."""

import importlib.metadata
import sys
from dataclasses import dataclass
from types import MappingProxyType

import pytest

from evo import parts
from evo.config.component import Component
from evo.config.document import parse
from evo.config.live import as_component
from evo.errors import NotFoundError, SpecError
from evo.parts import registry
from evo.qd.selectors import Tournament
from evo.qd.topologies import RandomAcceptor

PLURALS = {"economy": "economies", "strategy": "strategies", "topology": "topologies", "turns": "turns", "mix": "mixes"}

MINE = """
from dataclasses import dataclass

@dataclass(frozen=True, kw_only=True)
class Mine:
    share: float = 0.5

    def select(self, archive, k, rng):
        return [archive[0]] * k

class Loose:
    def __init__(self, share=0.5):
        self.share = share

    def select(self, archive, k, rng):
        return [archive[0]] * k

@dataclass(frozen=True)
class Mute:
    share: float = 0.5
"""


@dataclass(frozen=True, kw_only=True)
class Live:
    share: float = 0.5

    def select(self, archive, k, rng):
        return [archive[0]] * k


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def declared(folder, text):
    """Return the component at `selector` of a config in a folder."""
    return Component.from_document(parse(f"problem: x\nselector: {text}\n", str(folder / "run.yaml")), ("selector",))


def refused(folder, text):
    with pytest.raises(SpecError) as caught:
        parts.make("selector", declared(folder, text))
    return str(caught.value)


@pytest.mark.parametrize("kind", parts.KINDS)
def test_what_ships_is_there_and_fits_its_protocol(kind):
    protocol = parts.protocol_of(kind)
    assert protocol.__name__ == parts.KINDS[kind].protocol.rpartition(":")[2]
    assert [name for name, _ in parts.names_of(kind)][: len(parts.KINDS[kind].shipped)] == list(
        parts.KINDS[kind].shipped
    )
    for found in parts.shipped(kind):
        assert found.origin == parts.SHIPPED
        members = [*dir(found.cls), *getattr(found.cls, "__dataclass_fields__", ())]
        assert set(registry._members(kind)) <= set(members), found.cls


@pytest.mark.parametrize("kind", parts.KINDS)
def test_every_kind_has_its_group_and_its_contract(kind):
    known = parts.KINDS[kind]
    assert (known.groups[0], known.groups[-1]) == (f"evo.{PLURALS.get(kind, kind + 's')}", f"evo.{kind}s")
    assert len(known.groups) == 1 + (kind in PLURALS)
    module, _, name = known.contract.partition(":")
    contract = getattr(__import__(module, fromlist=[name]), name)
    assert contract.kind == kind


def test_a_group_is_read_as_it_is_spelt_and_by_rule(monkeypatch):
    def points(*, group):
        names = {"evo.strategies": ["own", "both"], "evo.strategys": ["both", "old"]}.get(group, [])
        return [importlib.metadata.EntryPoint(name=name, value=f"{group}:P", group=group) for name in names]

    monkeypatch.setattr(importlib.metadata, "entry_points", points)
    found = {name: point.module for name, point in parts.installed("strategy").items()}
    assert found == {"own": "evo.strategies", "both": "evo.strategies", "old": "evo.strategys"}
    assert not parts.installed("selector")


def test_the_four_ways(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    shipped = parts.make("selector", declared(folder, "{use: tournament, size: 5}"))
    assert (shipped.value, shipped.origin.source) == (Tournament(size=5), "shipped")
    file = parts.make("selector", declared(folder, "{use: mine.py:Mine, share: 0.25}"))
    assert (file.value.share, file.origin.source, file.origin.name) == (0.25, "file", "mine.py")
    live = parts.make("selector", as_component(Live(share=0.75)))
    assert (live.value, live.origin.source, live.options) == (Live(share=0.75), "live", {"share": 0.75})
    (folder / "apart_module.py").write_text(MINE)
    monkeypatch.chdir("/")
    module = parts.make("selector", Component(use="apart_module:Mine"))
    assert (module.origin.source, module.origin.name) == ("module", "apart_module.py")
    del sys.modules["apart_module"]


def test_a_live_part_that_ships_is_a_part_that_ships():
    assert parts.make("selector", as_component(Tournament(size=2))).origin == parts.SHIPPED


def test_an_entry_point(monkeypatch):
    point = importlib.metadata.EntryPoint(name="own", value="evo.qd.selectors:Uniform", group="evo.selectors")
    broken = importlib.metadata.EntryPoint(name="gone", value="evo_nowhere.at_all:Gone", group="evo.selectors")
    monkeypatch.setattr(registry, "installed", lambda kind: {"own": point, "gone": broken})
    found = parts.find("selector", Component(use="own"))
    assert (found.cls.__name__, found.origin.source) == ("Uniform", "installed")
    with pytest.raises(SpecError, match=r"installed selector 'gone' cannot be loaded: No module named 'evo_nowhere'"):
        parts.find("selector", Component(use="gone"))
    with pytest.raises(SpecError, match=r"unknown 'gon'; did you mean gone\?"):
        parts.find("selector", Component(use="gon"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tournamnt", ["run.yaml:2:11: ", "unknown 'tournamnt'; did you mean tournament?", "there are tournament, "]),
        ("{use: tournament, sise: 3}", ["run.yaml:2:29: ", "selector.sise: unknown key; did you mean size?"]),
        ("{use: tournament, size: three}", ["run.yaml:2:35: ", "selector.size", "integer", "'three'"]),
        ("{use: tournament, size: 0}", ["run.yaml:2:", "selector.size: expected an integer, at least 1; got 0"]),
        ("mine.py:Min", ["run.yaml:2:11: ", "mine.py has no class 'Min'; did you mean Mine?"]),
        ("mine.py:Loose", ["'mine.py:Loose' is no part", "expected a frozen dataclass whose fields are its options"]),
        ("mine.py:Mute", ["'mine.py:Mute' is no selector: it lacks select", "docs/extend.md"]),
        ("nowhere.py:Mine", ["no file nowhere.py, neither beside the config nor here"]),
        ("evo_nowhere.at_all:Mine", ["no module 'evo_nowhere.at_all' here", "selectors that ship: tournament, "]),
        ("{use: 'mine.py:Mine', shar: 0.5}", ["run.yaml:2:33: ", "selector.shar: unknown key; did you mean share?"]),
        ("{use: 'mine.py:Mine', share: high}", ["run.yaml:2:40: ", "selector.share: expected a number; got 'high'"]),
    ],
)
def test_what_is_said_of_a_name_or_an_option_that_does_not_fit(folder, text, words):
    said = refused(folder, text)
    for each in words:
        assert each in said, said


def test_a_file_that_raises_while_it_is_imported(folder):
    (folder / "broken.py").write_text("x = 1\nraise RuntimeError('not today')\n")
    said = refused(folder, "broken.py:Mine")
    assert "broken.py cannot be imported: RuntimeError: not today" in said
    (folder / "broken.py").write_text("def broken(:\n")
    assert "broken.py cannot be imported: SyntaxError" in refused(folder, "broken.py:Mine")
    (folder / "broken.py").write_text("import sys\nsys.exit(0)\n")
    assert "broken.py cannot be imported: SystemExit: 0" in refused(folder, "broken.py:Mine")


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("raise KeyError('size')", "KeyError: 'size'"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise ValueError('share: expected less')", "share: expected less"),
    ],
)
def test_a_part_that_raises_while_it_is_made(folder, does, words):
    (folder / "fails.py").write_text(f"{MINE}\n    def __post_init__(self):\n        {does}\n    select = None\n")
    said = refused(folder, "fails.py:Mute")
    assert "run.yaml:2:" in said
    assert words in said


def test_a_module_and_an_entry_point_that_raise_while_they_are_imported(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    (folder / "broken_pack").mkdir()
    (folder / "broken_pack" / "__init__.py").write_text("1 / 0\n")
    said = refused(folder, "broken_pack.deep:Mine")
    assert "run.yaml:2:11: " in said
    assert "module broken_pack.deep cannot be imported: ZeroDivisionError: division by zero" in said
    point = importlib.metadata.EntryPoint(name="own", value="broken_pack:Mine", group="evo.selectors")
    monkeypatch.setattr(registry, "installed", lambda kind: {"own": point})
    assert "the installed selector 'own' cannot be loaded: ZeroDivisionError" in refused(folder, "own")


def test_a_file_is_imported_once_and_again_when_it_changed(folder):
    first = parts.find("selector", declared(folder, "mine.py:Mine"))
    assert parts.find("selector", declared(folder, "mine.py:Mine")).cls is first.cls
    (folder / "mine.py").write_text(MINE.replace("0.5", "0.125"))
    other = parts.find("selector", declared(folder, "mine.py:Mine"))
    assert other.cls().share == 0.125
    assert other.origin.digest != first.origin.digest


def test_what_no_address_leads_to_is_to_be_handed_over_again():
    @dataclass(frozen=True)
    class Local(Live):
        pass

    component = as_component(Local())
    assert parts.make("selector", component).value == Local()
    with pytest.raises(SpecError) as caught:
        parts.make("selector", Component(use=component.use, options=component.options))
    said = str(caught.value)
    assert "<locals>.Local' was handed over in Python" in said
    assert "evo.resume(FOLDER, parts={PLACE: part})" in said


def test_a_live_part_gets_what_the_program_gives_and_no_file_holds_it():
    made = parts.make("topology", as_component(RandomAcceptor(every=3)), "islands.migration", seed=7)
    assert made.value == RandomAcceptor(every=3, seed=7)
    assert "seed" not in made.options
    with pytest.raises(SpecError, match="seed"):
        parts.make("topology", Component(use="random", options=MappingProxyType({"seed": 3})), seed=7)


def test_a_live_part_that_lacks_its_method():
    with pytest.raises(SpecError, match=r"is no topology: it lacks emigrants, routes"):
        parts.make("topology", as_component(Live()))


def test_there_is_no_such_kind():
    with pytest.raises(NotFoundError, match=r"selektor: no such kind of part; did you mean selector\?"):
        parts.look_up("selektor", "uniform")

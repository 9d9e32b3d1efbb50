"""Presets: where they lie among the layers of a config, and that a record has all of them."""

import pytest

from evo import parts
from evo.assemble.remarks import remarks
from evo.assemble.resolve import resolve_files
from evo.config.dump import plain
from evo.config.pack_run import load_run
from evo.config.presets import preset_file, preset_of
from evo.config.run import RunSpec, from_yaml, load_config, to_yaml

NAMES = sorted(parts.KINDS["strategy"].shipped)


def written(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text("problem: circle_packing/26\nbudget: {tickets: 5}\n" + text)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_makes_a_run_whose_record_says_everything(name):
    spec = load_run("circle_packing/26", [f"strategy={name}"])
    assert plain(spec)["strategy"]["use"] == name
    assert from_yaml(to_yaml(spec), "run.yaml") == spec
    resolve_files(spec)


@pytest.mark.parametrize("name", [name for name in NAMES if preset_file(name)])
def test_a_setting_lays_the_preset_over_the_pack(name):
    found, preset = plain(load_run("circle_packing/26", [f"strategy={name}"])), preset_of(name)
    for key in ("mix", "selector"):
        if key in preset:
            use = preset[key] if isinstance(preset[key], str) else preset[key]["use"]
            assert found[key]["use"] == use
    assert found["islands"]["count"] == preset["islands"]["count"]


def test_what_is_written_along_with_the_strategy_stands_above_its_preset(tmp_path):
    path = written(tmp_path, "extends: base.yaml\nstrategy: openevolve\nislands: {count: 3}\n")
    spec = load_config(path)
    assert (spec.islands.count, spec.islands.migration.options["every"]) == (3, 50)
    assert spec.selector.use == "ratios", "over the base"
    assert load_config(path, ["selector=uniform"]).selector.use == "uniform"


def test_a_setting_of_the_same_strategy_changes_its_options_alone(tmp_path):
    path = written(tmp_path, "extends: base.yaml\nstrategy: shinka\nselector: uniform\n")
    assert load_config(path, ["strategy=shinka"]).selector.use == "uniform"
    assert load_config(path, ["strategy.use=openevolve"]).selector.use == "ratios"


@pytest.mark.parametrize(
    "text", ["", "strategy: widening\n", "extends: base.yaml\n", "extends: base.yaml\nstrategy: widening\n"]
)
def test_the_default_is_one_and_the_same_however_it_is_named(tmp_path, text):
    path = written(tmp_path, text)
    for settings in ([], ["strategy=widening"], ["strategy.use=widening"]):
        assert load_config(path, settings).strategy == RunSpec.__dataclass_fields__["strategy"].default_factory()
    assert load_config(path, ["strategy={use: widening, breadth: 0.7}"]).strategy.options == {
        "breadth": 0.7,
        "patience": 120,
        "peers": True,
    }
    assert not load_config(path, ["strategy=random"]).strategy.options


def test_a_file_that_extends_nothing_has_its_preset_too(tmp_path):
    spec = load_config(written(tmp_path, "strategy: {use: funsearch, reset: 50}\n"))
    assert [emitter.use for emitter in spec.emitters] == ["rewrite"]
    assert spec.strategy.options == {"reset": 50}


def test_a_record_is_read_as_it_is(tmp_path):
    spec = load_config(written(tmp_path, "strategy: openevolve\nselector: uniform\n"))
    text = to_yaml(spec).replace("count: 5", "count: 4")
    assert from_yaml(text, "run.yaml").islands.count == 4


def test_an_unknown_strategy_has_no_preset():
    assert preset_of("../base") == preset_of("nobody") == {}


def test_a_run_that_differs_from_its_preset_is_told_so(tmp_path):
    path = written(tmp_path, "strategy: openevolve\nselector: uniform\n")
    said = [each for each in remarks(resolve_files(load_config(path))) if "openevolve" in each]
    assert len(said) == 1
    assert "comes with selector" in said[0]
    like = load_config(written(tmp_path, "strategy: openevolve\n"))
    assert not [each for each in remarks(resolve_files(like)) if "openevolve" in each]

import pytest

from evo.assemble.brought import with_brought
from evo.assemble.resolve import resolve_files
from evo.config.pack_run import load_run
from evo.errors import SpecError


def run(*settings):
    return load_run("circle_packing/26", list(settings))


def test_options_that_are_the_models_make_a_role():
    spec = with_brought(run("emitters=[{use: command, argv: [sh, x], calls: 2, weight: 3}, diff]"))
    emitter, other = spec.emitters
    assert dict(emitter.options) == {"weight": 3, "llm": "command"}
    assert other.use == "diff"
    assert (spec.llms["command"].use, dict(spec.llms["command"].options)) == (
        "command",
        {"argv": ["sh", "x"], "calls": 2},
    )
    assert with_brought(spec) is spec, "what is split stays as it is"


def test_several_have_a_role_each():
    spec = run("emitters=[{use: command, argv: [a]}, {use: command, argv: [b]}, {use: command, argv: [c], llm: mine}]")
    setup = resolve_files(spec)
    assert [emitter.llm for emitter in setup.ways[0].emitters] == ["command", "command_2", "mine"]
    assert [setup.llms[role].argv for role in ("command", "command_2", "mine")] == [("a",), ("b",), ("c",)]
    assert setup.confined == {"command", "command_2", "mine"}


def test_an_emitter_may_name_a_role_that_is_there():
    spec = run("llms.bot={use: command, argv: [a]}", "emitters=[{use: command, llm: bot}]")
    assert with_brought(spec) is spec
    assert resolve_files(spec).ways[0].emitters[0].llm == "bot"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["emitters=[{use: command, argv: [a], llm: fast}]"], "is a role of llms already"),
        (["emitters=[{use: command, argv: [a], cals: 3}]"], "calls"),
        (["emitters=[{use: command, argv: []}]"], "argv"),
        (["emitters=[{use: command}]"], "no 'command' among llms"),
        (["emitters=[{use: command, argv: [a], network: ['x/y']}]"], "host:port"),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(settings, said):
    with pytest.raises(SpecError, match=said):
        resolve_files(run(*settings))

"""Templates of a run's own stand in the place of the shipped ones; mistakes in them are found before anything runs."""

import pytest

from evo.errors import NotFoundError, SpecError
from evo.propose.prompt import templates as templating
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext
from evo.propose.prompt.rehearsal import rehearse
from tests.propose.prompt.test_builder import CONTRACT, A, B, shown, ticket
from tests.propose.shipped import OPERATORS, SHIPPED


@pytest.fixture
def own(tmp_path):
    def make(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.j2").write_text(text)
        templates = templating.load(tmp_path, OPERATORS)
        builder = PromptBuilder(CONTRACT, emitters=SHIPPED, templates=templates, folder=tmp_path)
        rehearse(builder)
        return builder

    return make


def test_what_is_there_is_replaced_and_the_rest_ships(own):
    builder = own(diff="{% import 'parts.j2' as parts %}Better {{ c.objective }}!\n{{ parents[0] | code }}")
    context = PromptContext(parents=(shown(A, 1.5), shown(B, 1.0)))
    assert builder.build(ticket("diff"), context).user.startswith("Better sum_of_radii!\nFile: program.py\n```python\n")
    shipped = PromptBuilder(CONTRACT, emitters=SHIPPED)
    assert builder.build(ticket("crossover"), context) == shipped.build(ticket("crossover"), context)
    assert own(contract="Be brief: {{ c.label }}").build(ticket("diff"), context).system.count("Be brief: toy/3") == 1


def test_every_shipped_template_is_a_valid_replacement_of_itself(own):
    texts = {path.stem: path.read_text() for path in templating.STANDING.glob("*.j2")}
    texts |= {name: each.text for name, each in templating.read_templates(SHIPPED).items()}
    assert {"contract", "parts", "insight", *OPERATORS} <= set(texts)
    builder, context = own(**texts), PromptContext(parents=(shown(A, 1.5), shown(B, 1.0)))
    shipped = PromptBuilder(CONTRACT, emitters=SHIPPED)
    assert (builder.foreign, shipped.foreign) == (texts, {})
    for operator in OPERATORS:
        assert builder.build(ticket(operator), context) == shipped.build(ticket(operator), context)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("diff", "a\n{{ parnets }}", r"diff\.j2:2: unknown variable 'parnets'; did you mean parents\?"),
        ("diff", "{% for p in parents %}\n{{ p }}\n{% endfor %}\n{{ q }}", r"diff\.j2:4: unknown variable 'q'"),
        ("parts", "{% macro program() %}{{ best }}{% endmacro %}", r"parts\.j2:1: unknown variable 'best'"),
        ("insight", "\n\n{{ parents }}", r"insight\.j2:3: unknown variable 'parents'"),
        ("diff", "a\n\n{% for %}", r"diff\.j2:3: "),
        ("diff", "a\n{{ best | nubmer }}", r"diff\.j2:2: No filter named 'nubmer'"),
        ("diff", "a\n{{ c.objektive }}", r"diff\.j2:2: cannot be rendered: .*objektive"),
        ("rewrite", "a\n\n{{ parents[1].ticket }}", r"rewrite\.j2:3: cannot be rendered"),
        ("crossover", "{{ best + 1 }}", r"crossover\.j2:1: cannot be rendered"),
        ("system", "{{ c.brief.__class__.__mro__ }}", r"system\.j2:1: cannot be rendered: .*unsafe"),
        ("diff", "{% include 'nothing.j2' %}", r"nothing\.j2"),
        ("dif", "x", r"dif\.j2: there is no template with the name 'dif'; did you mean diff\?"),
        ("diff", "x" * 70_000, r"diff\.j2: expected a template of at most 65536 bytes"),
    ],
)
def test_mistakes_have_a_place(own, name, text, message):
    with pytest.raises(SpecError, match=message):
        own(**{name: text})


def test_a_folder_without_templates_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"prompts\.templates: .*diff\.j2"):
        templating.load(tmp_path / "nowhere", OPERATORS)
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(NotFoundError):
        templating.load(tmp_path, OPERATORS)
    (tmp_path / "diff.j2").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SpecError, match="UTF-8"):
        templating.load(tmp_path, OPERATORS)

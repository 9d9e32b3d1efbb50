"""An operator is one file: what it takes to add one, and that nothing else has to know of it."""

import ast
import importlib.util
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest

from evo.errors import EvoError, SpecError
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.emitter import (
    AskingEmitter,
    Choice,
    MakingEmitter,
    Scene,
    Setting,
    Template,
    asks_model,
    made,
    one_parent,
    two_parents,
)
from evo.propose.emitters.retest import Retest
from evo.propose.inspirations import best_and_others, drawn
from evo.propose.prompt import templates as templating
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext
from evo.propose.prompt.rehearsal import rehearse
from evo.qd.selectors import Uniform
from evo.records import Outcome, Program
from evo.search.state import Operators
from tests.propose.prompt.test_builder import CONTRACT, A, B, shown, ticket
from tests.propose.shipped import OPERATORS, SHIPPED
from tests.propose.test_inspirations import islands
from tests.toy import CONTRACT as TOY

ROOT = Path(__file__).parents[3]
WORDS = """\
{% import 'parts.j2' as parts %}
Operator: youngest

{{ parts.program("Parent", parents[0], c.objective, true) -}}
## What to do

Make the youngest {{ larger }}.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Youngest(AskingEmitter):
    """Starts from the elite that came last."""

    operator: ClassVar[str] = "youngest"
    template: ClassVar[Template | None] = Template.of(WORDS)
    rewarded: ClassVar[bool] = False

    def choose(self, scene, rng):
        return Choice(parents=(scene.archive[len(scene.archive) - 1].program,) if len(scene.archive) else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Halve(MakingEmitter):
    """Halves a number, at times."""

    operator: ClassVar[str] = "halve"
    mends: ClassVar[bool] = True
    by: float = 2.0

    def able(self, scene):
        return len(scene.archive) > 1

    def choose(self, scene, rng):
        return Choice(parents=one_parent(scene, rng))

    def make(self, scene, ticket, parents, rng):
        number = float(parents[0].text.split("=")[1]) / self.by + rng.random() / 100
        return made(ticket, Program.of(f"x = {number:.6f}\n"), "halved")


@pytest.fixture
def adding(world):
    """Return a function from emitters to a toy run with them."""

    def make(*emitters, **options):
        here = world(**options)
        plain = here.search

        def search(store):
            found = plain(store)
            prompts = PromptBuilder(TOY, emitters=emitters)
            ways = tuple(replace(way, emitters=emitters) for way in found._issuer.ways)
            found._issuer = replace(found._issuer, ways=ways, prompts=prompts)
            return found

        here.search = search
        return here

    return make


def test_an_operator_with_a_template_as_text_is_asked_and_committed(adding):
    here = adding(Diff(), Youngest(weight=2.0))
    prompts, ask = [], here.model.complete

    async def listen(request):
        prompts.append(request.prompt.user)
        return await ask(request)

    here.model.complete = listen
    _, commits = here.run()
    mine = [commit for commit in commits if commit.proposal.operator == "youngest"]
    assert len(mine) > 20
    assert all(commit.proposal.llm == "fast" and commit.proposal.parents for commit in mine)
    assert sum("Make the youngest larger." in prompt for prompt in prompts) == len(mine)


def test_an_operator_that_asks_nobody_makes_its_programs(adding):
    here = adding(Diff(), Halve(weight=2.0))
    _, commits = here.run()
    mine = [commit for commit in commits if commit.proposal.operator == "halve"]
    assert len(mine) > 20
    assert all(commit.proposal.requests == () and commit.proposal.llm == "" for commit in mine)
    assert len({commit.proposal.program.id for commit in mine}) > 15
    again = adding(Diff(), Halve(weight=2.0), slots=1, workers=1)
    again.run(stop_after=17)
    again.run()
    assert [commit.hash for commit in again.log()] == [commit.hash for commit in commits]
    assert adding(Diff(), Halve(weight=2.0, by=3.0)).run()[1][-1].hash != commits[-1].hash


def test_what_a_bandit_and_repairs_learn_of_it_is_its_own_to_say(adding):
    assert Operators.of((Diff(), Youngest(), Halve(), Retest())) == Operators(
        unrewarded=frozenset({"youngest", "retest"}), mending=frozenset({"halve"})
    )
    here = adding(Diff(), Youngest())
    plain = here.search

    def search(store):
        found = plain(store)
        found.state._operators = Operators.of((Diff(), Youngest()))
        return found

    here.search = search
    arms = here.run()[0].state.arms
    mine, others = ("youngest", "fast"), ("diff", "fast")
    assert arms.tries[mine] > 10
    assert arms.wins[others]
    assert arms.rewards(mine, "placed") == arms.rewards(mine, "gain") == 0.0


def test_a_template_lies_beside_its_module(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from typing import ClassVar\n"
        "from evo.propose.emitters.emitter import AskingEmitter, Choice, Template\n"
        "class Mine(AskingEmitter):\n"
        "    operator: ClassVar[str] = 'mine'\n"
        "    template = Template.beside(__file__)\n"
        "    def choose(self, scene, rng):\n"
        "        return Choice(parents=())\n"
    )
    spec = importlib.util.spec_from_file_location("mine", tmp_path / "mine.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(SpecError, match=r"mine\.j2: cannot be read"):
        PromptBuilder(CONTRACT, emitters=(module.Mine(),))
    (tmp_path / "mine.j2").write_text("Mine: {{ parents[0].program.id }}")
    builder = PromptBuilder(CONTRACT, emitters=(module.Mine(),))
    assert builder.build(ticket("mine"), PromptContext(parents=(shown(A),))).user == f"Mine: {A.id}"
    assert builder.foreign == {"mine": "Mine: {{ parents[0].program.id }}"}
    (tmp_path / "mine.j2").write_text("a\n{{ parnets }}")
    with pytest.raises(SpecError, match=r"/mine\.j2:2: unknown variable 'parnets'; did you mean parents\?"):
        PromptBuilder(CONTRACT, emitters=(module.Mine(),))


def saying(words, name="mine"):
    return type(
        "Mine", (Youngest,), {"operator": name, "template": Template.of(words), "__slots__": (), "__module__": __name__}
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("a\n{{ parnets }}", r"test_emitter\.py \(template of mine\):2: unknown variable 'parnets'"),
        ("a\n\n{% for %}", r"\(template of mine\):3: "),
        ("a\n{{ parents[1].ticket }}", r"\(template of mine\):2: cannot be rendered"),
        ("{{ c.brief.__class__.__mro__ }}", r"\(template of mine\):1: cannot be rendered: .*unsafe"),
        ("x" * 70_000, r"\(template of mine\): expected a template of at most 65536 bytes"),
    ],
)
def test_mistakes_in_it_have_a_place(words, message):
    with pytest.raises(SpecError, match=message):
        rehearse(PromptBuilder(CONTRACT, emitters=(Diff, saying(words))))


def test_operators_are_told_apart():
    with pytest.raises(SpecError, match=r"operator 'diff' has two templates, .*diff\.j2 and .*template of diff"):
        PromptBuilder(CONTRACT, emitters=(Diff(), saying("x", "diff")))
    PromptBuilder(CONTRACT, emitters=(Diff(), Diff(llm="strong")))
    for name in ("parts", "seed", "Mine", "a/b", ""):
        with pytest.raises(SpecError, match=r"expected lower-case letters.*none of answer_rules, contract"):
            PromptBuilder(CONTRACT, emitters=(saying("x", name),))


def test_a_folder_of_the_run_may_replace_it_and_the_rest_is_untouched(tmp_path):
    (tmp_path / "youngest.j2").write_text("In other words.")
    templates = templating.load(tmp_path, {"youngest"})
    emitters = (*SHIPPED, Youngest())
    builder = PromptBuilder(CONTRACT, emitters=emitters, templates=templates, folder=tmp_path)
    context = PromptContext(parents=(shown(A), shown(B)))
    assert builder.build(ticket("youngest"), context).user == "In other words."
    assert builder.foreign == templates
    plain = PromptBuilder(CONTRACT, emitters=SHIPPED)
    for operator in OPERATORS:
        assert builder.build(ticket(operator), context) == plain.build(ticket(operator), context)


def test_what_ships_says_what_it_is():
    assert {each.operator for each in SHIPPED if not asks_model(each)} == {"tune", "retest"}
    assert {each.operator for each in SHIPPED if each.mends} == {"repair"}
    assert {each.operator for each in SHIPPED if not each.rewarded} == {"retest"}
    assert all(each.template.shipped and each.template.text() for each in SHIPPED if asks_model(each))
    assert not Template.of("x").shipped
    assert not Template.beside("/somewhere/mine.py").shipped
    asked = {each.operator: each().llm for each in SHIPPED}
    assert asked == {each.operator: "fast" if asks_model(each) else "" for each in SHIPPED} | {
        "outside": "outside",
        "command": "command",
    }
    assert [each.operator for each in SHIPPED if each().needs(Setting())] == ["retest"]
    assert not any(each().needs(Setting(noise=True)) for each in SHIPPED)


def test_without_a_template_there_has_to_be_a_way_to_make():
    class Idle(AskingEmitter):
        operator = "idle"

        def choose(self, scene, rng):
            return Choice(parents=())

    with pytest.raises(EvoError, match=r"emitter idle: expected a `template`.* or a method `make`"):
        Idle().make(Scene(archive=None, selector=None), ticket("idle"), (A,), Random(0))


def test_a_retest_of_what_has_no_score_is_not_applicable():
    empty, held = (Scene(archive=islands(size)[0], selector=Uniform()) for size in (0, 3))
    nothing = Retest().make(empty, ticket("retest"), (A,), Random(0))
    assert (nothing.outcome, nothing.parents, nothing.program) == (Outcome.NOT_APPLICABLE, (), None)
    again = Retest().make(held, ticket("retest"), (A,), Random(0))
    assert (again.outcome, again.parents, again.program, again.repetition) == (Outcome.PROPOSED, (), A, 1)
    assert again.summary == "test 2"


@pytest.mark.parametrize("inspire", ["best", "diverse", "elsewhere"])
def test_policies_draw_after_the_best_and_others(inspire):
    archives = islands(20, 20)
    scene = Scene(archive=archives[0], selector=Uniform(), archives=archives)
    for seed in range(20):
        rng = Random(seed)
        parents = (Uniform().select(archives[0], 1, rng)[0].program,)
        found = best_and_others(archives[0], parents, 2, rng)
        if inspire != "best":
            found = drawn(inspire, archives, 0, parents, count=2, rng=rng)
        chosen = Diff(inspire=inspire).choose(scene, Random(seed))
        assert chosen == Choice(parents=parents, inspirations=found)
    alone = Scene(archive=archives[0], selector=Uniform())
    assert len(Diff(inspire="diverse").choose(alone, Random(0)).inspirations) == 2


def test_none_but_the_tables_know_an_emitter_by_name():
    """`tactic` is made by the run's own option, so the root that makes it, and the check of all prompts, name it."""
    names = {path.stem for path in (ROOT / "evo/propose/emitters").glob("*.py")} - {"emitter", "__init__"}
    wanted = {f"evo.propose.emitters.{name}" for name in names}
    knowing = {
        str(path.relative_to(ROOT / "evo"))
        for path in (ROOT / "evo").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module in wanted
    }
    assert {path for path in knowing if not path.startswith("testing/")} <= {"assemble/resolve.py", "cli/trial.py"}


@dataclass
class Remembered:
    """A past in which some pairs were joined or are kin, and some programs are wasted."""

    pairs: frozenset = frozenset()
    repeats: dict = field(default_factory=dict)

    def joined(self, programs):
        return frozenset(programs) in self.pairs

    def kin(self, one, other):
        return {one, other} == {"0:0", "0:1"}

    def wasted(self, program):
        return self.repeats.get(program, 0)


def test_no_two_are_joined_twice_and_no_parent_with_its_child():
    (archive,) = islands(4)
    programs = sorted(elite.program for elite in archive.elites())
    pairs = {frozenset((one, other)) for one in programs for other in programs if one < other}
    fresh = frozenset(("0:2", "0:3"))
    past = Remembered(pairs=frozenset(pairs - {fresh, frozenset(("0:0", "0:1"))}))
    scene = Scene(archive=archive, selector=Uniform(), past=past)
    found = [two_parents(scene, Random(seed)) for seed in range(40)]
    assert {frozenset(pair) for pair in found if len(pair) == 2} == {fresh}
    assert {len(pair) for pair in found} == {1, 2}, "one alone where no pair is found in a few picks"
    assert two_parents(replace(scene, archive=islands(1)[0]), Random(0)) == ("0:0",)
    assert two_parents(replace(scene, archive=islands(0)[0]), Random(0)) == ()


def test_a_parent_whose_children_repeat_is_taken_less():
    (archive,) = islands(2)
    scene = Scene(archive=archive, selector=Uniform(), past=Remembered(repeats={"0:0": 9}))
    taken = [one_parent(scene, Random(seed))[0] for seed in range(300)]
    # 1 in 2 is drawn and 1 in 10 of those kept: 0.05 / (0.05 + 0.5).
    assert 0.04 < taken.count("0:0") / 300 < 0.16
    assert 0.4 < [one_parent(replace(scene, past=None), Random(s))[0] for s in range(300)].count("0:0") / 300 < 0.6

"""What every emitter promises; see `evo.propose.emitters.emitter.Emitter`."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar
from unittest import SkipTest

from evo.propose.emitters.emitter import Choice, Setting, Template
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext, Shown
from evo.propose.prompt.rehearsal import rehearse
from evo.records import Outcome
from evo.rng import stream
from evo.testing import samples
from evo.testing.part import PartContract, refusal, twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.propose.emitters.emitter import Emitter, Scene
    from evo.records import Program, Proposal, Ticket

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class EmitterContract(PartContract):
    """The promises of an emitter: what it is stands in its class, and it chooses among what it sees."""

    kind: ClassVar[str] = "emitter"

    @abstractmethod
    def make(self) -> Emitter:
        """Return the emitter; see `PartContract.make`."""

    def scenes(self) -> Iterator[Scene]:
        """Yield what it may come to see: nothing at all, a single elite, many, and programs that failed."""
        for count in (0, 1, 2, 30):
            for broken in (0, 3):
                yield samples.scene(count, broken=broken)

    def chosen(self, scene: Scene, number: int = 0) -> Choice:
        """Return a choice, drawn anew."""
        return self.make().choose(scene, stream(0, "contract", number))

    def test_what_it_is_stands_in_its_class(self) -> None:
        """A run reads these facts without making a part, and one that changed would make its log untrue."""
        cls = type(self.make())
        operator = getattr(cls, "operator", None)
        named = isinstance(operator, str) and _NAME.fullmatch(operator)
        assert named, (
            f"operator = {operator!r}; expected a class attribute of lower-case letters, digits and underscores"
        )
        template = getattr(cls, "template", None)
        assert template is None or isinstance(template, Template), (
            f"template = {template!r}; expected a Template or None"
        )
        for name in ("rewarded", "mends"):
            value = getattr(cls, name, None)
            assert isinstance(value, bool), f"{name} = {value!r}; expected a class attribute, bool"

    def test_its_share_and_its_cost_are_numbers(self) -> None:
        """Mixes divide by them."""
        part = self.make()
        assert math.isfinite(part.weight) and part.weight >= 0, f"weight = {part.weight}; expected 0 or more, finite"
        assert math.isfinite(part.cost) and part.cost > 0, f"cost = {part.cost}; expected over 0, finite"

    def test_it_asks_a_model_or_makes_the_program_itself(self) -> None:
        """With a template it has a role that answers; without one it has neither, and a `make`."""
        part = self.make()
        assert bool(part.llm) == (part.template is not None), (
            f"llm = {part.llm!r} and template = {part.template!r}; expected both, or neither and a method `make`"
        )

    def test_it_says_whether_it_is_able_and_what_it_needs(self) -> None:
        """`able` is asked before every ticket, `needs` once, before the run."""
        part = self.make()
        for scene in self.scenes():
            able = part.able(scene)
            assert isinstance(able, bool), f"able gave {able!r}; expected a bool"
        for noise in (False, True):
            words = part.needs(Setting(noise=noise))
            assert isinstance(words, str), f'needs gave {words!r}; expected a text, "" where it can work'

    def test_it_chooses_among_what_it_sees(self) -> None:
        """Whatever there is: with no elite at all it may choose nobody, and the ticket starts from a seed."""
        for scene in self.scenes():
            there = {elite.program for archive in (scene.archive, *scene.archives) for elite in archive.elites()}
            for number in range(20):
                choice = self.chosen(scene, number)
                assert isinstance(choice, Choice), f"choose gave {choice!r}; expected a Choice"
                strange = {*choice.parents, *choice.inspirations} - there - set(scene.broken)
                assert not strange, f"it chose {strange}, neither an elite nor a broken program of the scene"
                assert len(set(choice.parents)) == len(choice.parents), f"a parent twice: {choice.parents}"

    def test_equal_chance_gives_an_equal_choice(self) -> None:
        """A run is replayed by drawing again."""
        for scene in self.scenes():
            twice(lambda s=scene: [self.chosen(s, number) for number in range(10)], "choose")

    def test_it_leaves_the_scene_as_it_was(self) -> None:
        """Only commits change archives."""
        for scene in self.scenes():
            before = [archive.elites() for archive in scene.archives]
            for number in range(10):
                self.make().able(scene)
                self.chosen(scene, number)
            assert [each.elites() for each in scene.archives] == before, "able or choose changed an archive"

    def test_its_template_can_be_rendered(self) -> None:
        """With everything that there may be to show, and with nothing but a parent."""
        part = self.make()
        if part.template is None:
            raise SkipTest("it asks no model")
        builder = PromptBuilder(samples.CONTRACT, emitters=(part,))
        rehearse(builder)
        parent = Shown(program=samples.program(1), evaluation=None, ticket=0, operator="seed")
        ticket = samples.ticket(part.operator, [parent.program.id])
        prompt = builder.build(ticket, PromptContext(parents=(parent,)))
        assert prompt.user.strip(), f"the template of {part.operator} says nothing"
        assert prompt == builder.build(ticket, PromptContext(parents=(parent,))), "a prompt differs for an equal ticket"

    def test_its_proposal_is_that_of_the_ticket(self) -> None:
        """Where no model is asked, the emitter makes the proposal, and says who its program descends from."""
        if self.make().template is not None:
            raise SkipTest("it asks a model")
        for scene in self.scenes():
            for number in range(10):
                ticket, parents = self._ticketed(scene, number)
                proposal = twice(lambda s=scene, t=ticket, p=parents: self._made(s, t, p), "make")
                same = (proposal.ticket, proposal.island, proposal.operator) == (
                    ticket.number,
                    ticket.island,
                    ticket.operator,
                )
                assert same, f"the proposal is for {proposal.ticket}, {proposal.operator}; expected those of {ticket}"
                assert set(proposal.parents) <= set(ticket.parents), f"parents {proposal.parents} were not chosen"
                assert (proposal.program is None) == (proposal.outcome is not Outcome.PROPOSED), (
                    f"outcome {proposal.outcome} {'without' if proposal.program is None else 'with'} a program"
                )
                assert proposal.program or proposal.detail, f"outcome {proposal.outcome} without saying why"

    def test_it_makes_no_proposal_where_a_model_is_asked(self) -> None:
        """There is one way to a program, not two."""
        part = self.make()
        if part.template is None:
            raise SkipTest("it asks no model")
        scene = samples.scene(2)
        ticket, parents = self._ticketed(scene, 0)
        error = refusal(lambda: self._made(scene, ticket, parents))
        assert error is not None, "it has a template, and `make` gives a proposal as well; expected an EvoError"

    def _ticketed(self, scene: Scene, number: int) -> tuple[Ticket, list[Program]]:
        choice, known = self.chosen(scene, number), samples.programs_of(scene)
        ids = choice.parents or (samples.program(0).id,)
        return samples.ticket(self.make().operator, ids, choice.inspirations), [known[each] for each in ids]

    def _made(self, scene: Scene, ticket: Ticket, parents: list[Program]) -> Proposal:
        return self.make().make(scene, ticket, parents, stream(0, ticket.operator, ticket.number))

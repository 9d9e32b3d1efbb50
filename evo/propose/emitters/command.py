"""The operator `command`: a new version of one parent, by a program that edits its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import Choice, InspiredEmitter, Template, one_parent

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCommand(InspiredEmitter):
    """Puts a program to work; the role that answers is one whose model is `command`.

    What stands here beside the options of an emitter (`argv` and so on) is the model's: `{use: command, argv: [...]}`
    is this operator with a role of its own.
    """

    operator: ClassVar[str] = "command"
    template: ClassVar[Template | None] = Template.beside(__file__, "rewrite.j2")
    brings: ClassVar[str] = "command"
    """The kind of model that an option of it, which is not its own, belongs to."""
    llm: str = "command"

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        parents = one_parent(scene, rng)
        return self.inspired(scene, parents, rng) if parents else Choice(parents=())

"""From a ticket and its context to the words that a model is asked with.

One Jinja2 template per operator in `templates/`, or in a folder of the run's own; the system text holds what is equal
for the whole run, so that providers can cache it. The bytes depend on the arguments alone. How values are said is in
`wording`, what may be left out in `room`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evo.canonical import canonical
from evo.edits import Refusal
from evo.errors import EvoError, SpecError
from evo.propose import room
from evo.propose.insights import INSIGHTS_MAX, TEXT_MAX_CHARS, Kind, Severity, Tag
from evo.propose.templating import environment, operators, position
from evo.records import Prompt
from evo.verdicts import Direction, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.edits import Editable
    from evo.propose.context import Context, Shown, Step
    from evo.records import Ticket
    from evo.spec.prompts import PromptTokens

__all__ = ["Contract", "PromptBuilder", "operators"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """All that a prompt says about a problem, as plain data.

    Attributes:
        label: "circle_packing/26".
        summary: one line. brief: the problem in full, Markdown.
        language: of the program. file: the path of the entry file.
        entry: the function that is called. signature: how it is called, as code.
        editable: what of the program may change.
        imports: the modules that may be imported; empty means the standard library.
        limits: in words, for example "10 CPU seconds, 512 MB".
        params: the instance's parameters.
        objective: the figure's name. unit: "" when it has none.
        best_known: in words with its source; "" when there is none.
        measures: name -> meaning.
    """

    label: str
    summary: str
    brief: str
    language: str
    file: str
    entry: str
    signature: str
    editable: Editable
    objective: str
    direction: Direction
    unit: str = ""
    best_known: str = ""
    imports: tuple[str, ...] = ()
    limits: str = ""
    params: Mapping[str, JSON]
    measures: Mapping[str, str]


class PromptBuilder:
    """Builds the prompts of one run.

    Args:
        contract: what is said of the problem.
        sections: what the parts of a prompt may take; None for no limits.
        templates: name -> text of templates that replace the shipped ones.
        folder: where they came from, for messages.

    Attributes:
        templates: as given.

    Raises:
        SpecError: the standing text cannot be rendered.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        sections: PromptTokens | None = None,
        templates: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._contract, self._sections = contract, sections
        self.templates: Mapping[str, str] = templates or {}
        self._environment = environment(templates, folder)
        params = canonical(dict(contract.params)).decode() if contract.params else ""
        self._system = self._render("system", params=params)
        self._analyst = self._render("insight_system", params=params)

    def build(self, ticket: Ticket, context: Context) -> Prompt:
        """Return the prompt of a ticket, however long it gets.

        Args:
            ticket: its operator names the template.
            context: the run as of the ticket's `after_seq`.

        Raises:
            EvoError: the operator has no template, or the context has no parent.
            SpecError: a template of the run's own cannot be rendered.
        """
        if ticket.operator not in operators() or not context.parents:
            known = ", ".join(sorted(operators()))
            msg = f"ticket {ticket.number}: operator {ticket.operator!r} with {len(context.parents)} parents; "
            raise EvoError(msg + f"expected one of {known}, with one parent or more")
        return Prompt(system=self._system, user=self._asked(ticket.operator, self._sectioned(context)))

    def fitted(self, ticket: Ticket, context: Context, most: int | None) -> Prompt | Refusal:
        """Return the prompt of a ticket within `most` tokens as `room.tokens` estimates them; None for no limit.

        Returns:
            The prompt, in which less is said where everything has no room; LLM_ERROR where not even the parent has.

        Raises:
            EvoError: as `build`.
        """
        prompt = self.build(ticket, context)
        if most is None or size(prompt) <= most:
            return prompt
        for smaller in room.shorter(self._sectioned(context)):
            prompt = Prompt(system=self._system, user=self._asked(ticket.operator, smaller))
            if size(prompt) <= most:
                return prompt
        return _too_long(prompt, most)

    def analysis(self, shown: Shown, steps: Sequence[Step], most: int | None) -> Prompt | Refusal:
        """Return what an analyst is asked about a program; LLM_ERROR where it has no room in `most` tokens.

        Args:
            shown: the program with its evaluation.
            steps: what led to it, its own step last; left out where there is no room.
            most: tokens, None for no limit.
        """
        prompt = self._analysis(shown, steps)
        if most is None or size(prompt) <= most:
            return prompt
        bare = self._analysis(shown, ())
        return bare if size(bare) <= most else _too_long(bare, most)

    def _analysis(self, shown: Shown, steps: Sequence[Step]) -> Prompt:
        user = self._render(
            "insight",
            shown=shown,
            steps=steps,
            larger=self._larger,
            kinds=list(Kind),
            tags=list(Tag),
            severities=list(Severity),
            most=INSIGHTS_MAX,
            text_chars=TEXT_MAX_CHARS,
        )
        return Prompt(system=self._analyst, user=user)

    @property
    def _larger(self) -> str:
        return "larger" if self._contract.direction is Direction.MAXIMIZE else "smaller"

    def _sectioned(self, context: Context) -> Context:
        context = replace(context, inspirations=tuple(sorted(context.inspirations, key=self._worth)))
        return room.sectioned(context, self._sections) if self._sections else context

    def _asked(self, operator: str, context: Context) -> str:
        return self._render(
            operator,
            parents=context.parents,
            inspirations=context.inspirations,
            ancestors=context.ancestors,
            attempts=context.attempts,
            best=context.best,
            larger=self._larger,
            left_out=context.left_out,
        )

    def _render(self, name: str, **values: Any) -> str:  # noqa: ANN401 - templates take values of any kind
        from jinja2 import TemplateError  # noqa: PLC0415 - 30 ms, only when a prompt is built

        try:
            return self._environment.get_template(f"{name}.j2").render(c=self._contract, **values)
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            path, line = position(error)
            raise SpecError(f"cannot be rendered: {error}", path=path or f"{name}.j2", line=line) from error

    def _worth(self, shown: Shown) -> tuple[bool, float]:
        """Order from worst to best; programs without an objective come first."""
        objective = shown.evaluation.objective if shown.evaluation else None
        if objective is None:
            return False, 0.0
        return True, self._contract.direction.gain(objective, 0.0)


def size(prompt: Prompt) -> int:
    """Return an estimate of a prompt's tokens that errs on the safe side."""
    return room.tokens(prompt.system) + room.tokens(prompt.user)


def _too_long(prompt: Prompt, most: int) -> Refusal:
    detail = (
        f"the prompt was not sent: with nothing but the contract and the program it has about {size(prompt)} tokens; "
        f"there is room for {most} (the model's context_tokens less its answer, or prompts.tokens.total)"
    )
    return Refusal(outcome=Outcome.LLM_ERROR, detail=detail)

"""From a ticket and its context to the words that a model is asked with.

One Jinja2 template per operator, which its emitter brings along, or one of its name in a folder of the run's own; the
system text holds what is equal for the whole run, so that providers can cache it. The bytes depend on the arguments
alone. How values are said is in `filters`, what may be left out in `token_room`.

Templates that do not come with this package are text that may come from anywhere, so they are rendered in a sandbox:
they see the values that prompts are made of, and no way out of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.canonical import canonical
from evo.edits import Refusal
from evo.errors import EvoError, SpecError, nearest
from evo.propose.insights import INSIGHTS_MAX, TEXT_MAX_CHARS, InsightKind, Severity, Tag
from evo.propose.prompt import token_room
from evo.propose.prompt.filters import FILTERS, gap_words
from evo.propose.prompt.manner import Manner
from evo.propose.prompt.problem_contract import ProblemContract
from evo.propose.prompt.templates import NEWEST, TemplateText, folders, read_templates, variables
from evo.records import Direction, Outcome, Prompt
from evo.text import redact, sanitise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from jinja2 import Environment

    from evo.config.sections import PromptTokens
    from evo.propose.advice import Digest
    from evo.propose.emitters.emitter import Emitter
    from evo.propose.prompt.context import PromptContext, Shown, Step
    from evo.records import Ticket

__all__ = ["ProblemContract", "PromptBuilder"]

_PLAIN = Manner()


class PromptBuilder:
    """Builds the prompts of one run.

    Args:
        contract: what is said of the problem.
        emitters: all that may make a proposal of the run; those that ask a model bring the templates of its operators.
        sections: what the parts of a prompt may take; None for no limits.
        templates: name -> text of templates that replace those that are there.
        folder: where they came from, for messages.
        edition: which of the wordings that ever shipped; an earlier one for runs that were recorded with it.

    Attributes:
        operators: those for which a prompt can be built.
        templates: as given.
        edition, libraries: what of the wording a run has to keep: its edition, and the versions that it tells.
        foreign: name -> text of every template that does not come with this package, `templates` among them.

    Raises:
        SpecError: a template has a mistake in its syntax or a variable that it will not be given, or the standing text
            cannot be rendered; at its file and line. Or as `templates.read_templates`.
    """

    def __init__(
        self,
        contract: ProblemContract,
        *,
        emitters: Iterable[Emitter | type[Emitter]] = (),
        sections: PromptTokens | None = None,
        templates: Mapping[str, str] | None = None,
        folder: Path | None = None,
        edition: int = NEWEST,
    ) -> None:
        self._contract, self._sections = contract, sections
        self.edition, self.libraries = edition, contract.libraries
        self.templates: Mapping[str, str] = templates or {}
        brought = read_templates(emitters, edition)
        self.operators: frozenset[str] = frozenset(brought)
        placed = {**brought, **_replacements(self.templates, folder or Path("prompts"))}
        self.foreign: Mapping[str, str] = {name: each.text for name, each in placed.items() if not each.trusted}
        self._places = {each.place for each in placed.values()}
        self._environment = _environment(placed, edition)
        self._params = canonical(dict(contract.params)).decode() if contract.params else ""
        self._systems: dict[tuple[bool, bool], str] = {}
        self.system(Manner())
        self._analyst = self._render("insight_system", params=self._params)

    def system(self, manner: Manner) -> str:
        """Return the standing text: equal for all tickets that speak alike, so that providers can cache it."""
        key = manner.aloud, manner.example
        if key not in self._systems:
            self._systems[key] = self._render("system", params=self._params, aloud=manner.aloud, example=manner.example)
        return self._systems[key]

    def build(self, ticket: Ticket, context: PromptContext, manner: Manner = _PLAIN) -> Prompt:
        """Return the prompt of a ticket, however long it gets.

        Args:
            ticket: its operator names the template.
            context: the run as of the ticket's `after_seq`.
            manner: how it speaks.

        Raises:
            EvoError: the operator has no template, or the context has no parent.
            SpecError: a template of the run's own cannot be rendered.
        """
        if ticket.operator not in self.operators or not context.parents:
            known = ", ".join(sorted(self.operators)) or "no operator"
            msg = f"ticket {ticket.number}: operator {ticket.operator!r} with {len(context.parents)} parents; "
            raise EvoError(msg + f"expected one of {known}, with one parent or more")
        user = self._asked(ticket.operator, self._sectioned(context), manner)
        return Prompt(system=self.system(manner), user=user)

    def fitted(
        self, ticket: Ticket, context: PromptContext, most: int | None, manner: Manner = _PLAIN
    ) -> Prompt | Refusal:
        """Return the prompt of a ticket within `most` tokens as `token_room.tokens` estimates them; None for no limit.

        Returns:
            The prompt, in which less is said where everything has no room; LLM_ERROR where not even the parent has.

        Raises:
            EvoError: as `build`.
        """
        prompt = self.build(ticket, context, manner)
        if most is None or size(prompt) <= most:
            return prompt
        for smaller in token_room.shorter(self._sectioned(context)):
            prompt = replace(prompt, user=self._asked(ticket.operator, smaller, manner))
            if size(prompt) <= most:
                return prompt
        return _too_long(prompt, most)

    def analysis(self, shown: Shown, steps: Sequence[Step], most: int | None) -> Prompt | Refusal:
        """Return what an analyst is asked about a program; LLM_ERROR where it has no room in `most` tokens.

        Args:
            shown: the program with its evaluation.
            steps: what led to it, its own step last; left out where there is no token_room.
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
            kinds=list(InsightKind),
            tags=list(Tag),
            severities=list(Severity),
            most=INSIGHTS_MAX,
            text_chars=TEXT_MAX_CHARS,
        )
        return Prompt(system=self._analyst, user=user)

    def advice(self, digest: Digest, best: Shown, most: int | None) -> Prompt | Refusal:
        """Return what asks for tactics or a note; LLM_ERROR where it has no room in `most` tokens.

        Args:
            digest: what is told of the log; its steps are left out where there is no token_room.
            best: the digest's best program.
            most: tokens, None for no limit.
        """
        prompt = self._advice(digest, best)
        if most is None or size(prompt) <= most:
            return prompt
        bare = self._advice(replace(digest, ancestors=(), worked=(), failed=()), best)
        return bare if size(bare) <= most else _too_long(bare, most)

    def _advice(self, digest: Digest, best: Shown) -> Prompt:
        return Prompt(
            system=self.system(_PLAIN), user=self._render(f"advice/{digest.purpose}", digest=digest, best=best)
        )

    @property
    def _larger(self) -> str:
        return "larger" if self._contract.direction is Direction.MAXIMIZE else "smaller"

    def _sectioned(self, context: PromptContext) -> PromptContext:
        context = replace(context, inspirations=tuple(sorted(context.inspirations, key=self._worth)))
        return token_room.sectioned(context, self._sections) if self._sections else context

    def _asked(self, operator: str, context: PromptContext, manner: Manner) -> str:
        best, known = context.best, self._contract.record
        gap = "" if best is None or known is None else gap_words(best, known, self._contract.direction)
        return self._render(
            operator,
            parents=context.parents,
            inspirations=context.inspirations,
            ancestors=context.ancestors,
            attempts=context.attempts,
            tried=context.tried,
            best=context.best,
            notes=context.notes,
            tactic=context.tactic,
            larger=self._larger,
            left_out=context.left_out,
            aloud=manner.aloud,
            wording=manner.wording,
            gap=gap if manner.gap else "",
        )

    def _render(self, name: str, **values: Any) -> str:  # noqa: ANN401 - templates take values of any kind
        from jinja2 import TemplateError  # noqa: PLC0415 - 30 ms, only when a prompt is built

        try:
            return self._environment.get_template(f"{name}.j2").render(c=self._contract, **values)
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            path, line = _position(error, self._places)
            raise SpecError(f"cannot be rendered: {error}", path=path or f"{name}.j2", line=line) from error

    def _worth(self, shown: Shown) -> tuple[bool, float]:
        """Order from worst to best; programs without an objective come first."""
        objective = shown.evaluation.objective if shown.evaluation else None
        if objective is None:
            return False, 0.0
        return True, self._contract.direction.gain(objective, 0.0)


def size(prompt: Prompt) -> int:
    """Return an estimate of a prompt's tokens that errs on the safe side."""
    return token_room.tokens(prompt.system) + token_room.tokens(prompt.user)


def redacted(prompt: Prompt, secrets: Sequence[str]) -> Prompt:
    """Return the prompt without any of the secrets."""
    return replace(
        prompt,
        system=sanitise(redact(prompt.system, secrets)),
        user=sanitise(redact(prompt.user, secrets)),
    )


def _too_long(prompt: Prompt, most: int) -> Refusal:
    detail = (
        f"the prompt was not sent: with nothing but the contract and the program it has about {size(prompt)} tokens; "
        f"there is room for {most} (the model's context_tokens less its answer, or prompts.tokens.total)"
    )
    return Refusal(outcome=Outcome.LLM_ERROR, detail=detail)


def _replacements(texts: Mapping[str, str], folder: Path) -> dict[str, TemplateText]:
    return {name: TemplateText(text=text, place=str(folder / f"{name}.j2")) for name, text in texts.items()}


def _environment(templates: Mapping[str, TemplateText], edition: int) -> Environment:
    """Return what renders these templates and the standing ones; in a sandbox unless all are this package's.

    Raises:
        SpecError: a mistake in a template's syntax, or a variable that it will not be given; at its file and line.
    """
    items = tuple(sorted(templates.items(), key=lambda item: item[0]))
    for name, template in items:
        if not template.trusted:
            _check(name, template)
    return _trusted(items, edition) if all(each.trusted for _, each in items) else _sandboxed(items, edition)


def _position(error: BaseException, known: Collection[str]) -> tuple[str, int | None]:
    """Return the file and line of a template in which an error arose, ("", None) if in none.

    Args:
        error: what rendering raised.
        known: places of templates beside those that end in .j2.
    """
    named = getattr(error, "filename", None), getattr(error, "lineno", None)
    if named[0]:
        return str(named[0]), named[1]
    found = [place for place in _places(error.__traceback__) if place[0].endswith(".j2") or place[0] in known]
    return found[-1] if found else ("", None)


def _places(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _check(name: str, template: TemplateText) -> None:
    from jinja2 import TemplateSyntaxError, meta, nodes  # noqa: PLC0415 - only for templates from elsewhere

    path, bare = template.place, _trusted((), NEWEST)
    try:
        tree = bare.parse(template.text, name=name, filename=path)
        bare.compile(template.text, name=name, filename=path)
    except TemplateSyntaxError as error:
        raise SpecError(f"{error.message}", path=path, line=error.lineno) from error
    known = variables(name)
    for unknown in sorted(meta.find_undeclared_variables(tree) - known):
        line = min((n.lineno for n in tree.find_all(nodes.Name) if n.name == unknown and n.ctx == "load"), default=1)
        offered = ", ".join(sorted(known)) or "none but the parameters of its macros"
        hint = nearest(unknown, known) or f"; there are {offered}"
        raise SpecError(f"unknown variable {unknown!r}{hint}", path=path, line=line)


@lru_cache(maxsize=8)
def _trusted(templates: tuple[tuple[str, TemplateText], ...], edition: int) -> Environment:
    from jinja2 import Environment  # noqa: PLC0415 - 30 ms, only when one is built

    return _equipped(Environment, templates, edition)


def _sandboxed(templates: tuple[tuple[str, TemplateText], ...], edition: int) -> Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - see `_trusted`

    return _equipped(ImmutableSandboxedEnvironment, templates, edition)


def _equipped(kind: type[Environment], templates: tuple[tuple[str, TemplateText], ...], edition: int) -> Environment:
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined  # noqa: PLC0415 - see `_trusted`

    there = {f"{name}.j2": (template.text, template.place, None) for name, template in templates}
    made = kind(
        loader=ChoiceLoader([FunctionLoader(there.get), FileSystemLoader(folders(edition))]),
        undefined=StrictUndefined,
        autoescape=False,  # models read text, not HTML; fences do what escaping would
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    return made

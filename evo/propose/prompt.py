"""From a ticket and its context to the words that a model is asked with.

One Jinja2 template per operator in `templates/`; the system text holds what is equal for the whole run, so that
providers can cache it. The bytes depend on the arguments alone. Texts that come from candidates or models (feedback,
errors, summaries) are cut and fenced, or folded into one line: nothing in them can end a block or start a heading.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.canonical import canonical
from evo.errors import EvoError
from evo.records import Prompt
from evo.text import cut, fence, normalise_detail
from evo.verdicts import Direction, EvaluationStatus, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from evo.canonical import JSON
    from evo.edits import Editable
    from evo.propose.advice import Digest
    from evo.propose.context import Context, Shown, Step
    from evo.records import Evaluation, Ticket

TEMPLATES = Path(__file__).parent / "templates"
ID_DIGITS = 12
"""How many digits of a program's id a prompt shows."""

_INSPIRATION_MAX_BYTES = 16 * 1024
_LINE_MAX_BYTES = 240
_QUIET = {StageStatus.SUCCESS, StageStatus.SKIPPED, StageStatus.UPSTREAM_FAILED}


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
    """Builds the prompts of one run."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        params = canonical(dict(contract.params)).decode() if contract.params else ""
        self._system = _environment().get_template("system.j2").render(c=contract, params=params)

    def build(self, ticket: Ticket, context: Context) -> Prompt:
        """Return the prompt of a ticket.

        Args:
            ticket: its operator names the template.
            context: the run as of the ticket's `after_seq`.

        Raises:
            EvoError: the operator has no template, or the context has no parent.
        """
        if ticket.operator not in operators() or not context.parents:
            known = ", ".join(sorted(operators()))
            msg = f"ticket {ticket.number}: operator {ticket.operator!r} with {len(context.parents)} parents; "
            raise EvoError(msg + f"expected one of {known}, with one parent or more")
        user = (
            _environment()
            .get_template(f"{ticket.operator}.j2")
            .render(
                c=self._contract,
                parents=context.parents,
                inspirations=sorted(context.inspirations, key=self._worth),
                ancestors=context.ancestors,
                attempts=context.attempts,
                best=context.best,
                notes=context.notes,
                tactic=context.tactic,
                larger="larger" if self._contract.direction is Direction.MAXIMIZE else "smaller",
            )
        )
        return Prompt(system=self._system, user=user)

    def advise(self, digest: Digest, best: Shown) -> Prompt:
        """Return the prompt that asks for advice; `best` is the digest's best program."""
        template = _environment().get_template(f"advice/{digest.purpose}.j2")
        return Prompt(system=self._system, user=template.render(c=self._contract, digest=digest, best=best))

    def _worth(self, shown: Shown) -> tuple[bool, float]:
        """Order from worst to best; programs without an objective come first."""
        objective = shown.evaluation.objective if shown.evaluation else None
        if objective is None:
            return False, 0.0
        return True, self._contract.direction.gain(objective, 0.0)


@cache
def operators() -> frozenset[str]:
    """Return the operators that have a template."""
    return frozenset(path.stem for path in TEMPLATES.glob("*.j2") if path.stem not in {"system", "parts"})


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - 30 ms, only when a prompt is built

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - models read text, not HTML; fences do what escaping would
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Any] = {
        "id": _short,
        "number": _number,
        "step": _step,
        "code": _code,
        "fence": fence,
        "glance": _glance,
        "troubles": _troubles,
    }
    environment.filters.update(filters)
    return environment


def _short(program: str) -> str:
    return program[:ID_DIGITS]


def _number(value: float) -> str:
    return format(value, ".12g")


def _line(text: str) -> str:
    """Fold an untrusted text into one short line."""
    return cut(" ".join(normalise_detail(text).split()), _LINE_MAX_BYTES).replace("\n", " ")


def _step(step: Step) -> str:
    """Return one line of the lineage: program · operator · status · objective · change · summary."""
    objective = "-" if step.objective is None else _number(step.objective)
    delta = "-" if step.delta is None else format(step.delta, "+.6g")
    fields = [_short(step.program) or "none", step.operator, step.status or "not scored yet", objective, delta]
    line = " · ".join([*fields, _line(step.summary) or "-"])
    return f"{line}\n  because: {_line(step.detail)}" if step.detail else line


def _glance(shown: Shown, objective: str) -> str:
    """Return what is known about a program's worth, in one or two lines."""
    origin = f"ticket {shown.ticket} · {shown.operator}"
    if shown.summary:
        origin += f" · {_line(shown.summary)}"
    return f"{_score(shown.evaluation, objective)}\nFrom: {origin}"


def _score(evaluation: Evaluation | None, objective: str) -> str:
    if evaluation is None:
        return "Score: not scored yet"
    if evaluation.objective is None:
        return f"Score: none, {evaluation.status}"
    figures = {**evaluation.measures, **evaluation.metrics}
    rest = ", ".join(f"{name} = {_number(value)}" for name, value in figures.items())
    flags = f" ({', '.join(evaluation.flags)})" if evaluation.flags else ""
    first = f"Score: {objective} = {_number(evaluation.objective)}{flags}"
    return f"{first}\nMeasures: {rest}" if rest else first


def _code(shown: Shown, *, whole: bool = True) -> str:
    """Return the program's files, each under its path in a fence of its own."""
    limit = None if whole else _INSPIRATION_MAX_BYTES
    parts = [
        f"File: {path}\n{fence(text if limit is None else cut(text, limit), shown.program.language)}"
        for path, text in shown.program.files.items()
    ]
    return "\n".join(parts)


def _troubles(shown: Shown) -> str:
    """Return the feedback and the errors of a program's evaluation, cut to 2 kB; "" when there are none."""
    evaluation = shown.evaluation
    if evaluation is None:
        return ""
    parts = [evaluation.feedback] if evaluation.feedback else []
    if evaluation.status is not EvaluationStatus.VALID:
        failed = [stage for stage in evaluation.stages if stage.status not in _QUIET]
        parts += [f"stage {stage.stage}: {stage.status}\n{stage.detail}".rstrip() for stage in failed]
    return normalise_detail("\n".join(parts))

"""Whether templates from elsewhere can be rendered: all are, with everything there is to show and with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.propose.advice import Digest
from evo.propose.insights import Insight, InsightKind, Severity, Tag
from evo.propose.prompt.context import Edge, PromptContext, Shown, Step, TriedChange
from evo.records import Evaluation, EvaluationStatus, Program, Ticket
from evo.records.verdicts import ADVICE

if TYPE_CHECKING:
    from evo.propose.prompt.builder import PromptBuilder


def rehearse(builder: PromptBuilder) -> None:
    """Render the prompts of every operator and of the analyst.

    Raises:
        SpecError: one cannot be rendered; at its file and line.
    """
    program, other = Program.of("x = 1\n"), Program.of("x = 2\n")
    bare = Shown(program=program, evaluation=None, ticket=0, operator="seed")
    failed = Evaluation(program=other.id, status=EvaluationStatus.FAILED, feedback="why it failed")
    scored = Evaluation(
        program=program.id, status=EvaluationStatus.VALID, objective=1.0, measures={"measure": 0.5}, feedback="a hint"
    )
    note = Insight(kind=InsightKind.ALGORITHM, tag=Tag.NEUTRAL, severity=Severity.LOW, text="a note")
    full = Shown(program=program, evaluation=scored, ticket=1, operator="diff", summary="a step", insights=(note,))
    worse = Shown(program=other, evaluation=failed, ticket=2, operator="diff", summary="a step")
    step = Step(
        program=program.id,
        parent=other.id,
        operator="diff",
        summary="a step",
        status=EvaluationStatus.VALID,
        objective=1.0,
        delta=0.5,
        detail="why",
        edge=Edge(
            diff="-x = 2\n+x = 1",
            added=1,
            removed=1,
            parts=("f",),
            shift={"measure": 0.1},
            lessons=((InsightKind.IMITATE, "it"),),
        ),
    )
    whole = PromptContext(
        parents=(full, worse),
        inspirations=(worse, full),
        ancestors=(step,),
        attempts=(step,),
        tried=(TriedChange(summary="a step", times=2, gain=0.5), TriedChange(summary="another", times=1, gain=None)),
        best=1.0,
        notes=("a note",),
        tactic="an approach",
        left_out=("insight",),
    )
    for operator in sorted(builder.operators):
        ticket = Ticket(number=0, after_seq=-1, island=0, operator=operator)
        for context in (whole, PromptContext(parents=(bare,))):
            builder.build(ticket, context)
    for steps in ((step,), ()):
        builder.analysis(full, steps, None)
        for purpose in ADVICE:
            told = Digest(purpose=purpose, epoch=0, seq=0, llm="", count=1, best=program.id, worked=steps, failed=steps)
            builder.advice(told, full, None)

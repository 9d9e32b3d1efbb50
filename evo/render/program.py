"""Everything about one program: as data, and as a page of text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from evo.records import told_flags
from evo.render.lineage import STATUS_STYLES, cell, tactic_of
from evo.render.numbers import delta, duration, exact, objective, short, size
from evo.render.tables import facts, listing
from evo.render.trust import tell_trust
from evo.store.reading.extract import placement_values
from evo.store.reading.wishes import HeededWish
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from evo.records import Commit, Completion, Evaluation, Program, Prompt, Repeat, StageResult
    from evo.store.reading.view import RunView

# Plain data, as `evo show --json` has it.
_Data = Any


def data(
    program: Program,
    commit: Commit,
    *,
    objectives: Mapping[str, float | None],
    tickets: Sequence[int],
    answer: tuple[Prompt, Completion] | None,
    tactic: str = "",
    retests: Sequence[float | None] = (),
    trust: str = "",
    wishes: Sequence[HeededWish] = (),
) -> dict[str, _Data]:
    """Return everything about a program as plain data; the keys of `evo show --json`.

    Args:
        program: its files.
        commit: the one that brought it first.
        objectives: of the parents and inspirations, by program.
        tickets: all that proposed this program.
        answer: what the model was asked and what it said; None for a seed.
        tactic: the approach that it was asked to follow; "" for none.
        retests: what it scored on fresh seeds, None for a test that failed.
        trust: what scores of its run are worth; "" where a judge of its own scores.
        wishes: what people had asked for and its ticket heeded.
    """
    proposal = commit.proposal
    return {
        "program": program.id,
        "language": program.language,
        "files": dict(program.files),
        "seq": commit.seq,
        "ticket": commit.ticket,
        "after_seq": commit.after_seq,
        "tickets": list(tickets),
        "operator": proposal.operator,
        "island": proposal.island,
        "outcome": str(proposal.outcome),
        "repeats": _repeats(proposal.repeats) if proposal.repeats else None,
        "summary": proposal.summary,
        "detail": proposal.detail,
        "tactic": tactic,
        "wishes": [asdict(each) for each in wishes],
        "parents": [{"program": each, "objective": objectives.get(each)} for each in proposal.parents],
        "inspirations": [{"program": each, "objective": objectives.get(each)} for each in proposal.inspirations],
        "evaluation": _evaluation(commit.evaluation) if commit.evaluation else None,
        "retests": list(retests),
        "trust": trust,
        "placements": [placement_values(each) for each in commit.placements],
        "model": _model(proposal.llm, *answer) if answer else None,
        "hash": commit.hash,
        "at": commit.at,
    }


def gather_data(view: RunView, found: Program, commit: Commit, asked: tuple[Prompt, Completion] | None) -> _Data:
    """Read everything about a program of a run; see `data`.

    Args:
        view: the run.
        found: the program.
        commit: the one that brought it first.
        asked: what the model was asked and what it said; None for a seed.
    """
    known = {*commit.proposal.parents, *commit.proposal.inspirations}
    evaluations = {each: view.evaluation(each) for each in known}
    return data(
        found,
        commit,
        objectives={each: evaluation.objective for each, evaluation in evaluations.items() if evaluation},
        tickets=view.tickets_of(found.id),
        answer=asked,
        tactic=tactic_of(view, commit),
        retests=view.retests(found.id),
        trust=view.header.trust,
        wishes=view.wishes().of(commit),
    )


def _evaluation(evaluation: Evaluation) -> dict[str, _Data]:
    return {
        "status": str(evaluation.status),
        "objective": evaluation.objective,
        "measures": dict(evaluation.measures),
        "metrics": dict(evaluation.metrics),
        "feedback": evaluation.feedback,
        "tier": evaluation.tier,
        "flags": told_flags(evaluation.flags),
        "stages": [_stage(stage) for stage in evaluation.stages],
    }


def _stage(stage: StageResult) -> dict[str, _Data]:
    return {
        "stage": stage.stage,
        "status": str(stage.status),
        "seconds": stage.seconds,
        "cpu_seconds": stage.cpu_seconds,
        "max_rss_mb": stage.max_rss_mb,
        "detail": stage.detail,
        "cached": stage.cached,
    }


def _model(llm: str, prompt: Prompt, completion: Completion) -> dict[str, _Data]:
    return {
        "llm": llm,
        "model": completion.model,
        "finish": str(completion.finish),
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "cached_tokens": completion.cached_tokens,
        "reasoning_tokens": completion.reasoning_tokens,
        "estimated": completion.estimated,
        "cost_usd": completion.cost_usd,
        "prompt_size": len(prompt.whole),
        "answer_size": len(completion.text),
        "thoughts_size": len(completion.thoughts),
    }


def _repeats(found: Repeat) -> dict[str, _Data]:
    return {"program": found.program, "rule": str(found.rule), "similarity": found.similarity, "words": found.words}


def page(shown: Mapping[str, _Data], unit: str) -> RenderableType:
    """Draw what `data` returns."""
    parts: list[RenderableType] = [facts(_head(shown, unit))]
    evaluation = shown["evaluation"]
    if evaluation:
        parts += [
            "",
            listing(
                ["stage", "status", "time", "CPU", "memory", "detail"],
                map(_stage_row, evaluation["stages"]),
                wrap=["detail"],
            ),
        ]
    if shown["placements"]:
        parts += [
            "",
            listing(["island", "cell", "placement", "gain", "displaced"], map(_placement_row, shown["placements"])),
        ]
    return Group(*parts)


def _head(shown: Mapping[str, _Data], unit: str) -> list[tuple[str, RenderableType]]:
    others = [ticket for ticket in shown["tickets"] if ticket != shown["ticket"]]
    again = f", proposed again by {', '.join(f't{ticket}' for ticket in others)}" if others else ""
    island = "every island" if shown["island"] is None else f"island {shown['island']}"
    code = "\n".join(shown["files"].values())
    pairs: list[tuple[str, RenderableType]] = [
        ("program", Text(shown["program"], style="bold cyan")),
        ("files", Text(f"{', '.join(shown['files'])} ({size(code)})")),
        ("proposal", Text(f"ticket {shown['ticket']}, {shown['operator']}, {island}{again}")),
    ]
    if shown["repeats"]:
        pairs.append(("repeats", Text(shown["repeats"]["words"])))
    if shown["summary"]:
        pairs.append(("why", Text(sanitise(shown["summary"]))))
    if shown["detail"]:
        pairs.append(("note", Text(sanitise(shown["detail"]))))
    if shown["tactic"]:
        pairs.append(("tactic", Text(sanitise(shown["tactic"]))))
    for role in ("parents", "inspirations"):
        named = [f"{short(each['program'])} ({objective(each['objective'])})" for each in shown[role]]
        if named:
            pairs.append((role, Text(", ".join(named))))
    pairs += [("asked", Text(HeededWish(**each).says)) for each in shown["wishes"]]
    pairs += _evaluation_rows(shown["evaluation"], unit)
    if shown["trust"]:
        pairs.append(("trust", Text(tell_trust(shown["trust"]), style="yellow")))
    if shown["retests"]:
        pairs.append(("retests", Text("   ".join(objective(score) for score in shown["retests"]))))
    if shown["model"]:
        pairs.append(("model", Text(_model_line(shown["model"]))))
    pairs.append(("texts", Text(_texts(shown["model"]), style="dim")))
    return pairs


def _evaluation_rows(evaluation: Mapping[str, _Data] | None, unit: str) -> list[tuple[str, RenderableType]]:
    if evaluation is None:
        return []
    flags = f"  flags: {', '.join(evaluation['flags'])}" if evaluation["flags"] else ""
    status = evaluation["status"]
    score = "" if evaluation["objective"] is None else exact(evaluation["objective"], unit)
    pairs: list[tuple[str, RenderableType]] = [
        ("status", Text.assemble((status, STATUS_STYLES.get(status, "green")), "  ", (score, "bold"), flags))
    ]
    for name in ("measures", "metrics"):
        if evaluation[name]:
            figures = (f"{key} {objective(value)}" for key, value in evaluation[name].items())
            pairs.append((name, Text("   ".join(figures))))
    if evaluation["feedback"]:
        pairs.append(("feedback", Text(sanitise(evaluation["feedback"]))))
    return pairs


def _texts(model: Mapping[str, _Data] | None) -> str:
    if model is None:
        return "--code prints it"
    return f"--code, --prompt{', --thoughts' if model['thoughts_size'] else ''} and --answer print them"


def _model_line(model: Mapping[str, _Data]) -> str:
    named = f"{model['llm']} ({model['model']})" if model["model"] else model["llm"]
    asked = f"prompt {model['prompt_size']} characters, {model['prompt_tokens']} tokens"
    said = f"answer {model['answer_size']} characters, {model['completion_tokens']} tokens ({model['finish']})"
    thought = f"thoughts {model['thoughts_size']} characters; " if model["thoughts_size"] else ""
    return f"{named}; {asked}; {thought}{said}; {model['cost_usd']:.4g} usd"


def _stage_row(stage: Mapping[str, _Data]) -> list[str | Text]:
    ran = stage["cpu_seconds"] > 0 or stage["seconds"] > 0
    return [
        stage["stage"],
        Text(stage["status"], style="green" if stage["status"] == "SUCCESS" else "red"),
        duration(stage["seconds"]) if ran else "-",
        duration(stage["cpu_seconds"]) if ran else "-",
        f"{stage['max_rss_mb']:.0f} MB" if stage["max_rss_mb"] else "-",
        sanitise(stage["detail"]),
    ]


def _placement_row(placement: Mapping[str, _Data]) -> list[str | Text]:
    status = placement["status"]
    return [
        str(placement["island"]),
        cell(tuple(placement["cell"])),
        Text(status, style=STATUS_STYLES.get(status, "")),
        delta(placement["delta"]),
        short(placement["displaced"] or "-"),
    ]

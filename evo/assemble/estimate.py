"""The composition root of an estimate: problem, prompts and pipeline of a config, without a run, process or socket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.assemble.counsel import asking
from evo.assemble.identity import seeds_of
from evo.assemble.issuer import issuer_of
from evo.assemble.resolve import resolve_files
from evo.estimate.cost import Estimate, Per, RequestKind, estimate, shares_of
from evo.estimate.longest import first_prompt, longest_advice, longest_analysis, longest_program, longest_prompt
from evo.evaluate.stages.stage import AsksModels, StageQuestion
from evo.llm.embeddings import EMBEDDING
from evo.propose.advice import NOTE_LINES, Digest
from evo.propose.emitters.emitter import asks_model
from evo.propose.prompt.builder import size
from evo.propose.prompt.context import Shown
from evo.propose.prompt.token_room import TOKEN_BYTES
from evo.propose.second_turn import longest_follow_up
from evo.records import Prompt, Purpose, Request
from evo.search.analyst import ANSWER_TOKENS
from evo.search.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.config.problem import Problem
    from evo.config.run import RunSpec
    from evo.evaluate.graph import Graph
    from evo.evaluate.stages.stage import Stage
    from evo.propose.emitters.emitter import Emitter
    from evo.records import Evaluation, Program
    from evo.search.issue import Issuer

_MAX_TOKENS = Request.max_tokens
_ANY = 10**9


def estimated(spec: RunSpec, runs_dir: Path) -> Estimate:
    """Say what a run can cost; nothing is started and nobody is contacted. No key is needed.

    Raises:
        NotFoundError, SpecError: declared files that do not exist or do not fit together.
    """
    beside = spec.source.parent if spec.source else None
    setup = resolve_files(_unlimited(spec))
    seeds = seeds_of(spec, setup.problem, beside, runs_dir)
    issuer = issuer_of(setup, seeds=seeds, library=Library(_Nothing(), seeds.values(), most=1))
    measures, seed = list(setup.measures), next(iter(seeds.values()))
    proposing = list(_by_emitters(setup, issuer, measures))
    asked = [
        *proposing,
        *_by_second_turns(setup, proposing),
        *_by_advisers(setup, issuer, measures),
        *_by_analyst(issuer, measures),
        *_by_stages(setup.graph, setup.problem, seed),
        *_by_judges(setup),
        *_by_novelty(setup, seed),
    ]
    return estimate(asked, setup.facts, setup.budget, seeds=len(seeds))


def _unlimited(spec: RunSpec) -> RunSpec:
    """Return the spec with no limit on a prompt's parts: cutting goes by whole steps, so longer ones may leave less."""
    tokens = replace(spec.prompts.tokens, inspirations=_ANY, lineage=_ANY, insights=_ANY)
    return replace(spec, prompts=replace(spec.prompts, tokens=tokens))


class _Nothing:
    """Shelves of a run that is not there."""

    def program(self, program_id: str) -> Program | None:
        del program_id

    def evaluation(self, program_id: str) -> Evaluation | None:
        del program_id


def _emitters(setup: Setup) -> list[tuple[Emitter, float | None]]:
    """Return all that may make a proposal, each with its share of the tickets where that is known."""
    if len(setup.ways) > 1:
        found: list[tuple[Emitter, float | None]] = [(each, None) for way in setup.ways for each in way.emitters]
    else:
        (way,) = setup.ways
        found = list(zip(way.emitters, shares_of(way.emitters, weighted=setup.mix.weighted), strict=True))
    if setup.tactic:
        # It takes the tickets of others, now and then.
        found.append((setup.tactic, 0.0))
    return list({(each.operator, each.llm): (each, share) for each, share in found if asks_model(each)}.values())


def _by_emitters(setup: Setup, issuer: Issuer, measures: list[str]) -> Iterator[RequestKind]:
    for emitter, share in _emitters(setup):
        most = issuer.rooms.get(emitter.llm)
        first = first_prompt(emitter, issuer.prompts, list(issuer.seeds.values()))
        yield RequestKind(
            what=emitter.operator,
            llm=emitter.llm,
            longest=longest_prompt(
                emitter,
                issuer.prompts,
                measures,
                shows=setup.shows,
                noted=issuer.analyst is not None,
                advised=bool(setup.fold.tactics or setup.fold.notes),
                most=most,
            ),
            first=first,
            max_tokens=_MAX_TOKENS,
            share=share,
            asks=most is None or size(first) <= most,
            times=setup.draws,
        )


def _by_second_turns(setup: Setup, proposing: Sequence[RequestKind]) -> Iterator[RequestKind]:
    """Yield what follows an answer that cannot be used, one kind for each role that is asked again."""
    for role in sorted(setup.second_turns):
        own = [kind for kind in proposing if kind.llm == role]
        if own:
            kind = max(own, key=lambda kind: len(kind.longest.whole))
            most = setup.rooms.get(role)
            longest, first = (_followed(kind, prompt, most) for prompt in (kind.longest, kind.first))
            # Under a budget room is set aside for one second turn of a ticket, and none for those of further draws.
            times = 1 if setup.draws_paid else kind.times
            yield replace(
                kind, what="second turn", longest=longest, first=first, share=0.0, per=Per.FOLLOW_UP, times=times
            )


def _followed(kind: RequestKind, prompt: Prompt, most: int | None) -> Prompt:
    """Return the longest prompt that can follow one within its role's room."""
    request = Request(purpose="estimate", subject="", prompt=prompt, seed=0, llm=kind.llm)
    said, reply = longest_follow_up(request).prompt.turns
    left = len(said) if most is None else max(0, TOKEN_BYTES * most - len(prompt.whole.encode()) - len(reply))
    return replace(prompt, turns=(said[:left], reply if left else ""))


def _by_advisers(setup: Setup, issuer: Issuer, measures: list[str]) -> Iterator[RequestKind]:
    tactics, notes = setup.fold.tactics, setup.fold.notes
    wanted = [(Purpose.TACTIC, tactics.llm, tactics.count, tactics.patience)] if tactics else []
    wanted += [(Purpose.NOTE, notes.llm, NOTE_LINES, notes.every)] if notes else []
    seed = Shown(program=next(iter(issuer.seeds.values())), evaluation=None, ticket=0, operator="seed")
    for purpose, llm, count, every in wanted:
        digest = Digest(purpose=purpose, epoch=0, seq=0, llm=llm, count=count, best=seed.program.id)
        most, first = issuer.rooms.get(llm), issuer.prompts.advice(digest, seed, None)
        assert isinstance(first, Prompt)  # noqa: S101 - without a limit there is room
        yield RequestKind(
            what=f"for a {purpose}",
            llm=llm,
            longest=longest_advice(digest, issuer.prompts, measures, most),
            first=first,
            max_tokens=_MAX_TOKENS,
            share=1.0,
            per=Per.TICKET,
            every=every,
            asks=most is None or size(first) <= most,
        )


def _by_novelty(setup: Setup, seed: Program) -> Iterator[RequestKind]:
    embedding = setup.novelty.embedding if setup.novelty else None
    if embedding:
        longest, first = (Prompt(system="", user=each.text) for each in (longest_program(), seed))
        yield RequestKind(
            what=EMBEDDING,
            llm=embedding.llm,
            longest=longest,
            first=first,
            max_tokens=1,
            share=1.0,
            per=Per.TICKET,
        )


def _by_analyst(issuer: Issuer, measures: list[str]) -> Iterator[RequestKind]:
    if analyst := issuer.analyst:
        seed = Shown(program=next(iter(issuer.seeds.values())), evaluation=None, ticket=0, operator="seed")
        first = issuer.prompts.analysis(seed, (), None)
        assert isinstance(first, Prompt)  # noqa: S101 - without a limit there is room
        yield RequestKind(
            what=Purpose.INSIGHT,
            llm=analyst.llm,
            longest=longest_analysis(issuer.prompts, measures, analyst.most),
            first=first,
            max_tokens=ANSWER_TOKENS,
            share=analyst.share,
            per=Per.PROGRAM,
            asks=analyst.most is None or size(first) <= analyst.most,
        )


def _by_stages(graph: Graph, problem: Problem, seed: Program) -> Iterator[RequestKind]:
    for node in graph.nodes:
        for longest, first in zip(
            *(_questions(node.stage, problem, each) for each in (longest_program(), seed)), strict=True
        ):
            yield RequestKind(
                what=f"stage {node.name}",
                llm=longest.llm,
                longest=longest.prompt,
                first=first.prompt,
                max_tokens=longest.max_tokens,
                share=1.0,
                per=Per.PROGRAM,
                times=longest.times,
            )


def _by_judges(setup: Setup) -> Iterator[RequestKind]:
    """Yield what judges ask through the run, as much of it as their problem and their stages allow."""
    declared = setup.declared.evaluate
    for who, limits in asking(setup.problem, setup.graph) if declared else ():
        prompt = Prompt(system="", user="x" * round(1000 * limits.prompt_kb))
        yield RequestKind(
            what=who,
            llm=declared.ask if declared else "",
            longest=prompt,
            first=prompt,
            max_tokens=limits.max_tokens,
            share=float(limits.questions),
            per=Per.PROGRAM,
            times=limits.questions,
        )


def _questions(stage: Stage, problem: Problem, program: Program) -> Sequence[StageQuestion]:
    """Return what a stage asks about a program; of one that does not say, that it asks any number of times."""
    if isinstance(stage, AsksModels):
        return stage.questions(program, problem)
    prompt = Prompt(system="", user=f"{problem.brief}\n{program.text}")
    return [StageQuestion(llm=role, prompt=prompt, times=None) for role in stage.contract.asks]

"""The composition root of an estimate: problem, prompts and pipeline of a config, without a run, process or socket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.assemble.identity import seeds_of, templates_of
from evo.assemble.issuer import builder_of, issuer_of
from evo.assemble.start import MIXES, options_of
from evo.config.component import choose
from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem, pipeline_of
from evo.estimate.cost import Estimate, Per, RequestKind, estimate, shares_of
from evo.estimate.longest import first_prompt, longest_advice, longest_analysis, longest_program, longest_prompt
from evo.evaluate.graph import Graph
from evo.evaluate.graph_checks import check_asked
from evo.evaluate.stages.llm_judge import LlmJudge
from evo.llm.embeddings import EMBEDDING
from evo.propose.advice import NOTE_LINES, Digest
from evo.propose.emitters.emitter import asks_model
from evo.propose.operator_bandits import Weighted
from evo.propose.prompt.builder import size
from evo.propose.prompt.context import Shown
from evo.records import Prompt, Purpose, Request
from evo.search.analyst import ANSWER_TOKENS
from evo.search.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evo.config.problem import Problem
    from evo.config.run import RunSpec
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
    problem = load_problem(spec.problem, beside=beside, params=spec.params or None)
    seeds = seeds_of(spec, problem, beside, runs_dir)
    graph = Graph.of(load_pipeline(str(pipeline_of(problem, spec.pipeline, beside=beside))))
    check_asked(graph, spec.llms)
    options = options_of(spec)
    issuer = issuer_of(
        spec,
        problem,
        options,
        seeds=seeds,
        library=Library(_Nothing(), seeds.values(), most=1),
        prompts=builder_of(_unlimited(spec), problem, templates_of(spec, beside)),
        secrets=(),
    )
    measures = [*problem.spec.measures, *graph.measures]
    seed = next(iter(seeds.values()))
    asked = [
        *_by_emitters(issuer, spec, measures),
        *_by_advisers(issuer, spec, measures),
        *_by_analyst(issuer, measures),
        *_by_stages(graph, problem, seed),
        *_by_novelty(spec, seed),
    ]
    return estimate(asked, options, spec.budget, seeds=len(seeds))


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


def _emitters(issuer: Issuer, spec: RunSpec) -> list[tuple[Emitter, float | None]]:
    """Return all that may make a proposal, each with its share of the tickets where that is known."""
    if issuer.ways:
        found: list[tuple[Emitter, float | None]] = [(each, None) for way in issuer.ways for each in way.emitters]
    else:
        shares = shares_of(issuer.emitters, weighted=isinstance(choose(spec.mix, MIXES), Weighted))
        found = list(zip(issuer.emitters, shares, strict=True))
    if issuer.tactic:
        # It takes the tickets of others, now and then.
        found.append((issuer.tactic, 0.0))
    return list({(each.operator, each.llm): (each, share) for each, share in found if asks_model(each)}.values())


def _by_emitters(issuer: Issuer, spec: RunSpec, measures: list[str]) -> Iterator[RequestKind]:
    for emitter, share in _emitters(issuer, spec):
        most = issuer.rooms.get(emitter.llm)
        first = first_prompt(emitter, issuer.prompts, list(issuer.seeds.values()))
        yield RequestKind(
            what=emitter.operator,
            llm=emitter.llm,
            longest=longest_prompt(
                emitter,
                issuer.prompts,
                measures,
                shows=spec.prompts,
                noted=issuer.analyst is not None,
                advised=bool(spec.tactics or spec.notes),
                most=most,
            ),
            first=first,
            max_tokens=_MAX_TOKENS,
            share=share,
            asks=most is None or size(first) <= most,
        )


def _by_advisers(issuer: Issuer, spec: RunSpec, measures: list[str]) -> Iterator[RequestKind]:
    tactics, notes = spec.tactics, spec.notes
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


def _by_novelty(spec: RunSpec, seed: Program) -> Iterator[RequestKind]:
    if spec.novelty and spec.novelty.embedding:
        longest, first = (Prompt(system="", user=each.text) for each in (longest_program(), seed))
        yield RequestKind(
            what=EMBEDDING,
            llm=spec.novelty.embedding.llm,
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
        if isinstance(stage := node.stage, LlmJudge):
            longest, first = (
                stage.prompt(program, problem.label, problem.brief) for program in (longest_program(), seed)
            )
            yield RequestKind(
                what=f"stage {node.name}",
                llm=stage.llm,
                longest=longest,
                first=first,
                max_tokens=stage.max_tokens,
                share=1.0,
                per=Per.PROGRAM,
                times=stage.tries,
            )

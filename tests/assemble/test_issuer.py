"""Every option of prompts and insights changes what is asked; what does not fit is an outcome, not a crash."""

import re
from dataclasses import replace

import pytest

from evo.assemble import models
from evo.assemble.identity import templates_of
from evo.assemble.issuer import issuer_of
from evo.assemble.resolve import resolve
from evo.config.pack_run import load_run
from evo.config.run import amendable, from_yaml, to_yaml
from evo.errors import NotFoundError, SpecError
from evo.llm.answer_log import Recorded
from evo.llm.ensemble import Ensemble
from evo.llm.facts import facts_by_role
from evo.llm.openai.options import OpenAI
from evo.llm.script import Script
from evo.propose.answer import AnswerReader
from evo.records import Outcome
from evo.search.attempt import Attempts
from evo.search.edges import outermost
from evo.search.gates import Gates
from tests.e2e.test_insight_search import Analysing
from tests.toy import GRAPH, PROBLEM, resolved

PLAIN = "problem: toy\nbudget: {tickets: 60}\nemitters: [{use: diff, weight: 2}, crossover]\nllms: {fast: offline, "
PLAIN += "wise: offline}\n"


@pytest.fixture
def asking(world, tmp_path):
    (tmp_path / "toy.yaml").write_text(PLAIN)

    def make(*settings):
        here = world(model=Analysing())
        here.spec = load_run(tmp_path / "toy.yaml", settings)
        plain = here.search

        def search(store):
            made, setup = plain(store), resolved(here.spec)
            llms = {role: Recorded(here.model, store) for role in setup.llms}
            made._issuer = issuer_of(setup, seeds=made._issuer.seeds, library=made._issuer.library)
            made._attempts = Attempts(
                llms=llms,
                evaluator=here.judge,
                store=store,
                state=made.state,
                gates=Gates(4, 2),
                reader=AnswerReader(editable="whole"),
            )
            return made

        here.search = search
        return here

    return make


OPTIONS = [
    (),
    ("prompts.lineage=full",),
    ("prompts.ancestors=2",),
    ("prompts.children=3",),
    ("prompts.tokens.lineage=90",),
    ("prompts.tokens.inspirations=250",),
    ("insights.arm=1",),
    ("insights.arm=1", "prompts.tokens.insights=5"),
    ("insights.arm=0.4",),
]


def test_every_option_changes_what_is_asked(asking):
    logs = {settings: asking(*settings).run()[1][-1].hash for settings in OPTIONS}
    assert len(set(logs.values())) == len(logs), logs


def test_feedback_has_its_budget(asking):
    for few, said in ((700, True), (2, False)):
        here = asking("emitters=[diff, {use: repair, weight: 2}]", f"prompts.tokens.feedback={few}")
        assert any("too large" in text for text in listened(here)) == said


def listened(here):
    prompts = []
    ask = here.model.complete

    async def listen(request):
        prompts.append(request.prompt.user.split("## Parent")[-1])
        return await ask(request)

    here.model.complete = listen
    here.run()
    return prompts


def test_the_analyst_is_the_role_that_is_named(asking):
    roles = set()
    here = asking("insights={arm: 1, llm: wise}")
    ask = here.model.complete

    async def listen(request):
        roles.add((request.purpose, request.llm))
        return await ask(request)

    here.model.complete = listen
    here.run()
    assert roles == {("propose", "fast"), ("insight", "wise")}


def test_what_does_not_fit_is_an_outcome_that_pauses_with_its_cause(asking):
    search, commits = asking("prompts.tokens.total=100").run()
    assert {c.proposal.outcome for c in commits[2:]} == {Outcome.LLM_ERROR}
    assert {c.proposal.llm for c in commits[2:]} == {"fast"}
    assert all(c.proposal.requests == () for c in commits)
    assert search.run_state == "paused"
    assert re.search(r"the prompt was not sent: .*there is room for 100 \(", search.stop_reason)


def test_full_lineage_goes_both_ways(asking):
    prompts = "\n".join(listened_whole(asking("prompts.lineage=full")))
    for said in ("## How the parent came to be", "## What was already tried", "```diff\n@@\n-x = ", "measures: x "):
        assert said in prompts
    for lesson in ("  imitate: ", "  avoid: ", "  explore: "):
        assert lesson in prompts


def listened_whole(here):
    prompts = []
    ask = here.model.complete

    async def listen(request):
        prompts.append(request.prompt.user)
        return await ask(
            replace(request, prompt=replace(request.prompt, user=request.prompt.user.split("## Parent")[-1]))
        )

    here.model.complete = listen
    here.run()
    return prompts


def test_the_best_and_the_worst_children_are_shown():
    assert [outermost("abcdef", most) for most in (6, 4, 3, 1, 0)] == [
        tuple("abcdef"),
        tuple("abef"),
        tuple("abf"),
        ("a",),
        (),
    ]


def test_rooms_follow_from_contexts(asking):
    options = {
        "small": OpenAI(model="s", context_tokens=16_000, max_tokens=4_000),
        "large": OpenAI(model="l", context_tokens=64_000),
        "free": Script(answers=("a",)),
        "mixed": Ensemble(members={"small": 1.0, "large": 1.0}),
    }
    facts = facts_by_role(options)
    assert models.rooms(None, facts) == {"small": 12_000, "large": 55_808, "mixed": 12_000}
    assert models.rooms(20_000, facts) == {"small": 12_000, "large": 20_000, "free": 20_000, "mixed": 12_000}


def test_configs_are_strict(asking, tmp_path):
    spec = asking("insights={arm: 0.25, llm: wise}", "prompts.templates=words").spec
    assert from_yaml(to_yaml(spec), "x") == spec
    assert not any(map(amendable, ("insights.arm", "prompts.lineage", "llms.fast.context_tokens")))
    for setting, message in (
        ("insights.arm=2", r"insights\.arm: expected .*; got 2"),
        ("insights={llm: wse}", r"insights: no 'wse' among llms; did you mean wise\?"),
        ("insights.share=1", r"insights\.share: unknown key"),
        ("prompts.lineage=long", r"prompts\.lineage: expected"),
        ("prompts.ancestors=7", r"prompts\.ancestors: expected"),
        ("prompts.tokens.totl=7", r"did you mean .*total\?"),
    ):
        with pytest.raises(SpecError, match=message):
            asking(setting)
    with pytest.raises(Exception, match="context_tokens: expected more than max_tokens = 8192"):
        OpenAI(model="m", context_tokens=4000)
    (tmp_path / "words").mkdir()
    assert templates_of(spec, tmp_path) == tmp_path / "words"
    assert templates_of(asking().spec, tmp_path) is None
    with pytest.raises(NotFoundError, match="elsewhere"):
        resolve(spec, PROBLEM, GRAPH, templates=templates_of(asking("prompts.templates=elsewhere").spec, tmp_path))

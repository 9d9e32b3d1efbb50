"""What waits is shown, and nobody who stops a run waits for it."""

import asyncio

import evo
from evo.llm.mock.faults import Faults
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.script import Script
from evo.llm.waits import Waits
from evo.records import Prompt, Request


def request(ticket, purpose="propose"):
    prompt = Prompt(system="s", user="u")
    return Request(purpose=purpose, subject=str(ticket), prompt=prompt, seed=0, llm="fast")


def test_what_is_idle_and_what_is_not():
    waits = Waits()
    with waits.idle(request(3)), waits.idle(request(4, "judge")):
        with waits.idle(request(3)):
            assert waits.is_idle(3)
        assert waits.is_idle(3)
        assert not waits.is_idle(4)
    assert not waits.is_idle(3)


def test_who_is_parked_is_told_once():
    waits, told = Waits(), []
    waits.listen(told.append)
    for words in ("a waits", "a waits", ""):
        waits.park("a", words)
    assert told == ["a waits", ""]


def looked_at(folder):
    with evo.open_run(folder) as view:
        return view.status()["stop_reason"]


def stopped(tmp_path, options, faults):
    """Begin a run whose model cannot be asked; stop it once that shows; return how it ended and what was said."""

    async def go():
        script = Script(answers=("x",)).connect(LLMContext(role="m", ideas=None, seed=0))
        async with serving(MockServer(client=script, faults=faults)) as url:
            model = f"{{use: openai, model: m, base_url: '{url}', {options}}}"
            spec = evo.load_run("smoke", [f"llms.fast={model}", "executor.sandbox=none"])
            async with evo.start(spec, runs_dir=tmp_path) as search:
                said = []

                async def watch():
                    while not search.waiting:  # noqa: ASYNC110 - the screen looks at it in the same way
                        await asyncio.sleep(0.01)
                    try:
                        said.append(search.waiting)
                        while len(said) == 1:
                            await asyncio.sleep(0.05)
                            said.extend(filter(None, [looked_at(search.folder)]))
                    finally:
                        search.drain()

                watching = asyncio.create_task(watch())
                commits = [commit async for commit in search]
                await watching
            return search, commits, said

    return asyncio.run(asyncio.wait_for(go(), 60))


def test_a_run_that_stops_does_not_wait_for_a_parked_model(tmp_path):
    options = "park: {seconds: 3000}, retry: {tries: 1}"
    search, commits, said = stopped(tmp_path, options, Faults(shares={"rate_limit": 1.0}))
    assert search.run_state == "interrupted"
    assert all(commit.proposal.operator == "seed" for commit in commits)
    assert said[0].startswith("llms.fast is left alone for 3000 s: rate limited: 429")
    assert said[1] == said[0]


PARKS = "park: {seconds: 3000}, retry: {tries: 1}"
JUDGED = """
stages:
  call: {use: call}
  score: {use: score, upstream: [call]}
  opinion: {use: llm_judge, upstream: [score], llm: critic, question: Clear?, scores: {clarity: {low: 0, high: 9}}}
"""


def stopped_beside(tmp_path, settings):
    """Begin a run whose second model cannot be asked, stop it once that shows, mend the model and go on."""

    async def go():
        script = Script(answers=("x",)).connect(LLMContext(role="m", ideas=None, seed=0))
        broken = MockServer(client=script, faults=Faults(shares={"rate_limit": 1.0}))
        async with serving(broken) as url:
            model = f"{{use: openai, model: m, base_url: '{url}', {PARKS}}}"
            told = [each.replace("PARKED", model) for each in settings]
            spec = evo.load_run("smoke", ["executor.sandbox=none", "budget.tickets=6", *told])
            async with evo.start(spec, runs_dir=tmp_path) as search:

                async def watch():
                    while not search.waiting:  # noqa: ASYNC110 - the screen looks at it in the same way
                        await asyncio.sleep(0.01)
                    search.drain()

                watching = asyncio.create_task(watch())
                commits = [commit async for commit in search]
                await watching
            return search, commits

    return asyncio.run(asyncio.wait_for(go(), 120))


def test_nobody_waits_for_a_parked_analyst(tmp_path):
    search, commits = stopped_beside(tmp_path, ["llms.critic=PARKED", "insights={arm: 1, llm: critic}"])
    assert search.run_state == "interrupted"
    assert [commit.proposal.operator for commit in commits] == ["seed"] * 3
    again = evo.open_run(search.folder)
    assert again.status()["committed"] == 3
    again.close()


def test_nobody_waits_for_a_parked_judge(tmp_path):
    (tmp_path / "judged.yaml").write_text(JUDGED)
    settings = ["llms.critic=PARKED", f"pipeline={tmp_path / 'judged.yaml'}"]
    search, commits = stopped_beside(tmp_path / "runs", settings)
    assert (search.run_state, commits) == ("interrupted", []), "not even a seed, which a resume scores"

"""Models that see are shown pictures: drawn once, sent with the prompt, no part of what a log hangs on."""

import asyncio

from evo.assemble.replay import executing
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.stats.run_figures import figures_of
from evo.store.pictures import drawn_programs
from evo.store.reading.view import open_run

CONFIG = """
problem: circle_packing/26
params: {work: 1}
budget: {tickets: 9}
executor: {sandbox: none}
emitters: [diff]
prompts: {arms: {images: SHARE}}
llms: {fast: {use: openai, model: mock, base_url: "URL", MORE}}
"""


def lived(folder, url, more="images: true", share=1):
    config = folder / f"{share}.yaml"
    config.write_text(CONFIG.replace("URL", url).replace("MORE", more).replace("SHARE", str(share)))

    async def run():
        async with start(load_run(config), runs_dir=folder / "runs") as search:
            async for _ in search:
                pass
        async with executing(search.folder) as execution:
            return search, await execution.run(lambda done, whole: None)

    return asyncio.run(run())


def test_pictures_of_the_parent_and_the_best_are_shown_and_the_log_is_made_again(serve, tmp_path):
    server = serve()
    search, again = lived(tmp_path, server.url)
    assert (search.run_state, again.difference, again.hash) == ("finished", None, search.state.hash)
    with open_run(search.folder) as view:
        asked = [(commit, view.answer(commit)[0]) for commit in view.commits() if commit.proposal.llm]
        for commit, prompt in asked:
            assert prompt.pictures[0] == commit.proposal.parents[0]
            assert len(prompt.pictures) in {1, 2}
        shown = sorted({each for _, prompt in asked for each in prompt.pictures})
        found = figures_of(view)
    assert drawn_programs(search.folder, shown) == shown
    # A ticket that draws again, or gets a second turn, shows them each time.
    sent = sum(len(prompt.pictures) * len(commit.proposal.requests) for commit, prompt in asked)
    assert server.usage()["pictures"] == sent
    assert len(found.arms["images"]) == len(asked)


def test_the_share_of_an_arm_sees_and_a_model_that_does_not_is_shown_nothing(serve, tmp_path):
    server = serve()
    half, _ = lived(tmp_path, server.url, share=0.5)
    with open_run(half.folder) as view:
        prompts = [view.answer(commit)[0] for commit in view.commits() if commit.proposal.llm]
    assert 0 < sum(bool(prompt.pictures) for prompt in prompts) < len(prompts)
    before = server.usage()["pictures"]
    blind, _ = lived(tmp_path, server.url, more="temperature: 1", share=1)
    assert server.usage()["pictures"] == before
    with open_run(blind.folder) as view:
        assert not any(view.answer(commit)[0].pictures for commit in view.commits() if commit.proposal.llm)


def test_a_prefix_is_cached_and_the_share_is_told(serve, tmp_path):
    for more in ("cache: key", "cache: control"):
        server = serve()
        search, _ = lived(tmp_path, server.url, more=more)
        with open_run(search.folder) as view:
            tokens = view.status()["tokens"]
        assert tokens["cached"] == server.usage()["cached_tokens"] > 0.3 * tokens["prompt"]

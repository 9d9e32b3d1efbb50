"""Runs from configs, through HTTP and back: equal logs, budgets to the end, replays and ensembles."""

import asyncio

import pytest

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.errors import LLMError, SpecError
from tests.faults.rig import CANARY, KEY_NAME, ROOT

CONFIGS = ROOT / "configs"
SMALL = ("params={work: 2}", "budget={tickets: 14}", "executor.sandbox=none")


def go(folder, *overrides, config=CONFIGS / "smoke.yaml", again=None):
    """Run a config to its end; return the finished search."""

    async def whole():
        started = resume(again, overrides) if again else start(load_run(config, overrides), runs_dir=folder)
        async with started as search:
            async for _ in search:
                pass
        return search

    return asyncio.run(whole())


def spent(search):
    from evo.store.store import Store

    store = Store.open(search.folder)
    try:
        return store.charged()
    finally:
        store.close()


def model(url, **options):
    options = {"model": "mock", "base_url": url, "prices": "{input: 1, output: 1}"} | options
    return "{use: openai, " + ", ".join(f"{key}: {value}" for key, value in options.items()) + "}"


def test_http_and_in_process_give_one_log(serve, tmp_path):
    server = serve("--problem", "circle_packing/26", answers=False)
    plain = go(tmp_path, *SMALL, config="circle_packing/26")
    over = go(tmp_path, *SMALL, f"llms.fast.base_url={server.url}", config=CONFIGS / "mock_server.yaml")
    assert (over.state.seq, over.state.hash) == (13, plain.state.hash)
    seeds = len([c for c in over.state.known.values() if c.step.operator == "seed"])
    assert server.requests == 14 - seeds
    again = go(tmp_path, *SMALL, "seed=5", f"llms={{fast: {{use: replay, run: {over.folder}}}}}")
    assert again.run_state == "paused", "another seed asks for other things"
    assert "holds no answer to this request" in again.stop_reason
    replayed = f"llms={{fast: {{use: replay, run: {over.folder}}}}}"
    again = go(tmp_path, *SMALL, replayed, config="circle_packing/26")
    assert again.state.hash == plain.state.hash
    assert server.requests == 14 - seeds, "a replay asks nobody"
    streamed = (f"llms.fast.base_url={server.url}", "llms.fast.stream=true")
    assert go(tmp_path, *SMALL, *streamed, config=CONFIGS / "mock_server.yaml").state.hash == plain.state.hash


def test_what_a_model_does_not_take_is_learnt_once_for_the_run(serve, tmp_path):
    server = serve("--problem", "circle_packing/26", "--refuse", "max_tokens", "--refuse", "seed", answers=False)
    search = go(tmp_path, "params={work: 1}", "budget={tickets: 5}", f"llms={{fast: {model(server.url)}}}", *SMALL[2:])
    asked = server.requests
    answered = search.state.seq + 1 - 3
    assert answered + 2 <= asked <= answered + 8, "each refusal is met by those in flight at most"
    more = go(tmp_path, "budget={tickets: 9}", again=search.folder)
    assert more.state.seq == 8
    assert server.requests == asked + 4, "no refusal is met again"


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_whole_main_job_over_http_and_in_process(serve, tmp_path):
    server = serve("--problem", "circle_packing/26", answers=False)
    plain = go(tmp_path, config="circle_packing/26")
    over = go(tmp_path, f"llms.fast.base_url={server.url}", config=CONFIGS / "mock_server.yaml")
    assert (over.run_state, over.state.seq, over.state.hash) == ("finished", plain.state.seq, plain.state.hash)


def test_a_budget_ends_a_run_at_the_same_ticket_whatever_the_slots(serve, tmp_path):
    server = serve("--problem", "circle_packing/26", "--latency", "uniform:0.05:0.05", answers=False)
    ends = set()
    for slots, commit in ((1, "ordered"), (4, "ordered"), (4, "arrival")):
        search = go(
            tmp_path,
            "params={work: 2}",
            "budget={tickets: 40, usd: 0.05}",
            f"llms={{fast: {model(server.url)}}}",
            f"schedule={{slots: {slots}, window: 4, commit: {commit}}}",
        )
        assert (search.run_state, search.stop_reason) == ("finished", "usd")
        assert 0 < search.state.seq < 39
        assert 0.02 < spent(search)[0] <= 0.05
        if commit == "ordered":
            ends.add(search.state.hash)
    assert len(ends) == 1
    before = server.requests
    more = go(tmp_path, "budget={tickets: 40, usd: 0.05}", again=search.folder)
    assert (more.run_state, more.stop_reason) == ("finished", "usd")
    assert server.requests == before
    more = go(tmp_path, "budget={tickets: 16, usd: 5}", again=search.folder)
    assert more.stop_reason == "tickets"


def test_usd_needs_prices_and_keys_need_values(tmp_path, monkeypatch):
    config = tmp_path / "mine.yaml"
    config.write_text(
        "problem: circle_packing/26\nbudget: {usd: 1}\nllms:\n  fast: {use: openai, model: m, api_key_env: MY_KEY}\n"
    )
    with pytest.raises(SpecError, match=r"mine\.yaml:4.*budget\.usd needs prices"):
        go(tmp_path / "runs", config=config)
    config.write_text(config.read_text().replace("MY_KEY}", "MY_KEY, prices: {input: 1, output: 1}}"))
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(LLMError) as caught:
        go(tmp_path / "runs", config=config)
    expected = "llms.fast names it as the environment variable with the key of https://api.openai.com/v1."
    assert str(caught.value) == f"MY_KEY is not set: {expected}"
    assert not (tmp_path / "runs").exists(), "nothing was begun"


def test_an_ensemble_from_a_config(serve, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_NAME, CANARY)
    one, two = (serve("--problem", "circle_packing/26", answers=False) for _ in range(2))
    llms = (
        f"{{a: {model(one.url, api_key_env=KEY_NAME)}, b: {model(two.url, api_key_env=KEY_NAME)}, "
        "fast: {use: ensemble, members: {a: 1, b: 1}, temperatures: [0.2, 0.9]}}"
    )
    search = go(tmp_path, *SMALL, f"llms={llms}")
    assert search.run_state == "finished"
    assert one.requests > 0
    assert two.requests > 0
    for path in search.folder.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    with pytest.raises(SpecError, match="no model 'c'"):
        go(tmp_path, *SMALL, "llms={a: offline, fast: {use: ensemble, members: {c: 1}}}")

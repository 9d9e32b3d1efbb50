"""Whole runs through a failing endpoint: every ticket ends after the predicted calls, and no file holds the key."""

import asyncio
import json
import time
from dataclasses import replace

import pytest

from evo.canonical import canonical, fingerprint
from evo.config.sections import BudgetSpec
from evo.llm.mock.faults import OK, Faults
from evo.records import Outcome
from evo.rng import derive
from evo.store import rows, schema
from tests.faults.rig import CANARY, RETRY, context, options
from tests.toy import World

ONCE = {"null_content"}
KEPT = {OK, "no_usage", "bad_utf8", "surrogate", "length", "refusal", "content_filter"}
GIVEN_UP = {"context", "bad_request", "huge"}
PAID = {
    *("error_408", "error_502", "error_504", "error_524", "error_in_200", "html", "truncated_json"),
    *("reset", "reset_early", "hang", "drip"),
}
RETRYABLE = (
    *("rate_limit", "rate_limit_ms", "rate_limit_date", "rate_limit_bare", "rate_limit_in_200", "error_500"),
    *("error_408", "error_504", "error_524", "finish_error"),
    *("error_502", "error_503", "error_529", "error_in_200", "html", "truncated_json", "no_choices", "null_choices"),
    *("no_message", "null_content", "reset", "reset_early", "hang", "drip"),
)
# One of those that are answered with words, one of the connection, one of time; all of them in the long form.
SHORT = {"rate_limit", "truncated_json", "reset", "hang"}
ROWS = [each if each in SHORT else pytest.param(each, marks=pytest.mark.soak) for each in RETRYABLE]
MIXED = (*RETRYABLE, *sorted(GIVEN_UP), *sorted(KEPT - {OK}))


def run(folder, model, **how):
    """Run the toy world through a model; return the search and its commits."""

    async def go():
        client = model.connect(context())
        try:
            return await World(folder=folder, model=client, window=8, slots=8, **how).go()
        finally:
            await client.close()

    return asyncio.run(go())


def stored(folder):
    """Return all stored answers with their prompts, decompressed."""
    engine = schema.engine_for(folder / "run.db", write=False)
    with engine.connect() as connection:
        found = connection.execute(schema.answers.select()).all()
    engine.dispose()
    return [(row.subject, rows.prompt(row), rows.completion(row)) for row in found]


def calls(faults, prompt, seed, tries=RETRY.tries):
    """Return how many calls a request takes."""
    key = fingerprint(canonical([prompt.system, prompt.user, seed]))
    empty = paid = 0
    for visit in range(100):
        fault = faults.draw(key, visit)
        empty += fault in ONCE
        paid += fault in PAID
        # A model that is only rate limited is waited for, in further rounds of tries.
        blames = fault.startswith("rate_limit")
        last = ((visit + 1) % tries == 0 or paid >= (tries + 1) // 2) and not blames
        if fault in KEPT | GIVEN_UP or empty > 1 or last:
            return visit + 1
    raise AssertionError


def no_key(folder, *texts):
    for path in folder.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    for text in texts:
        assert CANARY not in text


def patient(url, seconds):
    """Return a model whose limits only the faults of time can pass: a good answer that is late on a busy machine would
    be asked for again, which no one can predict.
    """
    return options(url, total_seconds=seconds, retry=replace(RETRY, seconds=20 * seconds))


def check(server, folder, faults, ended):
    search, commits, tickets = ended
    assert (search.run_state, len(commits)) == ("finished", tickets)
    assert all(isinstance(commit.proposal.outcome, Outcome) for commit in commits)
    answers = stored(folder)
    predicted = sum(calls(faults, prompt, derive(0, "propose", subject) % 2**31) for subject, prompt, _ in answers)
    assert server.requests == predicted
    no_key(folder, *(each.text + each.detail + each.model for _, _, each in answers), json.dumps(server.usage()))


@pytest.mark.parametrize("fault", ROWS)
def test_a_fifth_of_all_calls_fails_and_every_ticket_ends(serve, numbers, tmp_path, fault):
    server = serve("--fault", f"{fault}=0.2", "--retry-after", "0.01", *numbers, answers=False)
    folder = tmp_path / "run"
    folder.mkdir()
    faults = Faults(shares={fault: 0.2})
    seconds = 2.0 if fault in {"hang", "drip"} else 10.0
    search, commits = run(folder, patient(server.url, seconds), budget=BudgetSpec(tickets=60))
    check(server, folder, faults, (search, commits, 60))
    errors = sum(commit.proposal.outcome is Outcome.LLM_ERROR for commit in commits)
    assert errors <= (6 if fault in ONCE | PAID else 2)


def test_all_faults_together_for_300_tickets(serve, numbers, tmp_path):
    # Those whose outcomes are asked for below are common enough to occur, whatever the prompts.
    shares = dict.fromkeys(MIXED, 0.15 / len(MIXED)) | {"length": 0.03, "refusal": 0.03}
    arguments = [word for name, share in shares.items() for word in ("--fault", f"{name}={share!r}")]
    server = serve(*arguments, "--retry-after", "0.01", *numbers, answers=False)
    folder = tmp_path / "run"
    folder.mkdir()
    search, commits = run(folder, patient(server.url, 5.0), budget=BudgetSpec(tickets=300), ordered=False)
    assert (search.run_state, len(commits)) == ("finished", 300)
    outcomes = {commit.proposal.outcome for commit in commits}
    assert {Outcome.LLM_ERROR, Outcome.REFUSED, Outcome.TRUNCATED} <= outcomes
    check(server, folder, Faults(shares=shares), (search, commits, 300))


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden"])
def test_a_fatal_fault_pauses_the_run_in_no_time(serve, tmp_path, fault):
    server = serve("--fault", f"{fault}=1")
    before = time.monotonic()
    search, commits = run(tmp_path, options(server.url))
    assert time.monotonic() - before < RETRY.seconds, "it is not tried again"
    assert search.run_state == "paused"
    assert "EVO_TEST_KEY" in search.stop_reason
    assert len(commits) <= 2, "the seeds at most"
    no_key(tmp_path, search.stop_reason)
    server = serve()
    search, commits = run(tmp_path, options(server.url), budget=BudgetSpec(tickets=10))
    assert search.run_state == "finished"
    assert len(World(folder=tmp_path).log()) == 10


def test_nobody_there_at_the_start_pauses_the_run_in_no_time_and_names_the_host(tmp_path, monkeypatch):
    monkeypatch.setenv("EVO_TEST_KEY", CANARY)
    before = time.monotonic()
    search, commits = run(tmp_path, options("http://127.0.0.1:9/v1"))
    assert time.monotonic() - before < RETRY.seconds, "it is not tried again"
    assert (search.run_state, len(commits) <= 2) == ("paused", True)
    assert "127.0.0.1:9" in search.stop_reason
    no_key(tmp_path, search.stop_reason)


def test_a_failing_model_pauses_the_run_with_the_counts(serve, tmp_path):
    server = serve("--fault", "rate_limit=1", "--retry-after", "0.01")
    search, _ = run(tmp_path, options(server.url))
    assert search.run_state == "paused"
    assert "x rate limited" in search.stop_reason
    no_key(tmp_path, search.stop_reason)


def test_a_wrong_key_at_the_server(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SERVER_KEY", "another")
    server = serve("--key-env", "SERVER_KEY")
    search, _ = run(tmp_path, options(server.url))
    assert "the key in EVO_TEST_KEY was refused" in search.stop_reason
    assert CANARY not in search.stop_reason

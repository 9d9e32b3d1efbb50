"""Every row of the fault table of docs/models.md: outcome, calls made, money booked, message.

Beside it, for every fault: nothing is booked below what the server counted, and no budget is passed. The servers are
real ones on loopback, within the process of the tests.
"""

import asyncio
import json
import re
import urllib.request
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from evo.errors import LLMError
from evo.llm.budget import BudgetSpent, Ledger
from evo.llm.meter import Metered
from evo.llm.mock.faults import FAULTS, Faults
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.prices import worst_prompt_tokens
from evo.llm.retry import ParkPolicy
from evo.llm.script import Script
from evo.records import Finish
from tests.faults.company_proxy import company_proxy
from tests.faults.rig import CANARY, KEY_NAME, PRICES, RETRY, context, options, request

TEXT = "Say it.\n\n```python\nx = 1\n```\n"
WORST = PRICES.usd(worst_prompt_tokens(request()), 100)
DOCS = Path(__file__).parents[2] / "docs" / "models.md"

AGAIN = "429, 409, 425, 5xx"
GATEWAY = "408, 502, 504, 520, 524"
LOST = "HTML or broken JSON in a 200"
BROKEN = "no `choices`"
EMPTY = "an empty answer"
ANSWER = "a refusal, a content filter"
UNSAID = "no `usage`"
REJECTED = "prompt longer than the context"
TOO_MUCH = "`max_tokens` too large"
PARAMETER = "a parameter refused"
UNBOUND = "neither form of `max_tokens` taken"
STOPS = "401, 403, no credit"
LOGIN = "407: a proxy wants a login"
NEVER = "three calls of a form"
NOBODY = "nobody there at the start"


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a request comes to.

    Attributes:
        finish: None where the run pauses.
        calls: made for it. right: of them, those charged by their usage. worst: those charged at their worst case.
        words: in its detail, or in what the run pauses with.
    """

    finish: Finish | None = Finish.STOP
    calls: int = 1
    right: int = 1
    worst: int = 0
    words: str = ""


PASSES = Came(calls=2)
PASSES_PAID = Came(calls=2, worst=1)
ONE = Came()


def pauses(words, calls=1, worst=0):
    return Came(finish=None, calls=calls, right=0, worst=worst, words=words)


def fails(words, calls, worst=0, right=0):
    return Came(finish=Finish.ERROR, calls=calls, right=right, worst=worst, words=words)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault.

    Attributes:
        doc: begins the row of the documentation.
        fault: by its name at the server; "" for none.
        once: what a request comes to that meets it first; always: one that meets it at every call.
        exact: whether what is booked is known to the last digit; else it is held to its bounds alone.
        capped: whether the endpoint keeps to the longest answer; whoever does not cannot be held to a budget.
        model, server: options that it takes.
    """

    doc: str
    fault: str = ""
    once: Came = PASSES
    always: Came = ONE
    exact: bool = True
    capped: bool = True
    model: dict = field(default_factory=dict)
    server: dict = field(default_factory=dict)
    proxy: str = ""

    @property
    def name(self):
        told = [self.server.get("dialect"), self.proxy and f"proxy_{self.proxy}", self.fault]
        return "-".join(filter(None, told)) or self.doc.split()[0].strip("`")


def free(fault, words):
    return Row(doc=AGAIN, fault=fault, always=fails(words, 4))


def limit(fault):
    """Without a Retry-After a pace is felt for, which takes its time: two tries tell as much as twelve."""
    bare = fault in {"rate_limit_bare", "rate_limit_in_200"}
    few = {"retry": replace(RETRY, tries=2), "park": ParkPolicy(failures=9, times=0)} if bare else {}
    counts = "1 x rate limited; .*left alone 0 times" if bare else "3 x rate limited; .*left alone 2 times"
    return Row(doc=AGAIN, fault=fault, always=pauses(f"keeps failing: {counts}", 2 if bare else 12), model=few)


def paid(doc, fault, words, **more):
    return Row(doc=doc, fault=fault, once=PASSES_PAID, always=fails(words, 2, worst=2), **more)


def told(fault, finish=Finish.STOP, **more):
    came = Came(finish=finish)
    return Row(doc=more.pop("doc", ANSWER), fault=fault, once=came, always=came, **more)


def stops(fault, words, doc=STOPS, **more):
    return Row(doc=doc, fault=fault, once=pauses(words), always=pauses(words), **more)


NOT_ONCE = "has not answered once in 3 calls"
SILENT = {"total_seconds": 1.0}
STREAM = {"stream": True, "idle_seconds": 0.5}
AZURE = {"dialect": "azure"}
ROWS = [
    *map(limit, ("rate_limit", "rate_limit_ms", "rate_limit_date", "rate_limit_bare", "rate_limit_in_200")),
    free("error_500", "server error: 500"),
    free("error_503", "server error: 503"),
    free("error_529", "server error: 529"),
    paid(GATEWAY, "error_in_200", "gateway gave up: 502 upstream failed"),
    paid(GATEWAY, "error_502", "gateway gave up: 502 Bad Gateway; the gateway lost the model"),
    paid(GATEWAY, "error_504", "gateway gave up: 504 Gateway Time-out"),
    paid(GATEWAY, "error_524", "gateway gave up: 524"),
    paid(GATEWAY, "error_408", "gateway gave up: 408"),
    paid(LOST, "html", "malformed answer: expected a JSON object; got text/html: Please sign in"),
    paid(LOST, "truncated_json", "malformed answer"),
    paid(LOST, "reset", "connection lost"),
    paid(LOST, "reset_early", "connection lost"),
    paid(LOST, "hang", "no answer in time: nothing whole within total_seconds", model=SILENT),
    paid(LOST, "drip", "no answer in time: nothing whole within total_seconds", model=SILENT),
    paid(LOST, "stall", "no answer in time: nothing more within idle_seconds", model=STREAM),
    paid(LOST, "stream_error", "upstream broke", model=STREAM),
    *(
        Row(doc=BROKEN, fault=fault, once=Came(calls=2, right=2), always=pauses(f"{NOT_ONCE}.* with a message", 3))
        for fault in ("no_choices", "null_choices", "no_message")
    ),
    Row(
        doc=BROKEN,
        fault="finish_error",
        once=Came(calls=2, right=2),
        always=fails("answer broken off: the model stopped with 'error'", 4, right=4),
    ),
    Row(doc=EMPTY, fault="null_content", once=Came(calls=2, right=2), always=fails("empty answer", 2, right=2)),
    told("refusal", Finish.REFUSAL),
    told("content_filter", Finish.REFUSAL),
    told("filtered", Finish.REFUSAL, exact=False),
    told("length", Finish.LENGTH),
    told("finish_upper", Finish.LENGTH),
    told("endless", Finish.LENGTH, model=STREAM, exact=False, capped=False),
    told("sse"),
    told("ok"),
    told("thoughts", exact=False),
    told("surrogate"),
    told("bad_utf8"),
    told("bom"),
    told("no_usage", doc=UNSAID, exact=False),
    told("usage_zero", doc=UNSAID, exact=False),
    told("usage_text", doc=UNSAID),
    told("usage_names", doc=UNSAID),
    told("usage_beside", doc=UNSAID, exact=False),
    told("usage_cached", doc=UNSAID, exact=False),
    Row(
        doc=REJECTED,
        fault="context",
        once=fails("prompt longer than the context", 1),
        always=fails("prompt longer than the context", 1),
    ),
    Row(doc=REJECTED, fault="bad_request", once=fails("request rejected: 400", 1), always=fails("rejected: 400", 1)),
    Row(doc=REJECTED, fault="payload", once=fails("413", 1), always=fails("413", 1)),
    Row(
        doc=REJECTED,
        fault="huge",
        once=fails("answer too large", 1, worst=1),
        always=fails("answer too large", 1, worst=1),
    ),
    Row(doc=TOO_MUCH, server={"most_tokens": 40}, once=PASSES, always=PASSES),
    Row(doc=PARAMETER, server={"refuses": ("seed",)}, once=PASSES, always=PASSES),
    Row(
        doc=UNBOUND,
        server={"refuses": ("max_tokens", "max_completion_tokens")},
        once=pauses("nothing bounds an answer", 2),
        always=pauses("nothing bounds an answer", 2),
    ),
    stops("unauthorized", KEY_NAME),
    stops("forbidden", KEY_NAME),
    stops("wrong_key", f"the key in {KEY_NAME} was refused"),
    stops("no_credit", "no credit"),
    stops("no_credit_in_200", "no credit"),
    stops("broke", "no credit"),
    stops("not_found", "Check model and base_url"),
    stops("wrong_model", "Check model and base_url"),
    stops("redirect", "points to"),
    # An endpoint as Azure has it: the key in a header of its own, a version in the address, errors with other codes.
    told("ok", server=AZURE),
    Row(doc=AGAIN, fault="rate_limit", server=AZURE, always=limit("rate_limit").always),
    Row(doc=AGAIN, fault="error_503", server=AZURE, always=fails("server error: 503", 4)),
    told("filtered", Finish.REFUSAL, server=AZURE, exact=False),
    told("content_filter", Finish.REFUSAL, server=AZURE),
    stops("unauthorized", "Incorrect API key provided", server=AZURE),
    stops("not_found", "no such model or path: 404 The model does not exist", server=AZURE),
    stops("ok", "no such model or path: 404 Nothing is here without api-version", server=AZURE, model={"query": {}}),
    Row(
        doc=REJECTED,
        fault="context",
        server=AZURE,
        once=fails("prompt longer than the context", 1),
        always=fails("prompt longer than the context", 1),
    ),
    Row(doc=PARAMETER, server=AZURE | {"refuses": ("seed",)}, once=PASSES, always=PASSES),
    Row(doc=TOO_MUCH, server=AZURE | {"most_tokens": 40}, once=PASSES, always=PASSES),
    # Servers of one's own.
    told("ok", server={"dialect": "vllm"}),
    stops("not_found", "no such model or path: 404", server={"dialect": "vllm"}),
    Row(doc=TOO_MUCH, server={"dialect": "vllm", "most_tokens": 40}, once=PASSES, always=PASSES),
    told("ok", server={"dialect": "ollama"}),
    stops("not_found", 'no such model or path: 404 model "mock" not found', server={"dialect": "ollama"}),
    Row(doc=AGAIN, fault="error_503", server={"dialect": "ollama"}, always=fails("server error: 503", 4)),
    # A company's proxy on the way.
    told("ok", proxy="passes"),
    stops("ok", "the proxy on the way wants a name and a password", doc=LOGIN, proxy="login"),
    stops("ok", "Access to this address is blocked", proxy="blocked"),
    Row(doc=GATEWAY, fault="ok", proxy="impatient", once=PASSES_PAID, always=fails("gateway gave up: 504", 2, worst=2)),
    Row(doc=LOST, fault="ok", proxy="cuts", once=PASSES_PAID, always=fails("connection lost", 2, worst=2)),
    Row(doc=LOST, fault="ok", proxy="portal", once=PASSES_PAID, always=fails("Please sign in", 2, worst=2)),
    Row(doc=AGAIN, fault="ok", proxy="busy", always=fails("server error: 503", 4)),
]
ELSEWHERE = {NEVER: "test_what_has_never_worked_stops_after_three_calls", NOBODY: "test_nobody_there_at_the_start"}
"""Rows that more than one request is needed for, with their tests in test_fault_table.py."""


def usage(url):
    with urllib.request.urlopen(f"{url}/usage", timeout=10) as response:
        return json.load(response)


@dataclass
class Asked:
    """What came of some requests: their answers or None for a pause, the words of that, the server's count."""

    answers: list
    words: str
    counted: dict
    ledger: Ledger


@asynccontextmanager
async def served(row, faults):
    """Yield the address to count at, and a model that asks there."""
    server = MockServer(
        client=Script(answers=(TEXT,)).connect(LLMContext(role="mock", ideas=None, seed=0)),
        key=CANARY,
        faults=replace(faults, retry_after_seconds=0.01),
        **row.server,
    )
    more = {"headers": {"api-key": {"env": KEY_NAME}}, "query": {"api-version": "1"}, "api_key_env": None}
    more = more if row.server.get("dialect") == "azure" else {}
    patience = {"park": ParkPolicy(failures=9, seconds=0.01, times=2)}
    async with serving(server) as url:
        once = bool(faults.sequence)
        async with company_proxy(row.proxy, once=once) if row.proxy else nullcontext() as proxy:
            yield url, options(url, **patience | more | {"proxy": proxy} | row.model)


async def ask(row, faults, *, tickets, budget):
    """Ask one after another through the meter, until the budget or the run ends."""
    async with served(row, faults) as (url, model):
        ledger, answers, words = Ledger(usd=budget), [], ""
        client = Metered(model.connect(context(ledger)), ledger)
        try:
            for ticket in tickets:
                answers += [await client.complete(request(ticket))]
        except (LLMError, BudgetSpent) as error:
            words = str(error)
        finally:
            await client.close()
        return Asked(answers, words, await asyncio.to_thread(usage, url), ledger)


def held(row, found, budget):
    """Check what was booked against what the server counted, and against the budget."""
    counted = PRICES.usd(found.counted["prompt_tokens"], found.counted["completion_tokens"])
    assert found.ledger.spent.usd >= counted - 1e-12, "booked below what the server counted"
    assert found.ledger.spent.usd <= budget + 1e-12 or not row.capped
    assert CANARY not in found.words
    assert not any(CANARY in answer.detail for answer in found.answers)


def check(row, came, found):
    held(row, found, 1.0)
    (answer,) = found.answers or [None]
    assert (answer.finish if answer else None) == came.finish, found.words or (answer and answer.detail)
    if not row.proxy:
        assert found.counted["requests"] == came.calls
    assert re.search(came.words, answer.detail if answer else found.words)
    if came.finish is None:
        return
    right = PRICES.usd(*RIGHT)
    if row.exact:
        assert found.ledger.spent.usd == pytest.approx(came.right * right + came.worst * WORST)
        assert answer.cost_usd == pytest.approx(found.ledger.spent.usd)


RIGHT = (3, 7)
"""Tokens of prompt and answer as the server counts them."""


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv(KEY_NAME, CANARY)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_met_once(row):
    faults = Faults(sequence=(row.fault or "ok",))
    check(row, row.once, asyncio.run(ask(row, faults, tickets=[0], budget=1.0)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_met_always(row):
    faults = Faults(shares={row.fault or "ok": 1.0})
    check(row, row.always, asyncio.run(ask(row, faults, tickets=[0], budget=1.0)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_budget_is_passed(row):
    budget = 1.5 * WORST
    found = asyncio.run(ask(row, Faults(shares={row.fault or "ok": 1.0}), tickets=range(4), budget=budget))
    held(row, found, budget)


def test_every_fault_and_every_row_of_the_documentation_is_here():
    assert {row.fault for row in ROWS} >= set(FAULTS)
    text = DOCS.read_text()
    table = text[text.index("| what happens | what is done |") :].split("\n\n")[0].splitlines()[2:]
    documented = [line.split("|")[1].strip() for line in table]
    named = {row.doc for row in ROWS} | set(ELSEWHERE)
    for line in documented:
        assert sum(line.startswith(doc) for doc in named) == 1, line
    for doc in named:
        assert sum(line.startswith(doc) for line in documented) == 1, doc
    here = (Path(__file__).parent / "test_fault_table.py").read_text()
    assert all(f"def {name}(" in here for name in ELSEWHERE.values())

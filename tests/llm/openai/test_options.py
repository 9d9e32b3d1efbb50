"""The options of `use: openai`, and what surrounds the call: ensembles, replays, gates."""

import asyncio
import subprocess
import sys

import pytest

from evo.errors import EvoError, LLMError
from evo.llm.ensemble import Ensemble, EnsembleClient
from evo.llm.mock.faults import FAULTS, Faults
from evo.llm.mock.server import Latency
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.openai.settings import EndpointSpec
from evo.llm.prices import Spend
from evo.llm.rate_limits import RateGate, RateGates, RateLimits
from evo.llm.replay import Replay
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Completion, Prompt, Request
from evo.rng import derive

URL = "http://127.0.0.1:8000/v1"


def request(ticket):
    prompt = Prompt(system="s", user="u")
    return Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=derive(0, "p", ticket), llm="fast")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": ""}, "model: expected"),
        ({"base_url": "ftp://x/v1"}, "base_url: expected an address like"),
        ({"base_url": "nonsense"}, "base_url: expected an address like"),
        ({"base_url": "http://h:99999999/v1"}, "base_url: expected an address like"),
        ({"base_url": "https://me:secret@host/v1"}, "address without a key"),
        ({"base_url": "https://host/v1?key=secret"}, "address without a key"),
        ({"base_url": URL, "endpoints": (EndpointSpec(base_url=URL),)}, "endpoints: expected either"),
        ({"slots": 0}, "slots: expected a number above 0"),
        ({"slots": 20_000}, "slots: expected at most"),
        ({"total_seconds": float("inf")}, "total_seconds: expected"),
        ({"max_tokens": -1}, "max_tokens: expected"),
        ({"temperature": 3.0}, r"temperature: expected a number in \[0, 2\]"),
        ({"refuses": ("stop",)}, "refuses: expected some of max_tokens"),
    ],
)
def test_wrong_options_are_refused_without_their_secrets(options, words):
    with pytest.raises(EvoError, match=words) as caught:
        OpenAI(**({"model": "m"} | options))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "words"), [("", "MY_KEY is not set"), ("a b", "holds spaces"), ("a\n", "holds spaces")]
)
def test_keys_by_name_alone(monkeypatch, key, words):
    monkeypatch.setenv("MY_KEY", key)
    model = OpenAI(model="m", base_url=URL, api_key_env="MY_KEY")
    with pytest.raises(LLMError, match=f"{words}.*llms.strong names it.*the key of {URL}"):
        model.connect(LLMContext(role="strong", ideas=None, seed=0))


def test_endpoints_inherit_what_they_leave_out():
    spec = EndpointSpec(base_url=URL, slots=2)
    model = OpenAI(model="m", api_key_env="A", endpoints=(spec,), requests_per_minute=60.0)
    assert model.key_name(spec) == "A"
    assert model.limits(spec) == RateLimits(slots=2, requests_per_minute=60.0)
    assert OpenAI(model="m").addresses[0].base_url == "https://api.openai.com/v1"


def test_naming_a_model_does_not_load_its_library():
    code = "import sys; import evo.llm.openai.options; assert not {'openai', 'aiohttp'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("make", [lambda: RetryPolicy(tries=0), lambda: RetryPolicy(seconds=-1.0)])
def test_wrong_retry_policies(make):
    with pytest.raises(EvoError, match="expected"):
        make()


@pytest.mark.parametrize("make", [lambda: ParkPolicy(failures=0), lambda: ParkPolicy(times=-1)])
def test_wrong_park_policies(make):
    with pytest.raises(EvoError, match="expected"):
        make()


class Member:
    def __init__(self, name, *, usd=0.0, parked=False):
        self.name, self.usd, self.parked = name, usd, parked
        self.temperatures = set()

    def worst(self, request):
        return Spend(usd=self.usd, tokens=10)

    async def complete(self, request):
        self.temperatures.add(request.temperature)
        return Completion(text=self.name)

    async def close(self):
        raise AssertionError("members belong to the run")


def names(client, count=400):
    async def run():
        found = [(await client.complete(request(ticket))).text for ticket in range(count)]
        await client.close()
        return found

    return asyncio.run(run())


def test_an_ensemble_draws_by_weight_from_the_request():
    one, two = Member("one", usd=1.0), Member("two", usd=3.0)
    client = EnsembleClient([(one, 3.0), (two, 1.0)], (0.2, 0.8))
    first = names(client)
    assert first == names(client)
    assert 250 <= first.count("one") <= 350
    assert one.temperatures == two.temperatures == {0.2, 0.8}
    assert client.worst(request(0)).usd == 3.0


def test_a_parked_member_is_spared():
    assert set(names(EnsembleClient([(Member("one", parked=True), 9.0), (Member("two"), 1.0)], ()))) == {"two"}
    both = EnsembleClient([(Member("one", parked=True), 1.0), (Member("two", parked=True), 1.0)], ())
    assert set(names(both)) == {"one", "two"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "members: expected at least one"),
        ({"members": {"a": 0.0}}, "weights above 0"),
        ({"members": {"a": 1.0}, "temperatures": (3.0,)}, "temperatures: expected"),
    ],
)
def test_wrong_ensembles(options, words):
    with pytest.raises(EvoError, match=words):
        Ensemble(**options)


def test_a_replay_needs_a_run():
    with pytest.raises(EvoError, match="run: "):
        Replay(run="x").connect(LLMContext(role="fast", ideas=None, seed=0))


def test_endpoints_with_one_key_share_a_gate():
    gates = RateGates()
    assert gates.gate(URL, "A", RateLimits()) is gates.gate(URL, "A", RateLimits(slots=1))
    assert gates.gate(URL, "A", RateLimits()) is not gates.gate(URL, "B", RateLimits())


def test_rates_are_kept():
    async def run():
        gate, times = RateGate(RateLimits(requests_per_minute=3000.0)), []
        clock = asyncio.get_running_loop().time
        start = clock()

        async def one():
            async with gate.passing(1):
                times.append(clock() - start)

        await asyncio.gather(*(one() for _ in range(330)))
        return times

    times = asyncio.run(run())
    burst = sum(each < 0.05 for each in times)
    assert 295 <= burst <= 310
    assert 0.45 <= max(times) <= 1.0


@pytest.mark.parametrize("text", ["2", "constant:2", "uniform:1:0.5", "lognormal:10:0.6"])
def test_latencies(text):
    drawn = [Latency.parse(text).draw("k", visit) for visit in range(200)]
    assert min(drawn) > 0
    if text.startswith("uniform"):
        assert 0.5 <= min(drawn) < 0.55
        assert 1.45 < max(drawn) <= 1.5


@pytest.mark.parametrize("text", ["", "x", "uniform:a", "gauss:1:1", "-1", "1:2:3"])
def test_wrong_latencies(text):
    with pytest.raises(EvoError, match="expected SECONDS"):
        Latency.parse(text)


def test_wrong_faults():
    with pytest.raises(EvoError, match="did you mean rate_limit"):
        Faults(sequence=("rate_limt",))
    with pytest.raises(EvoError, match="add up"):
        Faults(shares={"hang": 0.6, "drip": 0.6})
    assert len(set(FAULTS)) == len(FAULTS)

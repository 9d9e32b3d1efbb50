"""What is sent along: headers, queries, bodies, a proxy, an authority; values of the environment are secrets."""

import asyncio
import shutil
import ssl
import subprocess

import pytest
from aiohttp import web

from evo.errors import EvoError, LLMError
from evo.llm.facts import facts_of
from evo.llm.model import LLMContext
from evo.llm.openai.dialect import says_thinking
from evo.llm.openai.options import OpenAI
from evo.llm.openai.settings import EndpointSpec
from evo.llm.retry import RetryPolicy
from evo.records import Prompt, Request

URL = "http://127.0.0.1:8000/v1"
SECRET = "s3cret-0123456789"


@pytest.fixture(autouse=True)
def _variables(monkeypatch):
    monkeypatch.setenv("MY_HEADER", SECRET)
    monkeypatch.delenv("NOT_THERE", raising=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"headers": {"a b": "x"}}, "headers: expected names of headers"),
        ({"headers": {"Host": "x"}}, "headers: expected names of headers"),
        ({"headers": {"x": {"enve": "MY_HEADER"}}}, "headers: expected a text or {env: NAME}"),
        ({"headers": {"x": {"env": "s3cret value"}}}, "headers: expected the name of an environment variable"),
        ({"extra_body": {"max_tokens": 5}}, "extra_body: expected parameters that no option sets; got 'max_tokens'"),
        ({"extra_body": {"n": 5}}, "extra_body: expected parameters"),
        ({"proxy": "http://me:secret@proxy:3128"}, "proxy: expected an address without a password"),
        ({"proxy": "proxy"}, "proxy: expected an address like"),
        ({"reasoning_effort": " "}, "reasoning_effort: expected"),
        ({"idle_seconds": 0.0}, "idle_seconds: expected"),
    ],
)
def test_wrong_options_are_refused_without_their_secrets(options, words):
    with pytest.raises(EvoError, match=words) as caught:
        OpenAI(model="m", base_url=URL, **options)
    assert "secret" not in str(caught.value)


def test_values_of_the_environment_are_secrets_and_have_to_be_there():
    model = OpenAI(model="m", base_url=URL, headers={"x-api-key": {"env": "MY_HEADER"}})
    assert facts_of(model).secrets == (SECRET,)
    model.check("fast")
    spec = EndpointSpec(base_url=URL, query={"key": {"env": "MY_HEADER"}})
    assert facts_of(OpenAI(model="m", endpoints=(spec,))).secrets == (SECRET,)
    with pytest.raises(LLMError, match=r"NOT_THERE is not set: llms.fast names it in headers"):
        OpenAI(model="m", base_url=URL, headers={"x": {"env": "NOT_THERE"}}).check("fast")
    with pytest.raises(LLMError, match=r"llms.fast.ca_file: /nowhere.pem: no such file"):
        OpenAI(model="m", base_url=URL, ca_file="/nowhere.pem").check("fast")


@pytest.mark.parametrize(
    ("extra_body", "thinks"),
    [
        ({}, False),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, True),
        ({"thinking": {"type": "disabled"}}, False),
        ({"chat_template_kwargs": {"enable_thinking": True}}, True),
        ({"chat_template_kwargs": {"enable_thinking": False}}, False),
        ({"reasoning": {"effort": "high"}}, True),
        ({"reasoning": {"enabled": False}}, False),
        ({"top_k": 5}, False),
    ],
)
def test_bodies_that_ask_for_thoughts(extra_body, thinks):
    assert says_thinking(extra_body) is thinks
    assert OpenAI(model="m", extra_body=extra_body).facts.max_tokens == (32_768 if thinks else 8192)


def test_everything_is_sent_as_it_is_said(tmp_path):
    seen = []

    async def chat(http):
        seen.append((http.path_qs, dict(http.headers), await http.json()))
        said = f"you sent {http.headers['x-api-key']}"
        message = {"message": {"content": said}, "finish_reason": "stop"}
        return web.json_response({"choices": [message], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})

    async def go():
        app = web.Application()
        app.router.add_post("/{path:.*}", chat)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        proxy = f"http://127.0.0.1:{runner.addresses[0][1]}"
        spec = EndpointSpec(
            base_url="http://api.invalid/openai/deployments/d", proxy=proxy, query={"api-version": "2024-10-21"}
        )
        model = OpenAI(
            model="m",
            endpoints=(spec,),
            headers={"x-api-key": {"env": "MY_HEADER"}, "x-team": "search"},
            extra_body={"top_k": 20},
            system_prompt="/no_think",
            reasoning_effort="xhigh",
            stream=False,
        )
        client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
        prompt = Prompt(system="You are.", user="Do.")
        asked = Request(purpose="propose", subject="0", prompt=prompt, seed=2**62 + 5, llm="fast")
        worst = client.worst(asked)
        answer = await client.complete(asked)
        await client.close()
        await runner.cleanup()
        return answer, worst

    answer, worst = asyncio.run(go())
    ((path, headers, body),) = seen
    assert path.endswith("/chat/completions?api-version=2024-10-21")
    assert (headers["x-api-key"], headers["x-team"]) == (SECRET, "search")
    assert "Authorization" not in headers
    assert (body["top_k"], body["reasoning_effort"], body["seed"]) == (20, "xhigh", 5)
    assert body["messages"][0] == {"role": "system", "content": "/no_think\n\nYou are."}
    assert body["max_tokens"] == 32_768
    assert worst.tokens == len("/no_think\n\nYou are.Do.") + 64 + 32_768
    assert SECRET not in answer.text


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def own_authority(tmp_path):
    """A folder with an authority of our own, ca.pem, and localhost's certificate and key by it."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here to make certificates with")
    new = ("-newkey", "rsa:2048", "-nodes")
    openssl(tmp_path, "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=own")
    openssl(tmp_path, "req", *new, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=localhost")
    (tmp_path / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl(tmp_path, "x509", "-req", "-in", "own.csr", "-out", "own.pem", *signed)
    return tmp_path


def test_an_authority_of_ones_own_is_believed_where_it_is_named(own_authority):
    async def chat(_):
        message = {"message": {"content": "hello"}, "finish_reason": "stop"}
        return web.json_response({"choices": [message], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})

    async def ask(url, **options):
        model = OpenAI(model="m", base_url=url, stream=False, retry=RetryPolicy(tries=1), **options)
        client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
        asked = Request(purpose="propose", subject="0", prompt=Prompt(system="", user="Do."), seed=1, llm="fast")
        try:
            return (await client.complete(asked)).text
        except LLMError as error:
            return str(error)
        finally:
            await client.close()

    async def go():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own_authority / "own.pem", own_authority / "own.key")
        app = web.Application()
        app.router.add_post("/{path:.*}", chat)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        url = f"https://localhost:{runner.addresses[0][1]}/v1"
        said = [await ask(url, ca_file=str(own_authority / "ca.pem")), await ask(url)]
        await runner.cleanup()
        return said

    believed, refused = asyncio.run(go())
    assert believed == "hello"
    assert "Name the certificates of its authority in ca_file" in refused

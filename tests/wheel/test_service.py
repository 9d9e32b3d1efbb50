"""The service of a living run: a token for everything, nobody else's pages, and errors as they were raised."""

import asyncio
import json
import stat
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest

from evo.errors import ConflictError, LockedError, NotFoundError, UsageError
from evo.llm.outside import Outside
from evo.propose.emitters.outside import ByOutside
from evo.store.lock import RunLock
from evo.testing.memory_store import MemoryStore
from evo.testing.small_search import SmallSearch
from evo.wheel.remote import ADDRESS, RemoteHelm, helm_of
from evo.wheel.service import attending


@asynccontextmanager
async def served(folder):
    small = SmallSearch(emitters=(ByOutside(),), models={"outside": Outside()})

    class Placed(MemoryStore):
        @property
        def folder(self):
            return folder

    store = Placed(small.first_programs().values())
    async with small.search(store) as search, attending(search) as address:

        async def go():
            async for _ in search:
                pass

        going = asyncio.create_task(go())
        try:
            yield SimpleNamespace(address=address, search=search, helm=remote(folder))
        finally:
            search.drain()
            await going


def remote(folder):
    told = json.loads((folder / ADDRESS).read_text())
    return RemoteHelm(told["address"], told["token"])


def test_another_process_asks_and_tells(tmp_path):
    async def whole():
        async with served(tmp_path) as run:
            (ticket,) = await run.helm.ask(by="a")
            said = await run.helm.tell({"ticket": ticket["ticket"], "program": "x = 0.31\n", "by": "a"})
            with pytest.raises(ConflictError, match="told already by a"):
                await run.helm.tell({"ticket": ticket["ticket"], "program": "x = 0.32\n"})
            with pytest.raises(NotFoundError, match="no ticket 99"):
                await run.helm.tell({"ticket": 99, "program": "x"})
            with pytest.raises(UsageError, match="progam"):
                await run.helm.tell({"ticket": 99, "progam": "x"})
            return said

    said = asyncio.run(whole())
    assert (said["outcome"], said["status"]) == ("PROPOSED", "VALID")
    assert not (tmp_path / ADDRESS).exists(), "where nobody listens is not written"


def test_where_it_listens_is_its_owners_alone(tmp_path):
    async def whole():
        async with served(tmp_path):
            return stat.S_IMODE((tmp_path / ADDRESS).stat().st_mode)

    assert asyncio.run(whole()) == 0o600


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "TOKEN", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "TOKEN", "Origin": "null"}, 403),
        ({"Authorization": "TOKEN", "Host": "evil.example"}, 403),
        ({"Authorization": "TOKEN", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Authorization": "TOKEN"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/ask", "/tell"])
def test_strangers_are_refused(tmp_path, headers, status, path):
    async def whole():
        async with served(tmp_path) as run, aiohttp.ClientSession() as session:
            (ticket,) = await run.helm.ask()
            token = json.loads((tmp_path / ADDRESS).read_text())["token"]
            given = {name: value.replace("TOKEN", f"Bearer {token}") for name, value in headers.items()}
            body = {"ticket": ticket["ticket"], "program": "x = 0.3\n"} if path == "/tell" else {"wait": 0}
            async with session.post(run.address + path, json=body, headers=given) as answer:
                waits = [each.name for each in run.search.desk.waiting]
                return answer.status, ticket["ticket"] in waits

    found, still_waits = asyncio.run(whole())
    assert found == status
    assert still_waits == (status != 200 or path == "/ask")


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"most": 0}', '{"most": true}', '{"wait": -1}', '{"wait": "x"}', "[" * 99999]
)
def test_bodies_that_are_none_are_refused_in_words(tmp_path, body):
    async def whole():
        async with served(tmp_path) as run, aiohttp.ClientSession() as session:
            token = json.loads((tmp_path / ADDRESS).read_text())["token"]
            headers = {"Authorization": f"Bearer {token}"}
            async with session.post(f"{run.address}/ask", data=body, headers=headers) as answer:
                return answer.status, await answer.json()

    status, said = asyncio.run(whole())
    assert status == 400
    assert said["message"]


def test_a_run_that_cannot_be_asked_says_so(tmp_path):
    with RunLock(tmp_path), pytest.raises(LockedError, match="cannot be asked"):
        helm_of(tmp_path)


def test_several_are_told_at_once_and_each_is_answered(tmp_path):
    async def whole():
        async with served(tmp_path) as run:
            first, second = await run.helm.ask(2)
            told = [
                {"ticket": first["ticket"], "program": "x = 0.31\n"},
                {"ticket": first["ticket"], "program": "x = 0.32\n"},
                {"ticket": 99, "program": "x"},
                {"ticket": second["ticket"], "program": "x = 0.33\n"},
            ]
            found = await run.helm._post("/tell", {"several": told, "wait": 0}, 0)
            with pytest.raises(UsageError, match="several"):
                await run.helm._post("/tell", {"several": told, "ticket": 1}, 0)
            return found["told"]

    one, again, none, other = asyncio.run(whole())
    assert (one["state"], other["state"]) == ("told", "told")
    assert (again["error"], none["error"]) == ("ConflictError", "NotFoundError")

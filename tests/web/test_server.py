"""The page over HTTP: what it answers, whom it answers, and what becomes of it when readers or runs misbehave."""

import asyncio
import json
import shutil
import sqlite3
import time
from contextlib import asynccontextmanager, closing

import aiohttp
import pytest

from evo.store.lock import RunLock
from evo.store.progress_board import PROGRESS
from evo.web.server import STATIC, serving
from tests.render.small_run import C, E, write_run
from tests.store.test_progress_board import ROW

NAME = "20260101-120000-toy-3fa9"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    runs = tmp_path_factory.mktemp("web") / "runs"
    write_run(runs / NAME)
    return runs


@pytest.fixture
def runs(shared, tmp_path):
    return shutil.copytree(shared, tmp_path / "runs")


@asynccontextmanager
async def page(place, **more):
    async with serving(place, **more) as address, aiohttp.ClientSession(address.partition("?")[0]) as session:
        session.address = address
        yield session


async def get(session, path, **headers):
    async with session.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers, await answer.read()


def data(told):
    assert told[0] == 200, told
    return json.loads(told[2])


@asynccontextmanager
async def events(session, query):
    """Yield a function that returns the next event: (id, data)."""
    async with session.get(f"/api/events?{query}", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        assert answer.status == 200

        async def following():
            found = {}
            while True:
                line = (await asyncio.wait_for(answer.content.readline(), 30)).decode().rstrip("\n")
                if line.startswith(("id:", "data:")):
                    name, _, value = line.partition(": ")
                    found[name] = value
                elif not line and "data" in found:
                    return found["id"], json.loads(found["data"])

        yield following


def test_every_document_of_a_run(shared):
    async def look():
        async with page(shared) as session:
            run = f"/api/runs/{NAME}"
            rows = data(await get(session, "/api/runs"))["runs"]
            assert [row["name"] for row in rows] == [NAME]
            assert rows[0]["best"] == 1.0
            about = data(await get(session, f"{run}/about"))
            assert about["islands"][0]["cells"] == 10
            assert about["stand"]["seq"] == 6
            assert data(await get(session, f"{run}/log"))["count"] == 7
            piece = data(await get(session, f"{run}/log?after_seq=4&most=1"))
            assert (piece["first"], piece["count"], piece["more"]) == (5, 1, True)
            assert [each["seq"] for each in data(await get(session, f"{run}/commits?seqs=2,x,4,99"))] == [2, 4]
            assert data(await get(session, f"{run}/programs/{C.id[:9]}"))["id"] == C.id
            assert data(await get(session, f"{run}/answers/2"))["user"] == "Ticket 2."
            assert data(await get(session, f"{run}/answers/0")) is None
            assert data(await get(session, f"{run}/find?q=search")) == [2]
            assert (await get(session, f"{run}/picture"))[0] == 404
            found = data(await get(session, f"/api/compare?runs={NAME}"))
            assert found["runs"][0]["best"] == 1.0
            assert found["bands"][0][-1] == [5, 1.0, 1.0, 1.0]
            assert (await get(session, f"{run}/programs/ffff"))[0] == 404

    asyncio.run(look())


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs/nothing/about",
        "/api/runs/../about",
        "/api/runs/%2e%2e%2fruns/about",
        "/api/runs/%2fetc/about",
        f"/api/runs/{NAME}%00/about",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/vendor/VENDOR.toml",
        "/etc/passwd",
    ],
)
def test_nothing_but_runs_and_modules_is_handed_out(shared, path):
    from yarl import URL

    async def look():
        async with page(shared) as session:
            base = URL(session.address)
            url = URL(f"http://{base.host}:{base.port}{path}", encoded=True)
            async with session.get(url) as answer:
                assert answer.status == 404

    asyncio.run(look())


def test_every_module_is_served_under_a_policy_without_inline_code(shared):
    async def look():
        async with page(shared) as session:
            for path in ["/", *(f"/static/{each.relative_to(STATIC)}" for each in STATIC.rglob("*.js"))]:
                status, headers, body = await get(session, path)
                assert status == 200
                assert headers["Content-Security-Policy"].startswith("default-src 'self';")
                assert "unsafe" not in headers["Content-Security-Policy"]
                assert headers["X-Content-Type-Options"] == "nosniff"
                again = await get(session, path, **{"If-None-Match": headers["ETag"]})
                assert (again[0], again[2]) == (304, b"")
                assert body

    asyncio.run(look())


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"Host": "localhost:1"}, 200),
        ("GET", {"Host": "evil.example"}, 421),
        ("GET", {"Host": "127.0.0.1.evil.example"}, 421),
        ("GET", {"Host": "[::1"}, 421),
        ("GET", {"Origin": "http://evil.example"}, 403),
        ("GET", {"Origin": "null"}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ("POST", {}, 405),
        ("DELETE", {}, 405),
        ("OPTIONS", {"Origin": "http://evil.example"}, 405),
    ],
)
def test_nobody_else_is_answered(shared, method, headers, status):
    async def look():
        async with page(shared) as session, session.request(method, "/api/runs", headers=headers) as answer:
            assert answer.status == status
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Content-Security-Policy" in answer.headers

    asyncio.run(look())


def test_with_a_token_nobody_is_answered_without_it(shared):
    async def look():
        async with page(shared, token="s3cret") as session:
            assert session.address.endswith("/?token=s3cret")
            assert (await get(session, "/api/runs"))[0] == 401
            assert (await get(session, "/api/runs?token=other"))[0] == 401
            assert (await get(session, "/api/runs", Authorization="Bearer s3cret"))[0] == 200
            status, headers, _ = await get(session, "/?token=s3cret")
            assert (status, headers["Location"]) == (303, "/")
            assert "HttpOnly" in headers["Set-Cookie"]
            assert "SameSite=Strict" in headers["Set-Cookie"]
            cookie = headers["Set-Cookie"].partition(";")[0]
            assert (await get(session, "/api/runs", Cookie=cookie))[0] == 200
            assert (await get(session, "/static/app.js"))[0] == 401

    asyncio.run(look())


def alter(folder, statement, *values):
    with closing(sqlite3.connect(folder / "run.db", isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_what_happens_to_a_run_is_told(runs):
    async def look():
        async with page(runs) as session, events(session, f"run={NAME}") as following:
            seq, stand = await following()
            assert (seq, stand["state"]) == ("6", "finished")
            alter(runs / NAME, "UPDATE run SET state = 'paused', stop_reason = 'rate limit'")
            assert (await following())[1]["stop_reason"] == "rate limit"
            alter(runs / NAME, "INSERT INTO sessions (started, pid, host) VALUES (1, 1, 'x')")
            assert (await following())[1]["sessions"] == stand["sessions"] + 1
            (runs / NAME).rename(runs / "elsewhere")
            gone = (await following())[1]
            assert gone["state"] == "gone"
            assert "moved or deleted" in gone["reason"]
            (runs / "elsewhere").rename(runs / NAME)
            assert (await following())[1]["state"] == "paused"

    asyncio.run(look())


async def followed(session, query):
    """Yield (kind, data) of every event."""
    async with session.get(f"/api/events?{query}", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        kind = ""
        while line := (await asyncio.wait_for(answer.content.readline(), 30)).decode().rstrip("\n") or "-":
            name, _, value = line.partition(": ")
            kind = value if name == "event" else kind
            if name == "data":
                yield kind, json.loads(value)


def test_what_is_judged_now_is_told_apart_and_only_while_it_is_true(runs):
    folder = runs / NAME
    document = {"at": time.time() - 5, "rows": [ROW], "more": 2}

    async def look():
        async with page(runs) as session:
            following = followed(session, f"run={NAME}")
            assert (await anext(following))[0] == "stand"
            with RunLock(folder):
                (folder / PROGRESS).write_text(json.dumps(document))
                kind, told = await anext(following)
                assert kind == "progress"
                assert (told["rows"], told["more"]) == ([ROW], 2)
                assert 5 <= told["age"] < 60
                (folder / PROGRESS).write_text(json.dumps({**document, "rows": [{**ROW, "fraction": 0.75}]}))
                assert (await anext(following))[1]["rows"][0]["fraction"] == 0.75
            # The process is gone; the file is still there.
            assert await anext(following) == ("progress", None)
            alter(folder, "UPDATE run SET state = 'paused'")
            assert (await anext(following))[0] == "stand"
            await following.aclose()

    asyncio.run(look())


def test_a_new_run_is_told_to_who_looks_at_the_folder(runs):
    async def look():
        async with page(runs) as session, events(session, "") as following:
            await following()
            newer = {"run_id": "20260102-120000-toy-b2b2", "created": 2.0, "most": 3}
            await asyncio.to_thread(write_run, runs / newer["run_id"], **newer)
            await following()
            rows = data(await get(session, "/api/runs"))["runs"]
            assert [row["committed"] for row in rows] == [3, 7]

    asyncio.run(look())


def test_a_damaged_run_is_named_and_the_others_are_shown(runs):
    (runs / "20260103-000000-broken-0000").mkdir()
    (runs / "20260103-000000-broken-0000" / "run.db").write_bytes(b"no database" * 100)

    async def look():
        async with page(runs) as session:
            broken, whole = data(await get(session, "/api/runs"))["runs"]
            assert "cannot be read" in broken["error"]
            assert whole["committed"] == 7
            assert (await get(session, f"/api/runs/{broken['name']}/about"))[0] == 422

    asyncio.run(look())


def test_one_run_alone_can_be_served(shared):
    async def look():
        async with page(shared / NAME) as session:
            assert [row["name"] for row in data(await get(session, "/api/runs"))["runs"]] == [NAME]
            assert data(await get(session, f"/api/runs/{NAME}/programs/{E.id}"))["objective"] == 1.0
            assert (await get(session, "/api/runs/other/about"))[0] == 404

    asyncio.run(look())


def test_readers_that_stop_hold_nobody_up(runs):
    """Nineteen readers, some of whom never read: the twentieth is told what is new at once."""

    async def look():
        async with page(runs) as session:
            host, port = session.address.removeprefix("http://").rstrip("/").split(":")
            stopped = []
            for path in [f"/api/events?run={NAME}", f"/api/runs/{NAME}/log", "/static/vendor/uplot.js"] * 6:
                reader, writer = await asyncio.open_connection(host, int(port), limit=1)
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
                stopped.append((reader, writer))
            async with events(session, f"run={NAME}") as following:
                await following()
                for number in range(4):
                    alter(runs / NAME, "UPDATE run SET issued = ?", 100 + number)
                    while (await following())[1]["issued"] != 100 + number:
                        pass
                assert data(await get(session, f"/api/runs/{NAME}/log"))["count"] == 7
            for _, writer in stopped:
                writer.transport.abort()

    asyncio.run(look())


def test_pictures_come_from_the_run_and_are_pictures(runs):
    best = runs / NAME / "best"
    best.mkdir()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01" + b"0" * 100

    async def look():
        async with page(runs) as session:
            path = f"/api/runs/{NAME}/picture"
            (best / "picture.png").write_bytes(b"<svg onload=alert(1)>")
            assert (await get(session, path))[0] == 404
            (best / "picture.png").write_bytes(png)
            status, headers, body = await get(session, path)
            assert (status, headers["Content-Type"], body) == (200, "image/png", png)
            (best / "picture.png").unlink()
            (runs / "secret").write_bytes(png)
            (best / "picture.png").symlink_to(runs / "secret")
            assert (await get(session, path))[0] == 404
            (runs / NAME / "pictures").mkdir()
            (runs / NAME / "pictures" / f"{E.id}.png").write_bytes(png)
            assert data(await get(session, f"/api/runs/{NAME}/about"))["pictures"] == [E.id]
            assert (await get(session, f"/api/runs/{NAME}/pictures/{E.id}.png"))[2] == png

    asyncio.run(look())


def test_nothing_is_written(runs):
    def listed():
        return {str(path): path.stat().st_mtime_ns for path in sorted(runs.rglob("*")) if path.is_file()}

    before = listed()

    async def look():
        async with page(runs) as session:
            for path in ("/api/runs", f"/api/runs/{NAME}/about", f"/api/runs/{NAME}/log", f"/api/compare?runs={NAME}"):
                await get(session, path)

    asyncio.run(look())
    after = {path: at for path, at in listed().items() if not path.endswith(("-wal", "-shm"))}
    assert after == {path: at for path, at in before.items() if not path.endswith(("-wal", "-shm"))}

"""Who may come in over HTTP: this machine's programs, with the token."""

import asyncio
import json

import pytest

from evo.mcp.door import Door

RIGHT = {"host": "127.0.0.1:8", "authorization": "Bearer secret"}


def came(headers, kind="http"):
    """Return the status of a request, 200 where it came in."""
    sent = []

    async def inside(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    async def receive():
        return {}

    scope = {"type": kind, "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]}
    asyncio.run(Door(inside, "secret", "mcp.json")(scope, receive, send))
    if len(sent) > 1:
        assert json.loads(sent[1]["body"])["error"]
    return sent[0]["status"] if sent else None


def test_a_program_of_this_machine_comes_in_with_the_token():
    assert came(RIGHT) == 200
    assert came({**RIGHT, "origin": "http://127.0.0.1:8"}) == 200
    assert came({"host": "localhost:8", "Authorization": "Bearer secret"}) == 200


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example:8"}, 403),
        ({"host": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "secret"}, 401),
        ({"authorization": "Bearer \xe9"}, 401),
        ({"authorization": ""}, 401),
    ],
)
def test_others_stay_outside(more, status):
    assert came({**RIGHT, **more}) == status


def test_nothing_but_requests_comes_in():
    assert came({}, kind="websocket") is None
    assert came({}, kind="lifespan") == 200

"""Tools that do something, on real runs: scored, asked, told, steered, begun within the money and stopped."""

import json

import pytest

import evo
from evo.errors import ConflictError, EvoError, NotFoundError, UsageError
from evo.store.reading.view import open_run
from tests.mcp.conftest import called

ALL = ["score,tell,steer,run"]
SETTINGS = ["executor.workers=1", "islands={count: 1}"]
PAID = """
extends: base
problem: circle_packing/26
budget: {tickets: 6}
llms:
  fast: {use: openai, model: m, api_key_env: NO_KEY, base_url: "http://127.0.0.1:9/v1", prices: {input: 1, output: 1}}
"""


@pytest.fixture
def still(tmp_path):
    """A run that lies still, with tickets for the outside."""
    with evo.create_study(
        "circle_packing/26", settings=SETTINGS, budget=7, window=4, runs_dir=tmp_path / "runs"
    ) as found:
        return found.folder


def test_a_program_is_scored_and_a_ticket_told_by_the_tools_alone(still):
    runs = still.parent
    (asked,) = called(runs, ("ask", {"by": "me"}), allow=["tell"])
    (ticket,) = asked["tickets"]
    better = next(iter(ticket["parents"][0]["files"].values())) + "\n# told\n"
    scored, told, again, hint, sown, pinned, paused = called(
        runs,
        ("score", {"problem": "circle_packing/26", "program": better}),
        ("tell", {"ticket": ticket["ticket"], "program": better, "why": "a remark", "by": "me"}),
        ("tell", {"ticket": ticket["ticket"], "program": better}),
        ("steer", {"do": "hint", "words": "think of hexagons"}),
        ("steer", {"do": "seed", "words": "mine", "files": better + "# sown\n"}),
        ("steer", {"do": "pin", "words": "@best"}),
        ("steer", {"do": "weight", "operator": "nope", "weight": 1}),
        allow=ALL,
    )
    assert (scored["status"], scored["program"]) == ("VALID", told["program"])
    assert (told["state"], told["outcome"], told["objective"]) == ("done", "PROPOSED", scored["objective"])
    assert isinstance(again, NotFoundError)
    assert hint["data"]["words"] == "think of hexagons"
    assert list(sown["data"]["files"]) == ["program.py"]
    assert isinstance(paused, NotFoundError)
    with open_run(still) as view:
        assert pinned["data"]["words"] == view.best()[0]
        assert {each.author for each in view.events()} == {"agent"}


def test_a_run_is_begun_with_an_estimate_first_and_stopped(tmp_path):
    given = {"config": "circle_packing/26", "tickets": 500, "outside": True, "seed": 3}
    runs = tmp_path / "runs"

    (offered,) = called(runs, ("estimate", given), allow=["run"])
    assert offered["affordable"]
    begun, other, status, wrong, stopped = called(
        runs,
        ("start", {**given, "approval": offered["approval"]}),
        ("start", {**given, "tickets": 501, "approval": offered["approval"]}),
        ("status", {}),
        ("start", {"config": "/etc/passwd", "approval": "x"}),
        ("stop", {}),
        allow=["run"],
    )
    assert isinstance(other, ConflictError)
    assert "estimate" in str(other)
    assert isinstance(wrong, NotFoundError)
    assert (status["run"], status["seed"]) == (begun["run"], 3)
    assert stopped["state"] in {"interrupted", "paused"}
    (refused,) = called(runs, ("stop", {}), allow=["run"])
    assert isinstance(refused, UsageError)
    assert "was not begun by this server" in str(refused)


def test_a_run_costs_no_more_than_the_owner_allows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/paid.yaml").write_text(PAID)
    runs = tmp_path / "runs"
    given = {"config": "paid", "tickets": 6}
    dear, cheap = called(runs, ("estimate", given), ("estimate", {**given, "usd": 0.001}), allow=["run"], usd=0.001)
    assert dear["estimate"]["usd"] > 0.001
    assert (dear["affordable"], cheap["affordable"]) == (False, True)
    refused, broken = called(
        runs,
        ("start", {**given, "approval": dear["approval"]}),
        ("start", {**given, "usd": 0.001, "approval": cheap["approval"]}),
        allow=["run"],
        usd=0.001,
    )
    assert isinstance(refused, ConflictError)
    assert "0.001 usd are left" in str(refused)
    # The key is missing: the run's own process says so, and that is handed on.
    assert isinstance(broken, EvoError)
    assert "NO_KEY" in str(broken)
    assert json.dumps(str(broken))

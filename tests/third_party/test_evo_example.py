"""A package of somebody else's with one part of every kind, from its wheel to a run that is executed again."""

import json
import shutil
import signal
import sqlite3
import time
from textwrap import dedent

import pytest

from evo.parts import KINDS
from tests.third_party.place import EXAMPLE, FILES, KEY, ROOT, Place, build, furnish

NAMES = {
    "space": "rings",
    "replacement": "by_share",
    "selector": "youngest",
    "strategy": "latest",
    "turns": "pairs",
    "topology": "line",
    "reset": "weakest",
    "emitter": "shake",
    "mix": "winner",
    "economy": "halfway",
    "llm": "parrot",
    "stage": "lines",
    "executor": "tallied",
    "tracker": "diary",
}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """An environment with both wheels."""
    place = tmp_path_factory.mktemp("third_party")
    source = shutil.copytree(EXAMPLE, place / "source")
    wheels = [build(ROOT, place), build(source, place)]
    return furnish(place / "env", wheels)


@pytest.fixture
def place(built, tmp_path):
    """An empty folder with a problem, and the example's files as they were installed."""
    python, site = built
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text).lstrip())
    package = site / "evo_example"
    kept = {path: path.read_text() for path in package.rglob("*") if path.suffix in {".py", ".j2"}}
    yield Place(python, package, tmp_path)
    for path, text in kept.items():
        path.write_text(text)


def assert_no_key(folder):
    for path in folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_there_is_one_part_of_every_kind():
    assert set(NAMES) == set(KINDS)


def test_its_own_tests_pass_where_it_is_installed(place):
    shutil.copytree(EXAMPLE / "tests", place.folder / "tests")
    done = place.python_run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "tests")
    assert done.returncode == 0, done.stdout


def test_by_name_checked_run_killed_taken_up_and_executed_again(place):
    assert "ok" in place.evo("check", "installed.yaml")
    running = place.start("-m", "evo", "run", "installed.yaml", "--set", "budget.tickets=60")
    deadline = time.monotonic() + 240
    while _committed(place) < 8:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    assert KEY not in "".join(running.communicate())
    place.evo("resume")
    status = json.loads(place.evo("status", "--json"))
    assert (status["state"], status["committed"]) == ("finished", 60)
    place.evo("replay")
    assert "verified" in place.evo("replay", "--execute").lower()
    told = [each for each in json.loads(_header(place, "parts")) if each["source"] != "shipped"]
    assert {each["kind"] for each in told} == set(KINDS)
    assert {(each["source"], each["name"], each["version"]) for each in told} == {("installed", "evo-example", "1.2.3")}
    lines = (place.only_run() / "diary.txt").read_text().splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(60))
    assert (place.only_run() / "diary.end").read_text() == "finished"
    assert_no_key(place.folder)


def _committed(place):
    try:
        database = f"file:{place.only_run() / 'run.db'}?mode=ro"
        with sqlite3.connect(database, uri=True) as connection:
            return connection.execute("SELECT count(*) FROM commits").fetchone()[0]
    except (ValueError, FileNotFoundError, sqlite3.OperationalError):
        return 0


def _header(place, column):
    with sqlite3.connect(place.only_run() / "run.db") as connection:
        return connection.execute(f"SELECT {column} FROM run").fetchone()[0]


def test_an_edited_tracker_is_no_other_run(place):
    """The origin of a part of this package is all of it, so what is edited here is a file beside the config."""
    place.write(
        told_py="""
            from dataclasses import dataclass
            import evo_example.trackers

            @dataclass(frozen=True, kw_only=True)
            class Told(evo_example.trackers.Diary):
                name: str = "told.txt"
            """
    )
    place.evo("run", "installed.yaml", "--set", "budget.tickets=6", "--set", "trackers=[{use: 'told.py:Told'}]")
    (place.folder / "told.py").write_text("raise RuntimeError('gone')\n")
    words = place.evo("resume", "--set", "budget.tickets=8", code=3)
    assert "trackers" in words
    place.evo("replay", "--execute")
    (place.folder / "told.py").write_text("from evo_example.trackers import Diary as Told\n")
    place.evo("resume", "--set", "budget.tickets=8")
    assert len((place.only_run() / "diary.txt").read_text().splitlines()) == 8


@pytest.mark.parametrize("name", ["selectors.py", "shake.j2"])
def test_an_edited_file_of_it_refuses_to_go_on_with_its_name(place, name):
    place.evo("run", "installed.yaml", "--set", "budget.tickets=6")
    edited = place.package / name
    edited.write_text(edited.read_text() + "\n")
    for verb in (("resume", "--set", "budget.tickets=9"), ("replay", "--execute")):
        words = place.evo(*verb, code=1)
        assert "is not what it was" in words
        assert "evo-example 1.2.3" in words
    place.evo("replay")


def test_every_part_is_listed_with_its_options(place):
    words = place.evo("parts", "selector", "youngest")
    assert "evo-example 1.2.3" in words
    assert "of the archive, in (0, 1]" in words
    listed = {row["kind"]: {part["name"]: part for part in row["parts"]} for row in _told(place, "parts", "--json")}
    for kind, name in NAMES.items():
        origin = listed[kind][name]["origin"]
        assert (origin["source"], origin["name"], origin["version"]) == ("installed", "evo-example", "1.2.3")


def _told(place, *args):
    return json.loads(place.python_run("-m", "evo", *args).stdout)


def test_by_module_and_by_file(place):
    place.write(
        mine_py="""
            from dataclasses import dataclass
            import evo_example.selectors

            @dataclass(frozen=True, kw_only=True)
            class Mine(evo_example.selectors.Youngest):
                share: float = 0.9
            """
    )
    settings = {
        "selector": "mine.py:Mine",
        "strategy": "evo_example.strategies:Latest",
        "mix": "evo_example.mixes:Winner",
        "islands.choice": "evo_example.turns:Pairs",
        "llms.fast.use": "evo_example.llms:Parrot",
        "archive.use": "evo_example.spaces:Rings",
        "budget.tickets": "8",
    }
    given = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    place.evo("run", "installed.yaml", *given)
    place.evo("replay", "--execute")
    place.evo("resume", "--set", "budget.tickets=12")
    (place.folder / "mine.py").write_text((place.folder / "mine.py").read_text() + "# other\n")
    words = place.evo("resume", "--set", "budget.tickets=15", code=1)
    assert "mine.py" in words
    assert "is not what it was" in words
    assert_no_key(place.folder / "runs")


def test_money_is_not_spent_without_prices_and_ends_where_it_is_used_up(place):
    free = (place.folder / "installed.yaml").read_text().replace(", prices: {input: 1, output: 2}", "")
    place.write(unpriced_yaml=free.replace("tickets: 24", "tickets: 24, usd: 5"))
    words = place.evo("run", "unpriced.yaml", code=3)
    assert "unpriced.yaml:15:" in words
    assert "prices" in words
    place.evo("run", "installed.yaml", "--set", "budget.usd=0.01", "--set", "budget.tickets=500")
    status = json.loads(place.evo("status", "--json"))
    assert status["stop_reason"] == "usd"
    assert 0 < status["cost_usd"] <= 0.01


def test_without_its_key_no_run_begins(place):
    words = place.evo("run", "installed.yaml", code=1, PARROT_KEY="")
    assert "PARROT_KEY is not set" in words
    assert not (place.folder / "runs").exists() or not list((place.folder / "runs").glob("*/run.db"))


LIVE = """
    import asyncio
    import sys
    from dataclasses import dataclass
    from pathlib import Path

    import evo
    from evo_example import economies, emitters, llms, mixes, replacements, resets, selectors, spaces, strategies
    from evo_example import topologies, turns
    from evo_example.executors import Tallied


    @dataclass(frozen=True, kw_only=True)
    class Own(selectors.Youngest):
        share: float = 0.8


    SPEC = evo.RunSpec(
        problem="./nearest",
        pipeline="./pipeline.yaml",
        budget=evo.BudgetSpec(tickets=10),
        strategy=strategies.Latest(keep=5),
        archive=evo.ArchiveSpec(use=spaces.Rings(cells=5), replacement=replacements.ByShare()),
        islands=evo.IslandsSpec(
            count=2, migration=topologies.Line(every=4), choice=turns.Pairs(), reset=resets.Weakest(every=7)
        ),
        selector=Own(),
        mix=mixes.Winner(),
        economy=economies.Halfway(),
        emitters=(emitters.Shake(), emitters.Halve()),
        llms={"fast": llms.Parrot(prices=evo.Prices(input=1.0, output=2.0))},
        executor=Tallied(workers=2),
    )


    async def go_on(folder, parts):
        async with evo.resume(folder, ["budget.tickets=14"], parts=parts) as search:
            async for commit in search:
                print(commit.ticket)


    if __name__ == "__main__":
        match sys.argv[1:]:
            case ["run"]:
                print(evo.run(SPEC).header.state)
            case ["resume", folder]:
                asyncio.run(go_on(Path(folder), {"selector": Own(), "executor": Tallied(workers=2)}))
            case ["other", folder]:
                asyncio.run(go_on(Path(folder), {"selector": Own(share=0.2)}))
    """


def test_live_objects_and_one_that_no_address_leads_to(place):
    place.write(live_py=LIVE)
    assert place.python_run("live.py", "run").stdout == "finished\n"
    run = place.only_run()
    words = place.evo("resume", "--set", "budget.tickets=14", code=3)
    assert "'__main__:Own' was handed over in Python" in words
    assert "evo.resume(FOLDER, parts={PLACE: part})" in words
    other = place.python_run("live.py", "other", str(run))
    assert "parts['selector']: expected what the run began with" in other.stderr
    assert "'share': 0.8" in other.stderr
    assert "'share': 0.2" in other.stderr
    assert place.python_run("live.py", "resume", str(run)).stdout == "10\n11\n12\n13\n"
    place.evo("replay")
    assert_no_key(place.folder / "runs")

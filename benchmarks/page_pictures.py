"""The pictures of the page in the documents, taken in a real browser from a run that is made for them.

    python benchmarks/page_pictures.py [--runs DIR] [--browser chromium]

Without `--runs` a run of circle packing is made first (about two minutes on two cores), and another one goes on for the
picture of what is judged now. The browser is driven by its own protocol, so nothing has to be installed but Chromium.
"""

import argparse
import asyncio
import base64
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evo.web.server import serving  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = (1440, 1100), (390, 1200)
# Name -> view, size, dark.
VIEWS = {
    "page": ("overview", WIDE, False),
    "page_dark": ("overview", WIDE, True),
    "page_phone": ("overview", PHONE, False),
    "page_archive": ("archive", (1440, 640), False),
    "page_descent": ("descent", (1440, 620), False),
    "page_story": ("story", (1440, 900), False),
}
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
    "--remote-debugging-port=0",
)
JUDGED = ("page_judged", (1360, 620), False)
JUDGED_RUN = ("economy={use: racing, known: 3, z: 1}", "params={items: 250}", "budget.tickets=200")
JUDGED_AFTER = 25  # commits: parents have curves by then
SETTLED = (
    "document.querySelector('.views') && !document.querySelector('.bar [role=status], main [role=status]')"
    " && [...document.images].every(image => image.complete && image.naturalWidth)"
)
SECONDS = 60
QUIET = 12


class Tab:
    """One page of the browser; events that came while an answer was waited for are kept in `events`."""

    def __init__(self, socket):
        self._socket, self._numbers, self.events = socket, itertools.count(1), []

    async def call(self, method, **given):
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": given})
        while True:
            told = await self._socket.receive_json(timeout=SECONDS)
            if told.get("id") == number:
                return told["result"]
            self.events.append(told)

    async def until(self, method):
        """Wait for an event."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(await self._socket.receive_json(timeout=SECONDS))

    async def value(self, expression):
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")


@asynccontextmanager
async def browser(name):
    """Start a browser with an empty profile; yield a tab."""
    profile = tempfile.mkdtemp(prefix="pictures")
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        [name, *FLAGS, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        lines = (line.decode(errors="replace") for line in process.stderr)
        port = next(found[1] for line in lines if (found := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                tabs = json.loads(await answer.text())
            address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(profile, ignore_errors=True)


async def take(tab, address, name, size, dark):
    width, height = size
    await tab.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    await tab.call("Emulation.setEmulatedMedia", features=[scheme])
    await tab.call("Page.navigate", url="about:blank")
    await tab.call("Page.navigate", url=address)
    settled = 0
    for _ in range(SECONDS * 5):
        await asyncio.sleep(0.2)
        # Modules, data, the best program, its parent and its picture come one after another.
        settled = settled + 1 if await tab.value(f"Boolean({SETTLED})") else 0
        if settled > QUIET:
            break
    found = await tab.call("Page.captureScreenshot", format="png")
    (PICTURES / f"{name}.png").write_bytes(base64.b64decode(found["data"]))
    print(f"docs/pictures/{name}.png")


async def main(runs, name):
    run = max(path.name for path in runs.iterdir() if (path / "run.db").is_file())
    async with serving(runs) as address, browser(name) as tab:
        for picture, (view, size, dark) in VIEWS.items():
            await take(tab, f"{address}#/run/{run}/{view}", picture, size, dark)


async def take_judged(runs, name):
    """Take the picture of a run that goes on."""
    async with serving(runs) as address, browser(name) as tab:
        run, committed = "", 0
        while committed < JUDGED_AFTER:
            await asyncio.sleep(1)
            await tab.call("Page.navigate", url=f"{address}#/")
            rows = await tab.value("fetch('/api/runs').then((answer) => answer.json()).then((told) => told.runs)")
            run, committed = (rows[0]["name"], rows[0].get("committed") or 0) if rows else ("", 0)
        await take(tab, f"{address}#/run/{run}/overview", *JUDGED)


def command(problem, runs, settings):
    words = [word for setting in settings for word in ("--set", setting)]
    return [sys.executable, "-m", "evo", "run", problem, "--quiet", "--runs-dir", str(runs), *words]


def make_run(runs):
    settings = ["budget.tickets=400", "budget.target=null", "budget.patience=null"]
    subprocess.run(command("circle_packing/26", runs, settings), check=True)


def show_judged(runs, name):
    runs.mkdir()
    with subprocess.Popen(command("online_bin_packing/or3", runs, JUDGED_RUN)) as process:
        try:
            asyncio.run(take_judged(runs, name))
        finally:
            process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, help="a folder of runs, of which the newest is shown")
    parser.add_argument("--browser", default="chromium")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if given.runs is None:
            make_run(Path(scratch))
        asyncio.run(main(given.runs or Path(scratch), given.browser))
        if given.runs is None:
            show_judged(Path(scratch) / "judged", given.browser)

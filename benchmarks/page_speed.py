"""What the page costs at tens of thousands of programs, traced in a real browser.

    python benchmarks/big_run.py make FOLDER/20260101-000000-big-0001 --programs 50000
    python benchmarks/page_speed.py FOLDER

Times of the main thread are CPU times of its tasks, so that a busy machine does not count; the longest task of each
interaction is what a person may notice. Memory is the server's peak. Nothing is installed but Chromium.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from pathlib import Path

from page_pictures import ROOT, SETTLED, browser

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
LOADING = 600.0
QUIET = 1.2
KEY = {"k": 75, "u": 85}


class Trial:
    """One browser on one run.

    Args:
        tab: the browser's.
    """

    def __init__(self, tab):
        self.tab = tab

    async def trace(self, name, act):
        """Do something and say how long the longest tasks of the main thread were, in CPU milliseconds."""
        self.tab.events.clear()
        await self.tab.call("Tracing.start", categories="toplevel,devtools.timeline", transferMode="ReportEvents")
        await act()
        # Twice what the screen is drawn for, however busy the machine is.
        await self.tab.value(DRAWN)
        await asyncio.sleep(QUIET)
        await self.tab.value(DRAWN)
        await self.tab.call("Tracing.end")
        await self.tab.until("Tracing.tracingComplete")
        events = [each for event in self.tab.events for each in event.get("params", {}).get("value", ())]
        named = (each for each in events if each.get("name") == "thread_name")
        main = {(each["pid"], each["tid"]) for each in named if each["args"]["name"] == "CrRendererMain"}
        tasks = (each for each in events if each.get("name") in {"RunTask", "ThreadControllerImpl::RunTask"})
        spent = sorted((each.get("tdur", 0) for each in tasks if (each["pid"], each["tid"]) in main), reverse=True)
        print(f"| {name} | {', '.join(f'{each / 1000:.0f}' for each in spent[:3])} |", flush=True)

    def script(self, code):
        async def act():
            await self.tab.value(code)

        return act

    def view(self, name):
        return self.script(
            f"[...document.querySelectorAll('nav.views a')].find(a => a.textContent === '{name}').click()"
        )

    def key(self, key):
        async def act():
            for kind in ("keyDown", "keyUp"):
                given = {"key": key, "text": key, "windowsVirtualKeyCode": KEY[key]}
                await self.tab.call("Input.dispatchKeyEvent", type=kind, **given)

        return act

    def choose(self, place, value):
        return self.script(
            f"(e => {{ e.value = '{value}'; e.dispatchEvent(new Event('change', {{ bubbles: true }})) }})"
            f"(document.querySelectorAll('main select')[{place}])"
        )

    def slide(self, *values):
        async def act():
            for value in values:
                await self.tab.value(
                    f"(e => {{ e.value = {value}; e.dispatchEvent(new Event('input', {{ bubbles: true }})) }})"
                    "(document.querySelector('main input[type=range]'))"
                )

        return act

    def drag(self, *points):
        async def act():
            given = {"button": "left", "clickCount": 1, "buttons": 1}
            for at, (x, y) in enumerate(points):
                kind = "mousePressed" if at == 0 else "mouseMoved"
                await self.tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **given)
            await self.tab.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, **given)

        return act


async def settle(tab):
    for _ in range(int(LOADING * 5)):
        if await tab.value(f"Boolean({SETTLED})"):
            return
        await asyncio.sleep(0.2)


async def measure(address, run, name):
    async with browser(name) as tab:
        size = {"width": 1600, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        await tab.call("Emulation.setDeviceMetricsOverride", **size)
        trial = Trial(tab)
        print("| interaction | longest tasks of the main thread, CPU ms |\n|---|---|")

        async def load():
            await tab.call("Page.navigate", url=f"{address}#/run/{run}/overview")
            await settle(tab)

        await trial.trace("opened, until all is read", load)
        for view in ("archive", "descent", "story", "program", "failures", "costs", "overview"):
            await trial.trace(f"to the view {view}", trial.view(view))
        await trial.trace("a step along the line", trial.key("k"))
        await trial.trace("a brush over the curve", trial.drag((400, 180), (450, 190), (600, 200)))
        await trial.trace("the whole run again", trial.key("u"))
        await trial.trace("y: gap to the best", trial.choose(1, "gap"))
        await trial.trace("to the view archive", trial.view("archive"))
        await trial.trace("back in time, five steps", trial.slide(20000, 22000, 24000, 26000, 28000))
        await trial.trace("another colour", trial.choose(0, "age"))
        await trial.trace("to the view descent", trial.view("descent"))
        await trial.trace("every program in it", trial.slide(0))
        await trial.trace("a program picked", trial.drag((700, 400)))
        await trial.trace("colour by operator", trial.choose(0, "operator"))
        paint = await tab.value("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        print(f"\nFirst paint after {paint:.0f} ms by the clock, with a load of {os.getloadavg()[0]:.1f}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, help="a folder of runs, of which the newest is opened")
    parser.add_argument("--browser", default="chromium")
    given = parser.parse_args()
    run = max(path.name for path in given.runs.iterdir() if (path / "run.db").is_file())
    argv = [sys.executable, "-m", "evo", "serve", "--port", "0", "--runs-dir", str(given.runs.resolve())]
    server = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        asyncio.run(measure(address, run, given.browser))
        status = Path(f"/proc/{server.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        ticks = sum(map(int, Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        print(f"Server: {peak / 1024:.0f} MB at most, {ticks / os.sysconf('SC_CLK_TCK'):.1f} CPU s.")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()

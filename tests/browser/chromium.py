"""A real Chromium, headless, that tells whatever a page says, asks for or breaks."""

import os
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.hostile.texts import PWNED

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "EVO_REQUIRE_BROWSER"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = (390, 844), (1280, 900)
# No script of a text ran, and no text became a frame.
SIGNS = f"window.{PWNED} === undefined && !document.querySelector('iframe, object, embed')"
VIEWS = ("overview", "archive", "descent", "story", "program", "failures", "costs")
_TRIES, _PAUSE_MS = 600, 50
# What is below the screen waits until somebody scrolls there.
_DRAWN = """
!!document.querySelector('#main') && ![...document.querySelectorAll('.wait')].some((each) => {
  const box = each.getBoundingClientRect();
  return box.height > 0 && box.top < innerHeight && box.bottom > 0;
})
"""


def find_chromium():
    """Return where Chromium lies; "" without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def is_required():
    return os.environ.get(REQUIRED, "") not in {"", "0"}


@contextmanager
def launched():
    """Give a Chromium with an empty profile."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Tab:
    """A page under watch.

    Args:
        browser: opens it.
        home: the host and port that it may ask; "" for none.

    Attributes:
        said: console messages, errors and dialogs. strange: requests to others.
    """

    def __init__(self, browser, home="", *, size=DESK, dark=False):
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.home, self.said, self.strange = home, [], []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.context.on("page", lambda page: self.said.append(f"another page: {page.url}"))
        self.context.on("request", self._look)

    def _look(self, request):
        where = urlsplit(request.url)
        known = where.scheme in {"data", "blob"} or where.netloc == self.home
        if not (known or (where.scheme == "file" and not self.home)):
            self.strange.append(request.url[:200])

    def open(self, address):
        """Go to an address, also one that differs in its fragment alone, and wait until it is drawn."""
        self.page.goto(address)
        self.settle()

    def settle(self):
        """Wait until the log is read and nothing is waited for."""
        self.until(_DRAWN)
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")

    def until(self, expression):
        """Wait until an expression is true; asked from outside, since the page's policy lets no text become code."""
        for _ in range(_TRIES):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(_PAUSE_MS)
        raise AssertionError(f"{self.page.url}: never true: {expression}")

    def unfold(self, most):
        """Open what is folded, at most so much of it."""
        folded = self.page.locator("main details:not([open]) > summary")
        for _ in range(most):
            if not folded.count():
                return
            folded.first.click()

    def point_at(self, most):
        """Move to the middle of every drawing, at most so many, and click there."""
        for canvas in self.page.locator("main canvas").all()[:most]:
            canvas.scroll_into_view_if_needed()
            box = canvas.bounding_box()
            if box:
                self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
                self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def violations(self):
        """Return what axe-core finds, one line each."""
        found = Axe().run(self.page)
        return [
            f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']][:3]}"
            for each in found.response["violations"]
        ]

    def troubles(self):
        return [*self.said, *(f"asked {each}" for each in self.strange)]

    def close(self):
        self.context.close()

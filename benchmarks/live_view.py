"""What the live view costs at 100 commits a second: CPU share, bytes a second and redraws, on a terminal and in a pipe.

    python benchmarks/live_view.py [--commits N]

The terminal is a real one (a pty that is read by a thread), the clock is not: a second is 100 commits and 4 refreshes.
"""

import argparse
import itertools
import os
import pty
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evo.records import Commit, Evaluation, EvaluationStatus, Outcome, Program, Proposal
from evo.render.live import LiveView
from tests.render.test_live import Search

RATE, REFRESHES = 100, 4
SUMMARY = "widen the search: draw several moves and go on with the one whose radii promise most"


def commits(count, every):
    """Yield commits, one in `every` of which is better than all before."""
    best = 1.0
    for seq in range(count):
        better = seq % every == 0
        best += 1e-4 if better else 0.0
        program = Program.of(f"x = {seq}\n")
        proposal = Proposal(
            ticket=seq, island=seq % 4, operator="diff", outcome=Outcome.PROPOSED, program=program, summary=SUMMARY
        )
        score = best if better else best - 0.1
        yield Commit(
            seq=seq,
            ticket=seq,
            after_seq=seq - 1,
            proposal=proposal,
            evaluation=Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=score),
        )


def fed(stream, made):
    """Show commits on a stream; return CPU seconds and the refreshes."""
    search = Search()
    now = itertools.count()
    seconds = [0.0]
    view = LiveView(stream, clock=lambda: seconds[0])
    view.begin(search)
    view.tick()
    started = time.thread_time()
    for number, commit in zip(now, made, strict=False):
        seconds[0] = number / RATE
        search.state.seq = commit.seq
        view.commit(commit)
        if number % (RATE // REFRESHES) == 0:
            view.tick()
    spent = time.thread_time() - started
    view.end()
    return spent


class Counted:
    """A terminal's other end: takes all that is written, and counts it."""

    def __init__(self):
        self.master, slave = pty.openpty()
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self.bytes = self.cleared = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            self.bytes += len(data)
            self.cleared += data.count(b"\x1b[2K")


def measure(count):
    os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
    span = count / RATE
    print(f"{count} commits at {RATE} a second, {REFRESHES} refreshes a second\n")
    print("| where | one in n is better | CPU share | kB a second | lines cleared a second |")
    print("|---|---|---|---|---|")
    for every in (100, 10, 1):
        made = list(commits(count, every))
        screen = Counted()
        spent = fed(screen.stream, made)
        screen.stream.flush()
        time.sleep(0.2)
        size, cleared = screen.bytes, screen.cleared
        print(f"| terminal | {every} | {100 * spent / span:.1f} % | {size / span / 1000:.1f} | {cleared / span:.0f} |")
        read, write = os.pipe()
        threading.Thread(
            target=lambda end=read: [None for _ in iter(lambda: os.read(end, 65536), b"")], daemon=True
        ).start()
        with os.fdopen(write, "w") as pipe:
            spent = fed(pipe, made)
        print(f"| pipe | {every} | {100 * spent / span:.1f} % | | |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=2000)
    measure(parser.parse_args().commits)

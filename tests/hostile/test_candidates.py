"""The verdict on every kind of bad candidate, each followed by an honest control in the same zygote."""

import os

import pytest

from evo.execute.local import LocalExecutor
from evo.records import StageStatus
from tests.contracts.executor_contract import CONTROL, IDLE, LIMITS, ExecutorContract, task

HEAD = "import ctypes, os, signal, sys, threading, time, atexit\n"


def body(text: str) -> str:
    return HEAD + "def entry(n):\n" + "".join(f"    {line}\n" for line in text.split("; "))


BAD = {
    # time
    "loop": (body("x = 0\n    while True: x += 1"), StageStatus.TIMEOUT, "0.4 CPU seconds"),
    "loop in C": (body("return 10 ** 10 ** 8"), StageStatus.TIMEOUT, "0.4 CPU seconds"),
    "loop while importing": ("while True: pass\n", StageStatus.TIMEOUT, "0.4 CPU seconds"),
    "loop that ignores signals": (
        body("[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGPROF, signal.SIGXCPU)]\n    while True: pass"),
        StageStatus.TIMEOUT,
        "0.4 CPU seconds",
    ),
    "loop in threads": (
        body("def spin():\n        while True: pass\n    threading.Thread(target=spin).start(); spin()"),
        StageStatus.TIMEOUT,
        "0.4 CPU seconds",
    ),
    "sleep": (body("time.sleep(600)"), StageStatus.TIMEOUT, "idle"),
    "closed descriptors, then sleep": (body("os.closerange(0, 64); time.sleep(600)"), StageStatus.TIMEOUT, "idle"),
    "late timer": (body("signal.setitimer(signal.ITIMER_PROF, 0)\n    while True: pass"), StageStatus.TIMEOUT, "CPU"),
    # memory
    "one large object": (body("return len(bytearray(10 ** 10))"), StageStatus.MEMORY, "128 MB"),
    "many small objects": (
        "kept = []\n" + body("while True: kept.append(bytearray(1000))"),
        StageStatus.MEMORY,
        "128 MB",
    ),
    "shared mapping": (body("import mmap; return len(mmap.mmap(-1, 10 ** 9))"), StageStatus.FAILED, "allocate"),
    # output
    "large result": (body("return 'x' * 200_000"), StageStatus.OUTPUT_LIMIT, "100 kB"),
    "huge stdout": (body("while True: sys.stdout.write('x' * 100_000)"), StageStatus.OUTPUT_LIMIT, "2 MB"),
    "huge stderr descriptor": (body("while True: os.write(2, bytes(100_000))"), StageStatus.OUTPUT_LIMIT, "2 MB"),
    "forged length": (
        body("os.write(3, b'\\x01' + bytes([255] * 8)); time.sleep(600)"),
        StageStatus.OUTPUT_LIMIT,
        "100 kB",
    ),
    "forged kind": (
        body("os.write(3, bytes([77] + [0] * 8)); time.sleep(600)"),
        StageStatus.INVALID_RESULT,
        "something else",
    ),
    "forged setup failure": (
        body("os.write(3, bytes([6] + [0] * 8)); time.sleep(600)"),
        StageStatus.INVALID_RESULT,
        "something else",
    ),
    "torn frame": (
        body("os.write(3, b'\\x01' + bytes(7) + b'\\x09' + b'abc'); os._exit(0)"),
        StageStatus.EXIT,
        "without",
    ),
    # results
    "set": (body("return {1, 2}"), StageStatus.INVALID_RESULT, "got set"),
    "object": (body("return object()"), StageStatus.INVALID_RESULT, "got object"),
    "generator": (body("yield 1"), StageStatus.INVALID_RESULT, "got generator"),
    "circle": (body("a = []; a.append(a); return a"), StageStatus.INVALID_RESULT, "ValueError"),
    "bytes": (body("return b'abc'"), StageStatus.INVALID_RESULT, "got bytes"),
    "deep": (
        body("a = []\n    for _ in range(100_000): a = [a]\n    return a"),
        StageStatus.INVALID_RESULT,
        "RecursionError",
    ),
    # exceptions
    "exception": (
        body("return [n / 0]"),
        StageStatus.FAILED,
        'program.py", line 3, in entry\n    return [n / 0]\nZeroDivision',
    ),
    "syntax error": ("def entry(n:\n    return 1\n", StageStatus.FAILED, 'File "program.py", line 1'),
    "no entry": ("def other(n):\n    return 1\n", StageStatus.FAILED, "entry"),
    "wrong signature": ("def entry():\n    return 1\n", StageStatus.FAILED, "unexpected keyword argument 'n'"),
    "recursion": (body("return entry(n)"), StageStatus.FAILED, "RecursionError"),
    "keyboard interrupt": (body("raise KeyboardInterrupt"), StageStatus.FAILED, "KeyboardInterrupt"),
    "bare BaseException": (body("raise BaseException('x')"), StageStatus.FAILED, "BaseException: x"),
    "exception that cannot be printed": (
        "class E(Exception):\n    def __str__(self): raise self\n" + body("raise E"),
        StageStatus.FAILED,
        "cannot be printed",
    ),
    "exception that never prints": (
        "class E(Exception):\n    def __str__(self):\n        while True: pass\n" + body("raise E"),
        StageStatus.TIMEOUT,
        "CPU",
    ),
    "endless message": (body("raise ValueError('x' * 10_000_000)"), StageStatus.FAILED, "ValueError: xxx"),
    "terminal codes": (body("raise ValueError('\\x1b[31mred\\x00\\ud800')"), StageStatus.FAILED, "ValueError: red"),
    # ends
    "sys.exit": (body("sys.exit('bye')"), StageStatus.EXIT, "bye"),
    "os._exit": (body("os._exit(3)"), StageStatus.EXIT, "exit code 3"),
    "os._exit(0)": (body("os._exit(0)"), StageStatus.EXIT, "exit code 0"),
    "abort": (body("os.abort()"), StageStatus.KILLED, "SIGABRT"),
    "segfault": (body("ctypes.string_at(0)"), StageStatus.KILLED, "SIGSEGV"),
    "suicide": (body("os.kill(os.getpid(), 9)"), StageStatus.KILLED, "SIGKILL"),
    "group suicide": (body("os.killpg(0, 15)"), StageStatus.KILLED, "SIGTERM"),
    "real-time signal": (body("os.kill(os.getpid(), 40)"), StageStatus.KILLED, "signal 40"),
    # files
    "large file": (body("open('f', 'wb').write(bytes(70 << 20))"), StageStatus.FAILED, "OSError"),
    "many descriptors": (body("return [os.dup(0) for _ in range(100)]"), StageStatus.FAILED, "OSError"),
    "own program deleted": (body("os.unlink('program.py'); raise OSError"), StageStatus.FAILED, "OSError"),
}

GOOD = {
    "threads that never end": (
        body("threading.Thread(target=time.sleep, args=(600,)).start(); return n"),
        b"3",
    ),
    "atexit that hangs": (body("atexit.register(time.sleep, 600); return n"), b"3"),
    "destructor that hangs": (
        "class D:\n    def __del__(self): __import__('time').sleep(600)\nd = D()\n" + CONTROL,
        None,
    ),
    "prints": (body("print('hello', n); sys.stderr.write('oops'); return n"), b"3"),
    "closed streams": (body("sys.stdout.close(); os.close(2); return n"), b"3"),
    "streams replaced": (body("sys.stdout = sys.stderr = None; return n"), b"3"),
    "not a number": (body("return [float('nan'), float('inf')]"), b"[NaN,Infinity]"),
    "lone surrogate": (body("return '\\ud800'"), b'"\\ud800"'),
    "other directory": (body("os.chdir('/'); return n"), b"3"),
}


class Local(ExecutorContract):
    def make(self, workers: int = 1) -> LocalExecutor:
        return LocalExecutor(workers=workers)


class Basic(ExecutorContract):
    def make(self, workers: int = 1) -> LocalExecutor:
        return LocalExecutor(workers=workers, sandbox="required:basic")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_candidate_gets_its_verdict_and_harms_no_other(name):
    text, status, words = BAD[name]
    limits = IDLE if words == "idle" else LIMITS
    bad, control = Local().run(task(text, limits=limits), task(CONTROL))
    assert bad.status is status, bad
    assert words in bad.detail
    assert bad.output is None
    assert len(bad.detail.encode()) <= 2048
    assert control.output == b'[3,"honest"]'
    # What has a verdict of its own never waits for the wall, however busy the machine is.
    assert words == "idle" or bad.seconds < LIMITS.wall_seconds


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_but_honest_candidate_succeeds(name):
    text, expected = GOOD[name]
    odd, control = Local().run(task(text), task(CONTROL))
    assert odd.status is StageStatus.SUCCESS, odd
    assert expected is None or odd.output == expected
    assert odd.seconds < LIMITS.wall_seconds
    assert control.output == b'[3,"honest"]'


def test_only_the_wall_marks_a_timeout_as_the_machines():
    asleep, busy = Local().run(task(BAD["sleep"][0], limits=IDLE), task(BAD["loop"][0]))
    assert asleep.by_wall
    assert not busy.by_wall
    # The timer counts in ticks, the verdict in microseconds.
    assert 0.8 * LIMITS.cpu_seconds < busy.cpu_seconds < LIMITS.cpu_seconds + 1


def test_streams_are_kept_head_and_tail():
    text = body("print('head' + 'x' * 300_000 + 'tail'); sys.stderr.write('err'); return n")
    (result,) = Local().run(task(text))
    assert result.stdout.startswith(b"head")
    assert result.stdout.endswith(b"tail\n")
    assert b"bytes left out" in result.stdout
    assert len(result.stdout) < 70_000
    assert result.stderr == b"err"


def test_equal_failures_have_equal_words():
    text = body("raise ValueError(object(), os.getcwd(), __file__)")
    first, second = Local().run(task(text), task(text))
    assert first.detail == second.detail
    assert "<scratch>" in first.detail


def test_randomness_without_a_seed_is_the_same_every_time():
    text = "import random, numpy as np\ndef entry(n):\n    return [random.random(), np.random.rand()]\n"
    first = Local().run(task(text, imports=("numpy",)), task(text, imports=("numpy",)))
    again = Local().run(task(text, imports=("numpy",)))
    assert len({result.output for result in [*first, *again]}) == 1


def test_numpy_values_become_plain_numbers():
    text = "import numpy as np\ndef entry(n):\n    a = np.arange(3)\n"
    text += (
        "    return {'a': a, 'x': a[1], 'f': np.float32(0.5), 'd': np.float64(2), 'b': np.bool_(1), 'z': np.eye(2)}\n"
    )
    (result,) = Local().run(task(text, imports=("numpy",)))
    assert result.output == b'{"a":[0,1,2],"x":1,"f":0.5,"d":2.0,"b":true,"z":[[1.0,0.0],[0.0,1.0]]}'


DAEMON = (
    HEAD
    + """
def entry(n):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            for s in range(1, 20):
                if s not in (9, 17, 19):
                    signal.signal(s, signal.SIG_IGN)
            os.write(1, b"%d\\n" % os.getpid())
            while True:
                time.sleep(600)
        os._exit(0)
    os.waitpid(pid, 0)
    child = os.fork()
    if child == 0:
        os.write(1, b"%d\\n" % os.getpid())
        time.sleep(600)
    time.sleep(0.1)
    return n
"""
)


def test_daemons_are_gone_when_the_verdict_comes():
    # No wall against processes there, so the sweep after each candidate has to do it.
    result, control = Basic().run(task(DAEMON), task(CONTROL))
    assert result.status is StageStatus.SUCCESS
    pids = [int(pid) for pid in result.stdout.split()]
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert control.output == b'[3,"honest"]'

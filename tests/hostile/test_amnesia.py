"""Programs that are to forget and try not to: every place where a process could leave something to the next one."""

import asyncio
from pathlib import Path

import pytest

from evo.config.pipeline import load_pipeline
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, offered
from evo.records import Evaluation, EvaluationStatus, Program
from tests.contracts.problems import make_problem
from tests.evaluate.test_conversation import YAML, evaluate

IMPORTS = "numpy, os, sys, builtins, ctypes, socket, tempfile, threading, time, random, resource"
STATEMENT = (
    YAML.replace("math, numpy, os, time, sys, json, struct, resource", IMPORTS)
    .replace("cpu_seconds: 0.4", "cpu_seconds: 8")
    .replace("entry: f,", "entry: absorb,")
)
JUDGE = """
import os
from evo.judging import stream

def evaluate(candidate, params):
    number = int.from_bytes(os.urandom(3), "little") + 1
    found = stream(candidate, [number, 0, 0], most_bytes=3)
    return {"objective": float(found == number), "feedback": ""}
"""
HONEST = """
import numpy as np

def absorb(state, block):
    return np.frombuffer(block.to_bytes(3, "little"), np.uint8) if len(state) == 0 else state

def answer(state):
    return int.from_bytes(state.tobytes(), "little")
"""
TEMPLATE = """
import numpy as np
{}

def absorb(state, block):
    if len(state) == 0:
        try:
            keep(block)
        except Exception:
            pass
    return np.array([1], np.uint8)

def answer(state):
    try:
        return int(kept() or 0)
    except Exception:
        return 0
"""
SHARED = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
def place():
    return libc.shmat(libc.shmget(4711, 4096, 0o1666), None, 0)
def keep(n):
    ctypes.c_int.from_address(place()).value = n
def kept():
    return ctypes.c_int.from_address(place()).value
"""
PLACES = {
    "a global": "KEPT = [0]\ndef keep(n): KEPT[0] = n\ndef kept(): return KEPT[0]\n",
    "a default argument": "def keep(n, box=[0]): box[0] = n\ndef kept(): return keep.__defaults__[0][0]\n",
    "the built-ins": "import builtins\ndef keep(n): builtins.kept = n\ndef kept(): return builtins.kept\n",
    "a module": "import random\ndef keep(n): random.kept = n\ndef kept(): return random.kept\n",
    "the warm numpy": "def keep(n): np.kept = n\ndef kept(): return np.kept\n",
    "the random state": (
        "import random\ndef keep(n): random.seed(n)\n"
        "def kept(): return next(n for n in range(1, 9) if random.Random(n).random() == random.random())\n"
    ),
    "the environment": "import os\ndef keep(n): os.environ['KEPT'] = str(n)\ndef kept(): return os.environ['KEPT']\n",
    "a file of its folder": "def keep(n): open('kept', 'w').write(str(n))\ndef kept(): return open('kept').read()\n",
    "its own text": (
        "def keep(n): open('program.py', 'a').write(f'\\nLAST = {n}')\ndef kept(): return globals()['LAST']\n"
    ),
    "its compiled text": (
        "import os\ndef keep(n):\n    os.makedirs('__pycache__', exist_ok=True)\n"
        "    open('__pycache__/kept', 'w').write(str(n))\ndef kept(): return open('__pycache__/kept').read()\n"
    ),
    "a temporary file": (
        "import tempfile, os\ndef path(): return os.path.join(tempfile.gettempdir(), 'evo-kept')\n"
        "def keep(n): open(path(), 'w').write(str(n))\ndef kept(): return open(path()).read()\n"
    ),
    "/tmp": "def keep(n): open('/tmp/evo-kept', 'w').write(str(n))\ndef kept(): return open('/tmp/evo-kept').read()\n",
    "/var/tmp": (
        "PATH = '/var/tmp/evo-kept'\ndef keep(n): open(PATH, 'w').write(str(n))\ndef kept(): return open(PATH).read()\n"
    ),
    "shared memory": (
        "PATH = '/dev/shm/evo-kept'\ndef keep(n): open(PATH, 'w').write(str(n))\ndef kept(): return open(PATH).read()\n"
    ),
    "shared memory of System V": SHARED,
    "a process that lives on": (
        "import os, socket, time\ndef keep(n):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        s = socket.socket(socket.AF_UNIX); s.bind('\\0evo-kept'); s.listen()\n"
        "        while True: s.accept()[0].send(str(n).encode())\n"
        "def kept():\n    s = socket.socket(socket.AF_UNIX); s.connect('\\0evo-kept'); return s.recv(99)\n"
    ),
    "a thread": (
        "import threading\ndef keep(n): threading.Thread(target=setattr, args=(threading, 'kept', n)).start()\n"
        "def kept(): return threading.kept\n"
    ),
    "the name of its folder": (
        "import os\ndef keep(n): os.rename(os.getcwd(), os.getcwd() + f'-{n}')\n"
        "def kept(): return os.getcwd().rpartition('-')[2]\n"
    ),
    "a folder above": (
        "import os\ndef keep(n): os.mkdir(f'../kept-{n}')\n"
        "def kept(): return next(f for f in os.listdir('..') if 'kept' in f).rpartition('-')[2]\n"
    ),
    "a limit of its process": (
        "import resource\ndef keep(n): resource.setrlimit(resource.RLIMIT_STACK, (n, resource.getrlimit(3)[1]))\n"
        "def kept(): return resource.getrlimit(resource.RLIMIT_STACK)[0]\n"
    ),
}


def test_what_the_state_holds_is_handed_on(tmp_path: Path):
    (found,) = evaluate(tmp_path, HONEST, judge=JUDGE, yaml=STATEMENT)
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 1.0), found.feedback


# `basic` has no walls around files and processes, and says so.
@pytest.mark.parametrize("tier", [tier for tier in offered() if tier in {Tier.STANDARD, Tier.STRICT}])
def test_nothing_else_survives(tmp_path: Path, tier: Tier):
    problem = make_problem(tmp_path, judge=JUDGE, yaml=STATEMENT)

    async def scored() -> list[Evaluation]:
        executor = LocalExecutor(workers=1, sandbox=f"required:{tier}")
        async with Evaluator(problem=problem, graph=Graph.of(load_pipeline("default")), executor=executor) as evaluator:
            return [await evaluator.evaluate(Program.of(TEMPLATE.format(place))) for place in PLACES.values()]

    found = asyncio.run(scored())
    escaped = [name for name, each in zip(PLACES, found, strict=True) if each.objective]
    assert escaped == []
    # Trying is no failure in itself; it is one where the program dies of it.
    assert sum(each.status is EvaluationStatus.VALID for each in found) >= len(PLACES) - 4


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return np.zeros(4, np.uint8)", "state: expected at most 3 bytes, got 4"),
        ("return np.zeros(1)", "state: expected bytes in one dimension, got <f8"),
        ("return np.zeros((1, 3), np.uint8)", "state: expected bytes in one dimension"),
        ("return b'abc'", "expected plain data or an array"),
        ("return [1, 2, 3]", "state: expected an array of bytes"),
        ("return None", "state: expected an array of bytes"),
        ("return {'state': np.zeros(1, np.uint8)}", "state: expected an array of bytes"),
    ],
)
def test_states_that_are_none_are_refused(tmp_path: Path, body: str, said: str):
    text = f"import numpy as np\ndef absorb(state, block):\n    {body}\ndef answer(state): return 0\n"
    (found,) = evaluate(tmp_path, text, judge=JUDGE, yaml=STATEMENT)
    assert found.objective is None
    assert said in found.feedback or any(said in stage.detail for stage in found.stages), found


def test_a_state_is_the_programs_own_copy_and_starts_anew_with_each_stream(tmp_path: Path):
    judge = """
    from evo.judging import Amnesia

    def evaluate(candidate, params):
        memory = Amnesia(candidate, 3)
        for _ in range(2):
            memory.begin()
            memory.absorb("absorb", 7)
            assert memory.ask("spoil") == memory.ask("spoil") == 7
        assert candidate.usage.restarts == 6
        return {"objective": memory.longest}
    """
    text = HONEST + "\ndef spoil(state):\n    said = answer(state)\n    state[:] = 0\n    return said\n"
    (found,) = evaluate(tmp_path, text, judge=judge, yaml=STATEMENT)
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 3.0), found.feedback

"""Consultations through real processes: programs that ask, honest and hostile, and what a question costs."""

import pytest

from evo.records import EvaluationStatus, StageStatus
from tests.evaluate.test_conversation import YAML, evaluate, score_of

JUDGE = """
from evo.judging import Invalid, QueryLedger, consult, integer

def evaluate(candidate, params):
    ledger = QueryLedger(params["n"], {"square": 1})
    def ask(body):
        value = integer(body, "question", low=0, high=1000)
        return ledger.once("square", value, lambda: value * value)
    found = consult(candidate, "f", 3, ledger=ledger, ask=ask)
    return {
        "objective": float(integer(found.answer, "answer", low=0, high=10**9)),
        "metrics": {"spent": ledger.spent},
        "feedback": ledger.words(),
    }
"""


def consulted(folder, *texts, yaml=YAML, judge=JUDGE):
    return evaluate(folder, *texts, judge=judge, yaml=yaml)


HONEST = "def f(n):\n    a = yield {'ask': n}\n    b = yield {'ask': a}\n    return b\n"


def test_a_generator_keeps_its_place_between_questions(tmp_path):
    (found,) = consulted(tmp_path, HONEST)
    assert (found.status, found.objective, found.metrics["spent"]) == (EvaluationStatus.VALID, 81.0, 2)


def test_the_posted_answer_counts_at_the_end_of_the_budget(tmp_path):
    text = "def f(n):\n    for k in range(99):\n        yield {'best': k}\n        yield {'ask': k}\n"
    (found,) = consulted(tmp_path, text)
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 3.0)
    assert "then the budget was used up" in found.feedback


ENDS = {
    "has no yield": ("def f(n):\n    return 3\n", StageStatus.FAILED, "expected f to be a generator"),
    "raises in the middle": ("def f(n):\n    yield {'ask': 1}\n    1 / 0\n", StageStatus.FAILED, "line 3, in f"),
    "asks for no data": ("def f(n):\n    yield {'ask': f}\n", StageStatus.INVALID_RESULT, "plain data"),
    "asks nonsense": ("def f(n):\n    yield {'ask': 'all'}\n", StageStatus.FAILED, "question: expected an integer"),
    "asks two at once": ("def f(n):\n    yield {'ask': 1, 'best': 2}\n", StageStatus.FAILED, "to be yielded"),
    "never returns": ("def f(n):\n    yield {'ask': 1}\n    while True: pass\n", StageStatus.TIMEOUT, "CPU seconds"),
    "asks much": ("def f(n):\n    yield {'ask': 'x' * 99_999}\n", StageStatus.OUTPUT_LIMIT, "over the limit of 20 kB"),
    "asks without end": (
        "def f(n):\n    yield {'best': 1}\n    while True:\n        yield {'best': 1}\n",
        StageStatus.TIMEOUT,
        "",
    ),
    "claims to be at its end": (
        "class G:\n    def send(self, reply): return 3\ndef f(n):\n    return G()\n",
        StageStatus.FAILED,
        "to be yielded",
    ),
    "reads the judge's frames": (
        (
            "import sys\ndef f(n):\n    yield {'ask': len(sys._getframe(1).f_locals)}\n"
            "    frame = sys._getframe(1)\n    while frame:\n"
            "        if 'ledger' in frame.f_locals: frame.f_locals['ledger'].budget = 10**9\n"
            "        frame = frame.f_back\n    for k in range(9): yield {'ask': 100 + k}\n    return 1\n"
        ),
        StageStatus.FAILED,
        "no answer was posted",
    ),
}


SLOW = """
from evo.judging import QueryLedger, consult

def evaluate(candidate, params):
    ledger = QueryLedger(10**9, {"square": 1})
    def ask(body):
        for _ in range(body): pass
    return {"objective": float(consult(candidate, "f", 3, ledger=ledger, ask=ask).answer)}
"""


@pytest.mark.parametrize(
    ("size", "status", "words"),
    [
        (10, StageStatus.TIMEOUT, "it asked without end"),
        (10**12, StageStatus.JUDGE_ERROR, "over the limit of 0.3 CPU seconds"),
    ],
)
def test_who_makes_a_consultation_long_pays_for_it(tmp_path, size, status, words):
    text = f"def f(n):\n    while True:\n        yield {{'ask': {size}}}\n"
    yaml = YAML.replace("cpu_seconds: 0.4", "cpu_seconds: 20").replace("judge_seconds: 0.5", "judge_seconds: 0.3")
    (found,) = consulted(tmp_path, text, yaml=yaml, judge=SLOW)
    assert score_of(found).status is status
    assert words in score_of(found).detail


@pytest.mark.parametrize("name", ENDS)
def test_how_consultations_end(tmp_path, name):
    text, status, words = ENDS[name]
    (found,) = consulted(tmp_path, text)
    assert found.status is not EvaluationStatus.VALID
    stage = score_of(found)
    assert stage.status is status, stage.detail
    assert words in stage.detail


ARRAYS = """
import numpy as np
from evo.judging import QueryLedger, consult

def evaluate(candidate, params):
    ledger = QueryLedger(10**6, {"number": 1})
    def ask(body):
        ledger.charge("number", body.shape[0])
        return np.frombuffer(body.data, body.dtype) * 2
    found = consult(candidate, "f", 3, ledger=ledger, ask=ask)
    return {"objective": float(found.answer), "metrics": {"spent": ledger.spent}}
"""


def test_batches_travel_as_arrays(tmp_path):
    text = (
        "import numpy as np\ndef f(n):\n    got = yield {'ask': np.arange(1000.0)}\n"
        "    assert type(got) is np.ndarray\n    return float(got.sum())\n"
    )
    (found,) = consulted(tmp_path, text, judge=ARRAYS)
    assert (found.status, found.objective, found.metrics["spent"]) == (EvaluationStatus.VALID, 999000.0, 1000)

"""ann_graph: the search against a scan and by hand, clouds drawn anew, what each rung is worth, points of one's own."""

import functools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from evo.judging import Invalid
from evo.llm.offline.ideas import idea_moves, load_ideas
from evo.llm.offline.syntax_tree import parse_source
from tests.problems.inside import Inside, judge_modules

PACK = Path(__file__).parents[2] / "problems" / "ann_graph"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"n": 2000, "queries": 150, "families": ["clusters", "gaussian"], "draws": 1, "draw": 1, "degree": 12}
TEXTBOOK, BEST_SEEN = 212, 103
"""Distances per query with nearest neighbours and random links, and with the best that was seen, on these clouds."""
DIVERSE = '''
def diverse(points, node, ids, room):
    ids = np.array(ids, dtype=int)
    far = away(points, node, ids)
    chosen = []
    for place in np.argsort(far, kind="stable"):
        if len(chosen) < room and (away(points, int(ids[place]), ids[chosen]) > far[place]).all():
            chosen.append(place)
    return [int(ids[place]) for place in chosen]


def select(points, node, near, room):
    """The paper's rule: no neighbour that is nearer to one linked already."""
    return diverse(points, node, near, 12)
'''
TRIM = """
def trim(points, node, ids, room):
    return diverse(points, node, ids, room)
"""


CLOUDS, JUDGE = judge_modules(PACK, "clouds", "evaluate")


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def evaluations(text):
    return judged(text)["objective"]


def with_part(text, part, body):
    """Return a program with one of its functions replaced."""
    start = text.index(f"def {part}(")
    return text[:start] + body.strip() + text[text.index("\n\n\ndef", start) :]


@pytest.mark.parametrize("family", ["clusters", "gaussian", "manifold", "shifted"])
def test_clouds_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        CLOUDS.cloud(family, draw, 200, 20, params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert (one.points != secret.points).any()
    assert (one.points != other.points).any()
    assert (len(one.points), len(one.queries)) == (200, 20)
    assert not {tuple(point) for point in one.points} & {tuple(query) for query in one.queries}


def test_a_search_of_everything_is_a_scan_and_stops_as_it_says():
    rng = np.random.default_rng(1)
    table = rng.random(30).tolist()
    complete = [[other for other in range(30) if other != node] for node in range(30)]
    nearest = set(np.argsort(table)[: JUDGE.NEIGHBOURS].tolist())
    assert JUDGE.search(complete, [5], table, 10) == (nearest, 30)
    line = [[node + 1] if node < 29 else [] for node in range(30)]
    # Downhill to 0 and up again: with a beam of 10 the search goes on until all of it is nearer than what is ahead.
    away = [abs(node - 12) + 0.5 * (node > 12) for node in range(30)]
    found, count = JUDGE.search(line, [0], away, 10)
    assert found == set(np.argsort(away, kind="stable")[:10].tolist())
    assert count == 18


def test_the_count_is_interpolated_where_recall_passes(monkeypatch):
    recalls = {10: (0.90, 50), 14: (0.94, 70), 20: (0.98, 100)}
    truth = [set(range(10))] * 50

    def found(links, entry, table, beam):
        share, count = recalls[beam]
        right = round(share * 10 * 50)
        each = [right // 50 + (k < right % 50) for k in range(50)]
        return set(range(each[table])), count

    monkeypatch.setattr(JUDGE, "search", found)
    seen = JUDGE.searched([[]] * 2000, [0], (None, list(range(50)), truth))
    assert seen["score"] == pytest.approx(70 + 0.25 * 30)
    assert seen["beam"] == 20


def test_the_ring_of_the_cases_is_searched_as_there():
    known = JUDGE.drawn("clusters", 1, 60, 20, "")
    ring = [[(node + 1) % 60, (node - 1) % 60] for node in range(60)]
    found = JUDGE.searched(ring, [0], known)
    assert found["score"] == pytest.approx(56.43181818181818)
    assert JUDGE.searched([[] for _ in ring], [0], known)["score"] == pytest.approx(116.7)


def test_measures_are_those_of_the_graph():
    points = np.array([[0.0], [1.0], [2.0], [30.0]])
    found = JUDGE.traits([[1], [2, 3], [], [0]], [0], points)
    assert found == {"degree": 1.0, "long": 0.5, "reached": 1.0}
    assert JUDGE.traits([[1], [], [], []], [0], points)["reached"] == 0.5


def test_seeds_and_the_papers_rule_stand_on_their_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        first = judged(text)
        answers = Inside(text).map(
            "build", [(JUDGE.drawn(name, 1, 2000, 150, "")[0].points, 12) for name in PARAMS["families"]]
        )
        began = time.process_time()
        for name, answer in zip(PARAMS["families"], answers, strict=True):
            JUDGE.searched(*JUDGE.read(answer, 2000, 12), JUDGE.drawn(name, 1, 2000, 150, ""))
        assert time.process_time() - began < 2
        assert first == JUDGE.evaluate(Inside(text), PARAMS)
    assert judged(SEEDS["nearest"])["metrics"]["evaluations_clusters"] > 2000  # Islands, as the paper's rule avoids.
    assert evaluations(SEEDS["random_links"]) == pytest.approx(TEXTBOOK, abs=4)
    paper = with_part(with_part(SEEDS["one_by_one"], "select", DIVERSE), "trim", TRIM)
    assert evaluations(paper) == pytest.approx(106, abs=4)


@pytest.mark.parametrize(
    "seed",
    [pytest.param(name, marks=pytest.mark.soak) for name in ("one_by_one", "nearest", "random_links")],
)
def test_no_idea_alone_is_half_of_the_way(seed):
    ideas = load_ideas(PACK / "ideas")
    assert 6 <= len(ideas) <= 12
    moves = list(idea_moves(parse_source(SEEDS[seed]), ideas))
    assert len(moves) >= len(ideas) - 2
    for summary, changed in moves:
        assert evaluations(changed) > (TEXTBOOK + BEST_SEEN) / 2, summary


def test_every_idea_fits_a_seed():
    ideas = load_ideas(PACK / "ideas")
    fitting = {summary for text in SEEDS.values() for summary, _ in idea_moves(parse_source(text), ideas)}
    assert len(fitting) == len(ideas)


def test_points_of_ones_own_are_read_and_wrong_ones_are_named(tmp_path):
    folder = tmp_path / "ann_graph"
    shutil.copytree(PACK, folder)
    clouds, _ = judge_modules(folder, "clouds", "evaluate")
    assert clouds.cloud("own", 1, 100, 10, {}).points.shape == (100, 16)
    (folder / "own").mkdir()
    mine = np.arange(600, dtype="f4").reshape(200, 3)
    np.save(folder / "own" / "points.npy", mine)
    found = clouds.cloud("own", 1, 100, 10, {})
    assert (found.points.shape, found.queries.shape) == ((190, 3), (10, 3))
    assert {tuple(row) for row in (*found.points, *found.queries)} == {tuple(row) for row in mine.astype(float)}
    np.save(folder / "own" / "points.npy", mine[:50])
    with pytest.raises(ValueError, match=r"points.npy: expected finite numbers of shape \(n, d\), n at least 100"):
        clouds.cloud("own", 1, 100, 10, {})


@pytest.mark.parametrize("entry", [[], [0, 0], [2000], "0", [True], [1.0]])
def test_entries_that_are_none_are_refused(entry):
    with pytest.raises(Invalid):
        JUDGE.read({"links": [[]] * 2000, "entry": entry}, 2000, 12)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_number_of_threads_changes_nothing(threads):
    program = (
        f"import sys; sys.path[:0] = [{str(PACK)!r}]\n"
        "import evaluate\n"
        "known = evaluate.drawn('manifold', 1, 300, 20, '')\n"
        "print(sum(known[1][0]).hex(), sorted(known[2][0]))\n"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    known = JUDGE.drawn("manifold", 1, 300, 20, "")
    assert done.stdout.strip() == f"{sum(known[1][0]).hex()} {sorted(known[2][0])}"

"""Judges that call their programs say the same twice and with any number of BLAS threads, within 2 s of CPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.yardstick import slowness

ROOT = Path(__file__).parents[2]
SMALL = {
    path.parent.name: yaml.safe_load(path.read_text())["quick"]
    for path in sorted((ROOT / "benchmarks" / "packs_baselines").glob("*/rows.yaml"))
}
"""Packs from papers, and what makes a quick form of each; the long form is as the packs are."""
OTHERS = ("cell_sorting", "generator_sorting", "online_bin_packing")


def said(threads, packs, *most):
    """Return what another process says of the packs with so many BLAS threads."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-m", "tests.problems.judged", json.dumps(packs), *map(str, most)],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(names, threads)},
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )
    return json.loads(done.stdout)


def check_alike(packs, *most):
    one, four = (said(threads, packs, *most) for threads in ("1", "4"))
    assert one.keys() == four.keys() == packs.keys()
    for name, seeds in one.items():
        assert seeds
        for (seed, words, again, seconds), (_, other, other_again, _) in zip(seeds, four[name], strict=True):
            assert again, (name, seed)
            assert other_again, (name, seed)
            assert words == other, (name, seed)
            assert seconds < 2 * slowness(), (name, seed)


def test_packs_from_papers():
    check_alike(SMALL, 1)


@pytest.mark.soak
@pytest.mark.parametrize("name", [*SMALL, *OTHERS])
def test_packs_as_they_are(name):
    check_alike({name: {}})

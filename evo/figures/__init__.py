"""Figures of runs as values: best so far, bands over runs, archive, lineage, operators, costs, before and after.

    from evo import figures, open_run

    with open_run("runs/20261123-201501-circle_packing-3fa9") as view:
        figures.progress(view)                            # the last value of a notebook's cell is shown there
        figures.lineage(view).save(Path("lineage.svg"))   # or .png; of a strip also .gif

Each is a function of a run's folder alone: nothing of the problem is imported, no network is used, and equal runs give
equal files. Texts of programs and models are drawn as texts, with everything taken out that could steer or mislead.
"""

from evo.figures.archive_map import archive_map
from evo.figures.bands import bands
from evo.figures.costs import costs
from evo.figures.figure import Figure
from evo.figures.lineage import lineage
from evo.figures.operators import operators
from evo.figures.progress import progress
from evo.figures.strip import Strip, strip

__all__ = ["Figure", "Strip", "archive_map", "bands", "costs", "lineage", "operators", "progress", "strip"]

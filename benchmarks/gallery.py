"""The gallery: a picture of every pack on one sheet, drawn by the packs themselves after a short offline search.

    python benchmarks/gallery.py FOLDER [--tickets 12] [--only PACK ...]

Runs that are in the folder already are not made again. The sheet is `docs/pictures/packs.png`.
"""

import argparse
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from packs import evo
from PIL import Image

from evo.store.pictures import read_best_picture

ROOT = Path(__file__).parents[1]
SHEET = ROOT / "docs" / "pictures" / "packs.png"
PACKS = sorted(path.parent.name for path in (ROOT / "problems").glob("*/picture.py"))
COLUMNS = 6
SIDE = 480
"""Pixels of the longer side of one picture at most."""
COLOURS = 128
"""Of the sheet: enough for lines and surfaces, and a third of the bytes."""


def picture(folder, pack, tickets):
    """Return the picture of the best of a short run of a pack; None where it has drawn none."""
    place = folder / pack
    if not place.is_dir():
        evo("run", pack, "--quiet", "--set", f"budget.tickets={tickets}", "--runs-dir", place)
    (run,) = place.glob("2*")
    return read_best_picture(run)


def main():
    """Make what is missing and draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the runs are kept")
    parser.add_argument("--tickets", type=int, default=12, help="of a run")
    parser.add_argument("--only", nargs="+", choices=PACKS, default=PACKS)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    found = {}
    for pack in asked.only:
        if drawn := picture(folder, pack, asked.tickets):
            found[pack] = drawn
        print(pack, "drawn" if drawn else "has no picture", flush=True)
    rows = -(-len(found) // COLUMNS)
    figure = Figure(figsize=(2.6 * COLUMNS, 2.6 * rows), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes in panels:
        axes.axis("off")
    for axes, (pack, drawn) in zip(figure.axes, found.items(), strict=False):
        image = Image.open(BytesIO(drawn), formats=["PNG"])
        image.thumbnail((SIDE, SIDE))
        axes.imshow(image)
        axes.set_title(pack, fontsize=9)
    sheet = BytesIO()
    figure.savefig(sheet, format="png", metadata={"Software": None})
    Image.open(sheet).convert("RGB").quantize(COLOURS).save(SHEET, optimize=True)


if __name__ == "__main__":
    main()

"""A figure as a value: a notebook shows it, `save` writes it, and equal runs give equal bytes."""

from __future__ import annotations

import re
import unicodedata
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, TypeAlias

from evo.errors import UsageError
from evo.render.outfile import make_folder, write_file
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from pathlib import Path

Canvas: TypeAlias = Any
"""A `matplotlib.figure.Figure`; matplotlib has no types."""

Axes: TypeAlias = Any
"""A `matplotlib.axes.Axes`."""

DPI = 144
INK, QUIET, PALE = "#1a1a1a", "#5c5c5c", "#d8d8d8"
# Okabe and Ito 2008: told apart with any kind of colour vision. The yellow, which is faint on white, comes last.
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A6D00", "#F0E442")
SEED, OTHERS = "seed", "others"
MANY = 2000
"""Marks above which an SVG holds them as one picture: as many paths would be megabytes."""

_STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.formatter.useoffset": False,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "legend.frameon": False,
    "legend.fontsize": 8,
    # Texts stay texts, to be read, searched and enlarged; names within the file are the same every time.
    "svg.fonttype": "none",
    "svg.hashsalt": "evo",
    "path.simplify": True,
}
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing.

    Attributes:
        canvas: of matplotlib, to go on with.
        says: what it shows, in a sentence or two, for those who cannot see it.
    """

    canvas: Canvas
    says: str

    def svg(self) -> str:
        """Return it as an SVG element that stands in a page as well as in a file of its own."""
        buffer = StringIO()
        with _styled():
            self.canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        text = buffer.getvalue()
        text = text[text.index("<svg ") :]
        said = escape(label(self.says, most=2000), quote=True)
        return text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)

    def png(self, dpi: int = DPI) -> bytes:
        """Return it as the bytes of a PNG file with so many dots per inch."""
        buffer = BytesIO()
        with _styled():
            # Without the version of the library, equal figures are equal files.
            self.canvas.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None, "Description": self.says})
        return buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write it as what the file's ending says: .svg or .png; the folder is made if need be.

        Raises:
            UsageError: another ending.
            EvoError: it cannot be written.
        """
        content = self.svg().encode() if ending(path) == ".svg" else self.png()
        make_folder(path.parent)
        write_file(path, content)

    def _repr_svg_(self) -> str:
        return self.svg()


def ending(path: Path, *, known: Iterable[str] = (".svg", ".png")) -> str:
    """Return what a figure's file is to be, by its ending.

    Raises:
        UsageError: no ending of those known.
    """
    found = path.suffix.lower()
    if found not in known:
        raise UsageError(f"{path}: expected a file name that ends with {' or '.join(known)}")
    return found


@contextmanager
def drawn(width: float, height: float) -> Generator[Canvas]:
    """Give an empty canvas of so many inches, in the style of the house; no window system is ever looked for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure as Sheet  # noqa: PLC0415 - heavy

    with _styled():
        canvas: Canvas = Sheet(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")
        FigureCanvasAgg(canvas)
        yield canvas


@contextmanager
def _styled() -> Generator[None]:
    import matplotlib as mpl  # noqa: PLC0415 - heavy

    library: Any = mpl
    with library.rc_context(_STYLE), warnings.catch_warnings():
        # A script that the font lacks is drawn as boxes in a PNG; in an SVG the reader's own fonts have it.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield


def label(text: str, *, most: int = _LONGEST) -> str:
    """Return a text as it may stand in a drawing: one line, nothing that steers, nothing that turns the order round.

    Marks of direction are shown as their numbers, so that what is read is what is there.
    """
    shown = _BIDI.sub(lambda found: f"<{ord(found[0]):04X}>", text[: 4 * most])
    line = " ".join(sanitise(shown).split())
    line = "".join(each for each in line if unicodedata.category(each) not in {"Cc", "Cn", "Co", "Cs"})
    return line if len(line) <= most else line[: most - 1] + "…"


def leading(sizes: Mapping[str, float]) -> Mapping[str, str]:
    """Return for each name the one that it is drawn under: its own for the largest few, `OTHERS` for the rest."""
    if len(sizes) <= len(OKABE_ITO):
        return {name: name for name in sizes}
    kept = sorted(sizes, key=lambda name: (-sizes[name], name))[: len(OKABE_ITO) - 1]
    return {name: name if name in kept else OTHERS for name in sizes}


def colours(names: Iterable[str]) -> Mapping[str, str]:
    """Return a colour for each name, the same whatever their order; seeds and the rest are grey."""
    others = sorted(set(names) - {SEED, OTHERS})
    return {SEED: QUIET, OTHERS: PALE, **{name: OKABE_ITO[place % len(OKABE_ITO)] for place, name in enumerate(others)}}

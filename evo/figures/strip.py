"""Before and after: the pictures of some steps of a program's line side by side, or one after another as a GIF."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from evo.errors import NotFoundError
from evo.figures.figure import DPI, QUIET, Axes, Canvas, Figure, drawn, ending, label
from evo.render.lineage import Steps
from evo.render.numbers import delta, objective
from evo.render.outfile import make_folder, write_file
from evo.store.pictures import read_picture
from evo.store.reading.address import BEST, find_program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.render.lineage import LineageStep
    from evo.store.reading.view import RunView

MOST = 5
"""Pictures in a strip, unless more are asked for."""

_SIDE = 2.6
_CAPTION = 0.55
_PIXELS = 900
_MILLISECONDS, _LAST = 1100, 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Some steps with their pictures, the oldest first.

    Attributes:
        pictures: PNG files' bytes, one for each step.
    """

    run: str
    steps: Sequence[LineageStep]
    pictures: Sequence[bytes]

    def figure(self) -> Figure:
        """Return them side by side."""
        count = len(self.steps)
        with drawn(_SIDE * count, _SIDE + _CAPTION) as canvas:
            for step, picture, axes in zip(
                self.steps, self.pictures, canvas.subplots(1, count, squeeze=False)[0], strict=True
            ):
                _paint(axes, step, picture)
        return Figure(canvas=canvas, says=self.says)

    @property
    def says(self) -> str:
        """What they show, in a sentence."""
        first, last = self.steps[0], self.steps[-1]
        begin = f"from {objective(first.objective)} at ticket {first.ticket}"
        end = f"to {objective(last.objective)} at ticket {last.ticket}"
        return f"Pictures of {len(self.steps)} programs of run {self.run}, {begin} {end}."

    def gif(self) -> bytes:
        """Return them one after another, over and over, as the bytes of a GIF file."""
        from PIL import Image  # noqa: PLC0415 - heavy

        frames: list[Any] = []
        for step, picture in zip(self.steps, self.pictures, strict=True):
            with drawn(_SIDE * 1.6, _SIDE * 1.6 + _CAPTION) as canvas:
                _paint(canvas.subplots(), step, picture)
            drawing = Figure(canvas=canvas, says="").png(DPI)
            frames.append(Image.open(BytesIO(drawing)).convert("RGB").quantize(128))
        buffer = BytesIO()
        times = [_MILLISECONDS] * (len(frames) - 1) + [_LAST]
        frames[0].save(
            buffer, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, disposal=1
        )
        return buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write them as what the file's ending says: .gif, .png or .svg.

        Raises:
            UsageError: another ending.
            EvoError: it cannot be written.
        """
        if ending(path, known=(".gif", ".png", ".svg")) != ".gif":
            self.figure().save(path)
            return
        make_folder(path.parent)
        write_file(path, self.gif())

    def _repr_svg_(self) -> str:
        return self.figure().svg()


def strip_steps(view: RunView, program: str = BEST, *, most: int = MOST) -> list[LineageStep]:
    """Return the steps of a program's line of first parents that a strip shows: both ends, and what gained most.

    Args:
        view: the run.
        program: a hash prefix, `@best`, `@seed` or `tN`.
        most: how many, at least 2.
    """
    line = [step for step in Steps(view).line(find_program(view, program)) if step.objective is not None]
    if len(line) <= most:
        return line
    between = sorted(line[1:-1], key=lambda step: (-(step.delta or 0.0), step.ticket))[: max(most - 2, 0)]
    return sorted([line[0], *between, line[-1]], key=lambda step: step.ticket)


def strip(view: RunView, program: str = BEST, *, most: int = MOST) -> Strip:
    """Return the pictures of a program's line that lie in the run's folder; see `strip_steps`.

    Raises:
        NotFoundError: there is no such program, or none of the steps has a picture.
    """
    steps = strip_steps(view, program, most=most)
    found = [(step, picture) for step in steps if (picture := read_picture(view.folder, step.program)) is not None]
    if not found:
        raise NotFoundError(
            f"run {view.header.id} has no pictures of these programs yet. `evo figure strip {view.header.id} --draw` "
            "has the problem draw them: each program runs once more in the sandbox"
        )
    return Strip(run=view.header.id, steps=[step for step, _ in found], pictures=[picture for _, picture in found])


def _paint(axes: Axes, step: LineageStep, picture: bytes) -> None:
    axes.imshow(_pixels(picture))
    axes.set_axis_off()
    gained = f" ({delta(step.delta, digits=3)})" if step.delta else ""
    axes.set_title(f"{objective(step.objective)}{gained}", fontsize=10, fontweight="bold", loc="center")
    said = f"t{step.ticket} {label(step.operator, most=16)}"
    axes.text(0.5, -0.02, said, transform=axes.transAxes, ha="center", va="top", fontsize=8, color=QUIET)


def _pixels(picture: bytes) -> Canvas:
    """Return a picture as matplotlib takes it, no larger than it is drawn."""
    from PIL import Image  # noqa: PLC0415 - heavy

    image = Image.open(BytesIO(picture), formats=["PNG"])
    image.thumbnail((_PIXELS, _PIXELS))
    return image.convert("RGB")

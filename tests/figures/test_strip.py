"""Before and after: the pictures that lie in the run's folder, side by side or one after another."""

from io import BytesIO

import pytest
from PIL import Image

from evo.errors import NotFoundError, UsageError
from evo.figures import strip
from evo.figures.strip import strip_steps
from evo.store.pictures import write_picture
from tests.render.small_run import A, C, E


def png(colour, size=(40, 30)):
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, format="PNG")
    return buffer.getvalue()


def test_both_ends_and_what_gained_most(view):
    assert [each.program for each in strip_steps(view)] == [A.id, C.id, E.id]
    assert [each.program for each in strip_steps(view, most=2)] == [A.id, E.id]


def test_without_pictures_the_way_to_them_is_said(view):
    with pytest.raises(NotFoundError, match="evo figure strip 20260101-120000-toy-3fa9 --draw"):
        strip(view)


def test_pictures_side_by_side_and_one_after_another(view, tmp_path):
    write_picture(view.folder, A.id, png("red"))
    write_picture(view.folder, E.id, png("blue"))
    found = strip(view)
    assert "Pictures of 2 programs" in found.says
    assert "from 0.5 at ticket 0 to 1 at ticket 4" in found.says
    assert "<svg" in found._repr_svg_()
    for name in ("a.png", "a.svg", "a.gif"):
        found.save(tmp_path / name)
    with Image.open(tmp_path / "a.gif") as film:
        assert film.n_frames == 2
    with pytest.raises(UsageError, match=r"or \.svg"):
        found.save(tmp_path / "a.webp")

"""Best so far: what the figure says is what the log holds."""

from evo.figures import progress


def test_it_says_the_best(view):
    figure = progress(view)
    assert "7 tickets, 4 of them VALID; the best is 1 m" in figure.says
    assert progress(view).svg() == figure.svg()
    assert "best so far" in figure.svg()


def test_every_valid_program_is_a_dot_and_the_line_steps_up(view):
    (axes,) = figure_axes(progress(view))
    dots = sum(len(each.get_offsets()) for each in axes.collections)
    assert dots == 4
    line = next(each for each in axes.lines if each.get_label() == "best so far")
    assert [float(y) for y in line.get_ydata()] == [0.5, 0.5, 0.75, 0.75, 1.0, 1.0, 1.0]


def test_less_may_be_better(short):
    (axes,) = figure_axes(progress(short))
    line = next(each for each in axes.lines if each.get_label() == "best so far")
    assert [float(y) for y in line.get_ydata()] == [0.5, 0.25, 0.25]


def test_a_run_without_programs_is_drawn(empty):
    assert "no program is VALID" in progress(empty).says
    assert progress(empty).png()


def figure_axes(figure):
    return figure.canvas.axes

"""The half that needs no script: facts, story, elites and how to repeat it, with every text escaped."""

import os

from evo.store.reading.view import RunView
from evo.web.contents import gather_contents
from evo.web.paper import write_paper
from tests.hostile.texts import RUN, write_hell
from tests.render.small_run import write_run


def paper(folder, *, figures=False):
    return "\n".join(write_paper([gather_contents(folder)], [folder], figures=figures))


def test_facts_story_and_elites(tmp_path):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    (folder / "env.json").write_text('{"python": "3.11.7", "packages": {"numpy": "2"}}')
    told = paper(folder)
    for said in ("toy/7, maximize", "1 m", "finished tickets", "wider [bold]search[/bold]", "Elites", "evo replay ."):
        assert said in told
    assert "python 3.11.7" in told
    assert "numpy" not in told


def test_figures_are_pictures(tmp_path):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    assert paper(folder, figures=True).count('src="data:image/svg+xml;base64,') == 5


def test_no_text_becomes_an_element(tmp_path):
    folder = write_hell(tmp_path / RUN, long=False)
    told = paper(folder)
    for sign in ("<script", "<img", "<svg", "<iframe", "<b>", 'onerror="', "<!--", "]]>", "\u202e", "\x1b"):
        assert sign not in told.replace("<b>", "", told.count("<li><b>")), sign


def test_a_file_of_the_folder_that_is_a_link_or_a_pipe_is_not_read(tmp_path):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    os.mkfifo(folder / "env.json")
    assert "evo 0, seed 5" in paper(folder)
    (folder / "env.json").unlink()
    (folder / "env.json").symlink_to("/etc/passwd")
    assert "root:" not in paper(folder)


def test_noise_and_the_hold_out_are_told(tmp_path, monkeypatch):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    assert "noise" not in paper(folder)
    status = RunView.status

    def noisy(view):
        found = status(view)
        best = {**found["best"], "noisy": True, "scores": 3, "spread": 0.25}
        held = {"objective": 0.75, "status": "VALID", "unit": "m", "program": best["program"], "instance": "9_holdout"}
        return {**found, "noisy": 2, "best": best, "holdout": held}

    monkeypatch.setattr(RunView, "status", noisy)
    told = paper(folder)
    assert "best noisy: mean of 3 scores, ±0.25 each; 2 programs known to be noisy" in told
    assert "0.75 m" in told
    assert "9_holdout, drawn from the run&#x27;s secret" in told

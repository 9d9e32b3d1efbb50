"""What is dearer than it was is told from what is noise; benchmarks/compare.py."""

import json

import pytest

from benchmarks import compare


def entries(*values):
    return [{"figures": {"loop.cpu_ms_per_candidate": value}} for value in values]


@pytest.mark.parametrize(
    ("value", "earlier", "ratio", "much"),
    [
        (1.0, (), None, False),
        (1.0, (1.0, 1.1, 0.9), 1.0, False),
        (1.3, (1.0, 1.0, 1.0), 1.3, True),
        (1.3, (1.0, 1.0, 1.4), 1.3, False),
        (1.3, (9.0, 1.0, 1.0, 1.0, 1.0, 1.0), 1.3, True),
    ],
)
def test_much_dearer_than_the_last_and_than_all_of_them(value, earlier, ratio, much):
    found = compare.verdicts({"loop.cpu_ms_per_candidate": value}, entries(*earlier))
    assert found == [("loop.cpu_ms_per_candidate", value, ratio, much)]


def test_every_figure_has_a_benchmark_that_gives_it():
    assert {path.partition(".")[0] for path in compare.FIGURES} == set(compare.BENCHMARKS)
    assert set(compare.FIGURES) >= compare.EXACT


def test_what_was_kept_can_be_read_and_is_complete():
    for line in compare.history(compare.HISTORY):
        assert set(line) == {"date", "commit", "python", "machine", "figures"}
        assert set(line["figures"]) <= set(compare.FIGURES)


def test_a_measurement_is_kept_and_the_next_is_put_beside_it(tmp_path, monkeypatch, capsys):
    place, figures = tmp_path / "history.jsonl", iter([1.0, 2.0])
    monkeypatch.setattr(compare, "measured", lambda names: {"loop.cpu_ms_per_candidate": next(figures)})
    for _ in range(2):
        monkeypatch.setattr("sys.argv", ["compare.py", "--keep", "--history", str(place)])
        with pytest.raises(SystemExit) as ended:
            compare.main()
    assert "the driver, a candidate" in ended.value.code
    assert "2.00 x   SLOWER" in capsys.readouterr().out
    assert [json.loads(line)["figures"] for line in place.read_text().splitlines()] == [
        {"loop.cpu_ms_per_candidate": 1.0},
        {"loop.cpu_ms_per_candidate": 2.0},
    ]

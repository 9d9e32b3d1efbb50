"""The log as files."""

import csv
import io
import json

from tests.render.small_run import C, E, write_run


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_csv(read):
    result = read("export")
    assert (result.code, result.err) == (0, "")
    table = rows(result.out)
    assert [row["seq"] for row in table] == [str(i) for i in range(7)]
    assert table[4]["parents"].split() == [C.id, table[1]["program"]]
    assert (table[4]["objective"], table[4]["measure.x"], table[4]["metric.contacts"]) == ("1.0", "1.0", "3.0")
    assert (table[4]["placement"], table[4]["cell"]) == ("NEW", "9")
    assert table[6]["detail"] == "429 rate limit"
    assert table[6]["program"] == ""


def test_jsonl_and_json_are_the_same(read):
    text = read("export", "--format", "jsonl").out
    assert text == read("export", "--json").out
    records = [json.loads(line) for line in text.splitlines()]
    assert records[4]["files"] == dict(E.files)
    assert records[3]["stages"][0]["status"] == "FAILED"
    assert [move["source"] for move in records[4]["migrations"]] == [0, 1]


def test_traces_have_prompt_answer_and_reward(read):
    traces = [json.loads(line) for line in read("export", "--format", "traces").out.splitlines()]
    assert [(each["ticket"], each["reward"]) for each in traces] == [
        (2, 0.75),
        (3, None),
        (4, 1.0),
        (5, 1.0),
        (6, None),
    ]
    assert traces[0]["messages"][1] == {"role": "user", "content": "Ticket 2."}
    assert traces[0]["answer"] == "answer"
    assert [each["thoughts"] for each in traces] == ["", "", "Let me see.", "", ""]


def test_where_less_is_better_the_reward_turns(evo, tmp_path):
    write_run(tmp_path / "20260101-120000-toy-3fa9", direction="minimize")
    text = evo("export", "--format", "traces", "--runs-dir", tmp_path).out
    assert [json.loads(text.splitlines()[0])[name] for name in ("objective", "reward")] == [0.75, -0.75]


def test_a_file_appears_whole_or_not_at_all(read, here):
    result = read("export", "-o", here / "run.csv")
    assert (result.out, len(rows((here / "run.csv").read_text()))) == ("", 7)
    assert "7 lines of csv" in result.err
    failed = read("export", "-o", here / "nowhere" / "run.csv")
    assert failed.code == 1
    assert "cannot be written" in failed.err
    assert [path.name for path in here.iterdir()] == ["run.csv"]

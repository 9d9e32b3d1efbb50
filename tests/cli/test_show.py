"""Everything about one program."""

import json

from tests.render.small_run import A, B, D


def test_show(read):
    data = json.loads(read("show", D.id[:10], "--json").out)
    assert data["program"] == D.id
    assert data["evaluation"]["status"] == "INVALID"
    assert data["evaluation"]["stages"][0]["cpu_seconds"] == 0.1
    assert data["parents"] == [{"program": B.id, "objective": 0.25}]
    assert data["model"]["prompt_size"] == len("You improve programs.") + len("Ticket 3.")
    assert "crossover: joined" in read("show").out


def test_show_prints_texts_alone(read):
    assert read("show", "3fa9:@seed", "--code").out == A.text
    assert read("show", "--prompt").out == "You improve programs.\n\nTicket 4.\n"
    assert read("show", "--answer").out == "answer\n"
    assert json.loads(read("show", "--answer", "--json").out)["answer"] == "answer"
    assert read("show", "--thoughts").out == "Let me see.\n"
    assert json.loads(read("show", "--thoughts", "--json").out)["thoughts"] == "Let me see."
    assert "--thoughts" in read("show").out
    without = read("show", D.id[:10], "--thoughts")
    assert (without.code, without.out) == (4, "")
    assert "handed over no thoughts" in without.err
    seed = read("show", "@seed", "--prompt")
    assert (seed.code, seed.out) == (4, "")
    assert "no model was asked" in seed.err

from random import Random

import pytest

from evo.errors import SpecError
from evo.llm.offline.prompt_reader import Seen, SeenProgram
from evo.llm.offline.prose import TextIdea, load_text_ideas, prose_moves

SETS = (("bill", "bug", "praise"), ("refund", "crash", "love"))
SHEET = "refund: bill\ncrash: bug\n"


def moves(text, *, seen=None, ideas=(), sets=(), seed=0):
    return dict(prose_moves(text, Random(seed), seen or Seen(), ideas, sets))


def test_lines_go_move_and_are_said_with_other_words():
    found = moves(SHEET, sets=SETS)
    assert "crash: bug\n" in found.values()
    assert "crash: bug\nrefund: bill\n" in found.values()
    assert "refund: bill\nlove: praise\ncrash: bug\n" in found.values()
    assert "refund, love: bill\ncrash: bug\n" in found.values()
    assert "refund: praise\ncrash: bug\n" in found.values()
    assert found == moves(SHEET, sets=SETS, seed=0)
    assert set(found.values()) == set(moves(SHEET, sets=SETS, seed=1).values())


def test_lines_of_other_texts_are_taken():
    other = SeenProgram(place="Inspiration", id="1", files={"sheet.txt": "love: praise\ncrash: bug\n"}, language="text")
    found = moves(SHEET, seen=Seen(others=[other]))
    assert "love: praise\nrefund: bill\ncrash: bug\n" in found.values()
    assert not any(text.count("crash: bug") > 1 for text in found.values())


def test_sentences_go_and_change_places():
    found = moves("Be kind. Count twice! Say it.\n").values()
    assert {"Count twice! Say it.\n", "Be kind. Say it.\n"} <= set(found)
    assert any(text.startswith("Count twice! Be kind.") for text in found)


def test_an_idea_is_added_once():
    idea = TextIdea(sentence="Check", lines="Check it.\n")
    assert moves("One line", ideas=[idea])["idea: Check"] == "One line\nCheck it.\n"
    assert "idea: Check" not in moves("One line\nCheck it.\n", ideas=[idea])


def test_a_line_of_one_word_has_nothing_to_change():
    assert moves("Hello\n") == {}


@pytest.mark.parametrize("text", ["", "one sentence\n", "one\nsentence\n\nline\n", "\n\nline\n", "one\n\n  \n"])
def test_an_idea_needs_a_sentence_and_lines(tmp_path, text):
    path = tmp_path / "idea.txt"
    path.write_text(text)
    with pytest.raises(SpecError, match="expected a sentence, an empty line"):
        load_text_ideas([path])


def test_ideas_are_read(tmp_path):
    path = tmp_path / "idea.txt"
    path.write_text("Work in steps.\n\nGo step by step.\nSay each.\n")
    assert load_text_ideas([path]) == (TextIdea(sentence="Work in steps", lines="Go step by step.\nSay each.\n"),)

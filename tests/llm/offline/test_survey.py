from evo.llm.offline.prose import TextIdea
from evo.llm.offline.reply import Knowledge
from evo.llm.offline.survey import survey
from evo.records import Program

KNOWLEDGE = Knowledge(weights={"numbers": 1.0}, ideas=())


def said(*texts, language="python", knowledge=KNOWLEDGE, brief=""):
    return survey([Program.of(text, language=language) for text in texts], knowledge, brief)


def test_what_a_program_has_is_counted():
    text = "STEPS = 20\n\ndef f(x):\n    y = x * 3\n    return y\n"
    assert said(text).startswith("2 numbers, ")
    assert said(text).endswith(" statements, 0 ideas")
    assert said(text, text).startswith("4 numbers, ")


def test_where_there_is_little_the_rest_is_told():
    assert said("def f(x):\n    return x\n") == "0 numbers, 0 statements, 0 ideas, 7 expressions"
    assert said("pass\n") == "0 numbers, 0 statements, 0 ideas, 0 expressions"


def test_a_text_has_lines_words_and_ideas():
    knowledge = Knowledge(weights={}, ideas=(), texts=(TextIdea(sentence="x", lines="More.\n"),))
    text = "refund: bill\nOne. Two.\n"
    found = said(text, language="text", knowledge=knowledge, brief="A tray is `bill` or `bug`.")
    assert found == "0 numbers, 0 statements, 1 idea, 1 word of a set in the brief, 2 lines, 2 sentences"

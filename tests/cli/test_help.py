"""`evo help`: pages and verbs, and what is said of a topic that there is not."""

import pytest

from evo.cli.verbs import VERBS


def test_without_a_topic_the_pages_are_listed_with_their_titles(evo):
    said = evo("help")
    assert said.code == 0
    assert "  configs      Configs" in said.out
    assert "evo help PAGE" in said.out


@pytest.mark.parametrize("verb", ["resume", "mock-server", "help"])
def test_a_verb_is_what_the_page_of_verbs_says_of_it(evo, verb):
    said = evo("help", verb)
    assert said.out.startswith(f"## {verb}\n")
    assert said.out.count("\n## ") == 0
    assert f"    $ evo {verb}" in said.out


def test_every_verb_is_a_topic(evo):
    from evo.cli.help import _verbs

    assert set(VERBS) <= set(_verbs())


def test_a_topic_that_there_is_not_is_answered_with_the_nearest(evo):
    said = evo("help", "confgs")
    assert said.code == 4
    assert "help 'confgs' not found; did you mean configs?" in said.err

"""The table of verbs says what the verbs say, and a verb is loaded when it is called."""

import subprocess
import sys
from importlib import import_module

import pytest

from evo.cli.verbs import VERBS, load_verb

LOADED = "; print(sorted(name for name in sys.modules if name.startswith('evo.cli.')))"


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_repeats_the_first_sentence_of_a_verb(verb):
    assert load_verb(verb).get_short_help_str(1000) == VERBS[verb]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_stands_in_the_file_of_its_name(verb):
    name = verb.replace("-", "_")
    assert hasattr(import_module(f"evo.cli.{name}"), name)


def loaded(*words):
    code = f"import sys; from evo.cli.main import main; main({list(words)!r})" + LOADED
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    files = {verb.replace("-", "_") for verb in VERBS}
    return [name for name in files if f"'evo.cli.{name}'" in done.stdout.splitlines()[-1]]


def test_help_loads_no_verb_and_a_verb_no_other():
    assert loaded("--help") == []
    assert loaded("top", "--help") == ["top"]
    assert loaded("nope") == []


def test_the_nearest_verb_is_offered(evo):
    assert "Did you mean 'status'?" in evo("statsu").err

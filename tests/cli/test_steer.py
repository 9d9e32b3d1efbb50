"""`evo steer`: what cannot be asked for is said before anything of the run is looked at."""

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fly", "x"), "'fly' cannot be asked for; expected hint, ban, pin, seed, weight, model, budget, pause"),
        (("hnt", "x"), "did you mean hint?"),
        (("hint",), "expected hint WORDS; got 0 words after hint (quote what has spaces)"),
        (("hint", "fewer", "circles"), "expected hint WORDS; got 2 words after hint"),
        (("weight", "diff"), "expected weight OPERATOR X; got 1 words"),
        (("weight", "diff", "much"), "expected a number; got 'much'"),
        (("budget", "tickets"), "expected budget tickets|evaluations|seconds|target|patience X; got 1 words"),
        (("pause", "now"), "expected pause; got 1 words"),
    ],
)
def test_what_cannot_be_asked_for(read, words, said):
    done = read("steer", "@last", *words)
    assert done.code == 2
    assert said in done.err
    assert not done.out

import pytest

from evo.llm.offline.word_sets import word_sets

TEXT = """
A tray is one of `bill`, `bug`,
`praise` or `other`; a line is `word: tray`. Words such as `refund` and `invoice` tell.

```
`not`, `these`
```
"""


def test_words_side_by_side_are_a_set():
    assert word_sets(TEXT) == (("bill", "bug", "praise", "other"), ("refund", "invoice"))


MANY = ", ".join(f"`w{k}`" for k in range(99))


@pytest.mark.parametrize("text", ["", "`one`", "`one` is `two`", "`one`, `one`", MANY])
def test_what_is_no_small_set(text):
    assert word_sets(text) == ()

"""The best program's text."""

import json

from tests.render.small_run import E


def test_best_is_the_text_alone(read):
    assert read("best").out == E.text
    data = json.loads(read("best", "--json").out)
    assert data == {"program": E.id, "objective": 1.0, "ticket": 4, "files": dict(E.files)}

"""What needs packages of its own is a matter of `make test-extras`; `make test` stays lean."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    if os.environ.get("EVO_EXTRAS"):
        return
    skipped = pytest.mark.skip(reason="packages of their own: make test-extras")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(skipped)

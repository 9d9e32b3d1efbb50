"""Real servers are a matter of `make test-servers`: they need packages that nobody else does."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    if os.environ.get("EVO_SERVERS"):
        return
    skipped = pytest.mark.skip(reason="real servers: make test-servers")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(skipped)

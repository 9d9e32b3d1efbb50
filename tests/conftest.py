"""What holds for all tests."""

import os

from hypothesis import settings

# The same examples at every run, so that a change is judged by itself; `make soak` draws others.
settings.register_profile("same", derandomize=True)
settings.register_profile("drawn", max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

pytest_plugins = ["tests.toy"]

"""What holds for all tests."""

import os

from hypothesis import settings

# The same examples at every run, so that a change is judged by itself; `make soak` draws others.
# No deadline for an example: how long one takes says how busy the machine is, and no test may fail for that.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("drawn", max_examples=300, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

pytest_plugins = ["tests.toy"]

"""One contract over all shipped parts of a kind."""

import pytest


def over(*parts):
    """Return a mixin that runs a contract for each of these parts, given as functions that make them."""

    class Over:
        @pytest.fixture(autouse=True, params=parts, ids=[repr(part())[:60] for part in parts])
        def _part(self, request):
            self.part = request.param

        def make(self):
            return self.part()

    return Over

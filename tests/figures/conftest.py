import pytest

from evo.store.reading.view import open_run
from tests.render.small_run import write_run


@pytest.fixture(scope="package")
def view(tmp_path_factory):
    """The small run, opened."""
    with open_run(write_run(tmp_path_factory.mktemp("figures") / "20260101-120000-toy-3fa9")) as found:
        yield found


@pytest.fixture(scope="package")
def short(tmp_path_factory):
    """One like it that ended early and minimises."""
    folder = tmp_path_factory.mktemp("figures") / "20260102-120000-toy-b2b2"
    with open_run(write_run(folder, run_id=folder.name, most=3, direction="minimize")) as found:
        yield found


@pytest.fixture(scope="package")
def empty(tmp_path_factory):
    """One in which nothing has happened yet."""
    folder = tmp_path_factory.mktemp("figures") / "20260103-120000-toy-c3c3"
    with open_run(write_run(folder, run_id=folder.name, most=0, state="running")) as found:
        yield found

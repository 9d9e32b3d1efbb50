"""`[RUN:]PROGRAM`: what people type finds what they mean, or says what is nearest."""

import shutil

import pytest

from evo.errors import NotFoundError, UsageError
from evo.store.reading import address
from evo.store.reading.address import Address, find_program, find_run, parse
from evo.store.reading.view import open_run
from tests.render.small_run import A, B, C, D, E, write_run


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("address") / "runs"
    write_run(folder / "20260101-120000-toy-3fa9", created=1.0)
    write_run(folder / "20260101-120001-toy-3fb0", run_id="20260101-120001-toy-3fb0", created=3.0)
    write_run(folder / "20260102-120000-rope-a1c2", run_id="20260102-120000-rope-a1c2", created=2.0)
    return folder


@pytest.fixture
def runs(shared, tmp_path):
    shutil.copytree(shared, tmp_path / "runs")
    return tmp_path / "runs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@best", Address("@last", "@best")),
        ("9f3c", Address("@last", "9f3c")),
        ("3fa9:@seed", Address("3fa9", "@seed")),
        ("a:b/run:@best", Address("a:b/run", "@best")),
        ("3fa9:", Address("3fa9", "@best")),
        (":9f", Address("@last", "9f")),
        ("", Address("@last", "@best")),
    ],
)
def test_parse(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["@last", "3fa9:@last", "@best:9f"])
def test_a_run_where_a_program_belongs(text):
    with pytest.raises(UsageError, match="names a"):
        parse(text)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("@last", "20260101-120001-toy-3fb0"),
        ("20260102", "20260102-120000-rope-a1c2"),
        ("20260101-120000-toy-3fa9", "20260101-120000-toy-3fa9"),
        ("3fa9", "20260101-120000-toy-3fa9"),
        ("a1", "20260102-120000-rope-a1c2"),
    ],
)
def test_find_run(runs, name, found):
    assert find_run(runs, name) == runs / found


def test_find_run_by_path(runs, tmp_path):
    path = runs / "20260102-120000-rope-a1c2"
    assert find_run(tmp_path / "elsewhere", str(path)) == path


def test_an_ambiguous_run_lists_what_it_could_be(runs):
    with pytest.raises(UsageError, match=r"toy-3fa9.*toy-3fb0.*write more"):
        find_run(runs, "3f")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("3fa8", "did you mean 3fa9"),
        ("20260101-120000-toy-3fa8", "did you mean 20260101-120000-toy-3fa9"),
        ("zzzz", "there are 20260102"),
        ("", "not found"),
        ("no/where", "no run here"),
    ],
)
def test_an_unknown_run_names_the_nearest(runs, name, said):
    with pytest.raises(NotFoundError, match=said):
        find_run(runs, name)


def test_last_passes_over_what_it_cannot_read_and_says_so(runs):
    (runs / "foreign").mkdir()
    (runs / ".draft").mkdir()
    (runs / ".gitkeep").touch()
    broken = runs / "20260103-120000-toy-dead"
    broken.mkdir()
    (broken / "run.db").write_bytes(b"not a database" * 100)
    notes = []
    assert find_run(runs, note=notes.append).name == "20260101-120001-toy-3fb0"
    assert len(notes) == 2
    assert "toy-dead is passed over" in notes[0]
    assert "foreign is passed over" in notes[1]


def test_no_run_at_all(tmp_path):
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(NotFoundError, match="evo run CONFIG"):
            find_run(folder)
        with pytest.raises(NotFoundError, match="holds none"):
            find_run(folder, "3fa9")


@pytest.fixture
def view(runs):
    with open_run(find_run(runs)) as view:
        yield view


def test_find_program(view):
    assert find_program(view) == find_program(view, "@best") == E.id
    assert find_program(view, "@seed") == A.id
    for program in (A, B, C, D, E):
        assert find_program(view, program.id) == program.id
        assert find_program(view, program.id[:8].upper()) == program.id


def test_a_prefix_of_one_digit_is_found_or_ambiguous(view):
    ids = [program.id for program in (A, B, C, D, E)]
    for digit in {known[0] for known in ids}:
        meant = [known for known in ids if known[0] == digit]
        if len(meant) == 1:
            assert find_program(view, digit) == meant[0]
        else:
            with pytest.raises(UsageError, match=f"{meant[0][:12]}.*write more"):
                find_program(view, digit)


def test_an_unknown_program_names_the_nearest(view):
    wrong = E.id[:7] + ("0" if E.id[7] != "0" else "1")
    with pytest.raises(NotFoundError, match=f"did you mean {E.id[:8]}"):
        find_program(view, wrong)
    with pytest.raises(NotFoundError, match="did you mean @best"):
        find_program(view, "@bets")
    with pytest.raises(NotFoundError, match="expected a hash prefix"):
        find_program(view, "")


def test_a_run_that_has_no_such_program_yet(tmp_path):
    with open_run(write_run(tmp_path / "run", most=0)) as view:
        with pytest.raises(NotFoundError, match="has committed nothing yet"):
            find_program(view)
        with pytest.raises(NotFoundError, match="not committed its first seed"):
            find_program(view, "@seed")


def test_program_at_an_address(runs):
    assert address.program(runs, "a1:@best") == E
    assert address.program(runs, "@last:@seed") == A


def test_what_is_no_runs_directory_is_said(tmp_path):
    assert address.run_folders(tmp_path / "none yet") == []
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, why in (("file", "Not a directory"), ("link", "leads nowhere"), ("loop", "symbolic links")):
        with pytest.raises(UsageError, match=why):
            address.run_folders(tmp_path / name)

"""What can be told without Ray; `tests/extras/test_ray.py` has clusters."""

import importlib.util

import pytest

from evo.errors import EvoError
from evo.execute import ray as seam
from evo.execute.ray import RayCluster


@pytest.fixture
def there(monkeypatch):
    """Ray is installed, and no cluster's token is known."""
    monkeypatch.setattr(seam, "find_spec", lambda name: object())
    monkeypatch.setattr(seam, "_check_answers", lambda address: None)
    for name in (*seam.TOKEN_VARIABLES, seam.MODE):
        monkeypatch.delenv(name, raising=False)


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda name: None)
    with pytest.raises(EvoError, match=r"evo-search\[ray\]"):
        RayCluster().open()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"workers": 0}, "workers: expected an integer"),
        ({"cpus": -1.0}, "cpus: expected a finite number"),
        ({"resources": {"big": -1.0}}, "resources.big: expected"),
        ({"patience": 0.0}, "patience: expected seconds"),
        ({"address": "ray://head:10001"}, "no ray://"),
        ({"address": "head"}, "expected local, auto, or the host:port"),
    ],
)
def test_options_that_no_cluster_can_be_asked_for_are_refused(options, words):
    with pytest.raises(EvoError, match=words):
        RayCluster(**options)


def test_where_nobody_answers_it_is_said_at_once(monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda name: object())
    with pytest.raises(EvoError, match=r"nothing answers at 127\.0\.0\.1:1"):
        RayCluster(address="127.0.0.1:1").open()


def test_a_missing_token_is_said_before_anything_is_begun(there, tmp_path):
    with pytest.raises(EvoError, match="no token for the cluster"):
        RayCluster(address="head:6379").open()
    with pytest.raises(EvoError, match="expected a file that holds the cluster's token"):
        RayCluster(address="head:6379", token=str(tmp_path / "none")).open()


def test_a_local_cluster_gets_a_token_that_nobody_else_can_read(there, tmp_path):
    found = seam._authentication(RayCluster(), tmp_path)
    assert found == {seam.MODE: "token", seam.TOKEN_FILE: str(tmp_path / "token")}
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "token").read_text()) == 64


def test_the_bridge_is_there_to_be_started():
    assert importlib.util.find_spec(seam.BRIDGE) is not None

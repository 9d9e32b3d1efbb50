"""A company's proxy: nothing is contacted but through it, plainly and through CONNECT."""

import shutil

import pytest

from tests.servers.rig import free_port, mock_server, run, running
from tests.servers.test_nginx import certify, nginx

__all__ = ["nginx"]

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 60
LogFile "{folder}/tinyproxy.log"
LogLevel Connect
MaxClients 50
Allow 127.0.0.1
"""


@pytest.fixture
def company(tmp_path):
    command = shutil.which("tinyproxy", path="/usr/bin:/usr/sbin:/usr/local/bin")
    if command is None:
        pytest.skip("tinyproxy is not installed (Debian: apt-get install tinyproxy)")
    port = free_port()
    (tmp_path / "tinyproxy.conf").write_text(TINYPROXY.format(port=port, folder=tmp_path))
    with running([command, "-d", "-c", str(tmp_path / "tinyproxy.conf")], ready=port, folder=tmp_path):
        yield f"http://127.0.0.1:{port}"


def test_a_run_through_a_proxy_is_the_run_without_it(tmp_path, company):
    with mock_server(tmp_path) as upstream:
        plain, _, _ = run(tmp_path, "plain", f'use: openai, model: mock, base_url: "{upstream}"')
        before = (tmp_path / "tinyproxy.log").read_text()
        search, _, _ = run(tmp_path, "behind", f'use: openai, model: mock, base_url: "{upstream}", proxy: "{company}"')
    assert search.state.hash == plain.state.hash
    told = (tmp_path / "tinyproxy.log").read_text().removeprefix(before)
    assert "/v1/chat/completions" in told


def test_tls_goes_through_connect(tmp_path, company, nginx):
    certify(tmp_path)
    tls = f"ssl_certificate {tmp_path}/own.pem; ssl_certificate_key {tmp_path}/own.key;"
    with mock_server(tmp_path) as upstream, nginx(upstream, server=tls, ssl=" ssl"):
        model = f'use: openai, model: mock, base_url: "{nginx.url}", ca_file: "{tmp_path}/ca.pem", proxy: "{company}"'
        search, _, _ = run(tmp_path, "behind", model)
    assert search.run_state == "finished", search.stop_reason
    told = (tmp_path / "tinyproxy.log").read_text()
    assert "CONNECT localhost:" in told


def test_a_proxy_in_the_environment_is_not_used(tmp_path, company, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, company)
    with mock_server(tmp_path) as upstream:
        before = (tmp_path / "tinyproxy.log").read_text()
        search, _, _ = run(tmp_path, "direct", f'use: openai, model: mock, base_url: "{upstream}"')
        told = (tmp_path / "tinyproxy.log").read_text().removeprefix(before)
    assert search.run_state == "finished"
    assert "/v1/chat/completions" not in told

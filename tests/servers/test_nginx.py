"""nginx before the mock server: TLS with an own CA, keys in other headers, a gateway that gives up, a rate limit."""

import base64
import grp
import os
import pwd
import shutil
import subprocess
import time

import pytest

from tests.servers.rig import free_port, mock_server, run, running

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
CONFIG = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/nginx.access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  client_max_body_size 8m;
  {http}
  server {{
    listen 127.0.0.1:{port}{ssl};
    {server}
    location / {{ proxy_pass {upstream}; {location} }}
  }}
}}
"""


@pytest.fixture
def nginx(tmp_path):
    """Return a context of an nginx with some directives before an upstream."""
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")

    def serve(upstream, *, http="", server="", location="", ssl=""):
        port, folder = free_port(), tmp_path
        text = CONFIG.format(
            user=pwd.getpwuid(os.getuid()).pw_name + " " + grp.getgrgid(os.getgid()).gr_name,
            folder=folder,
            port=port,
            upstream=upstream.removesuffix("/v1"),
            http=http,
            server=server,
            location=location,
            ssl=ssl,
        )
        (folder / "nginx.conf").write_text(text)
        serve.url = f"http{'s' if ssl else ''}://localhost:{port}/v1"
        return running([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)], ready=port, folder=folder)

    return serve


def openssl(*words, folder):
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("openssl is not installed")
    subprocess.run([command, *words], cwd=folder, check=True, capture_output=True)


def certify(folder):
    """Make a CA of our own and a certificate of localhost."""
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=A company of its own", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", folder=folder)  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.csr",
            "-subj", "/CN=localhost", folder=folder)  # fmt: skip
    (folder / "names.txt").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "own.pem", "-days", "2", "-extfile", "names.txt", folder=folder)  # fmt: skip


def test_tls_by_an_own_ca(tmp_path, nginx):
    certify(tmp_path)
    tls = f"ssl_certificate {tmp_path}/own.pem; ssl_certificate_key {tmp_path}/own.key;"
    with mock_server(tmp_path) as upstream, nginx(upstream, server=tls, ssl=" ssl"):
        plain, _, _ = run(tmp_path, "plain", f'use: openai, model: mock, base_url: "{upstream}"')
        whole = f'use: openai, model: mock, base_url: "{nginx.url}"'
        search, _, _ = run(tmp_path, "trusted", f'{whole}, ca_file: "{tmp_path}/ca.pem"')
        assert search.state.hash == plain.state.hash
        stranger, _, commits = run(tmp_path, "stranger", f"{whole}, retry: {{tries: 1}}")
    assert stranger.run_state == "paused"
    assert "certificate" in stranger.stop_reason.lower()
    assert "ca_file" in stranger.stop_reason
    assert not any(commit.proposal.llm for commit in commits)


@pytest.mark.parametrize("kind", ["basic", "x-api-key"])
def test_keys_in_other_headers(tmp_path, nginx, monkeypatch, kind):
    secret = "a-secret-of-the-house"
    if kind == "basic":
        hashed = subprocess.run(
            ["openssl", "passwd", "-apr1", secret], capture_output=True, text=True, check=True
        ).stdout.strip()
        (tmp_path / "people").write_text(f"evo:{hashed}\n")
        guard = f'auth_basic "house"; auth_basic_user_file {tmp_path}/people; proxy_set_header Authorization "";'
        value, header = "Basic " + base64.b64encode(f"evo:{secret}".encode()).decode(), "Authorization"
    else:
        guard = f'if ($http_x_api_key != "{secret}") {{ return 401 "no key"; }}'
        value, header = secret, "x-api-key"
    monkeypatch.setenv("HOUSE_KEY", value)
    with mock_server(tmp_path) as upstream, nginx(upstream, location=guard):
        plain, _, _ = run(tmp_path, "plain", f'use: openai, model: mock, base_url: "{upstream}"')
        keyed = f'use: openai, model: mock, base_url: "{nginx.url}", headers: {{{header}: {{env: HOUSE_KEY}}}}'
        search, _, _ = run(tmp_path, "keyed", keyed)
        assert search.state.hash == plain.state.hash
        keyless, _, _ = run(tmp_path, "keyless", f'use: openai, model: mock, base_url: "{nginx.url}"')
    assert keyless.run_state == "paused"
    assert "401" in keyless.stop_reason
    written = b"".join(path.read_bytes() for path in search.folder.rglob("*") if path.is_file())
    assert value.encode() not in written
    assert secret.encode() not in written


def test_a_gateway_that_gives_up_after_a_second_is_named_and_may_have_been_paid(tmp_path, nginx):
    with mock_server(tmp_path, "--latency", "4") as upstream, nginx(upstream, location="proxy_read_timeout 1s;"):
        prices = "prices: {input: 1, output: 1}, retry: {tries: 2, wait_seconds: 0.1}, park: {failures: 2, times: 0}"
        search, status, _ = run(
            tmp_path, "slow", f'use: openai, model: mock, base_url: "{nginx.url}", {prices}', tickets=6
        )
    assert search.run_state == "paused"
    assert "504" in search.stop_reason or "gives up" in search.stop_reason
    assert status["cost_usd"] > 0, "the provider behind may have been paid"


def test_a_rate_limit_slows_a_run_and_does_not_end_it(tmp_path, nginx):
    limit = "limit_req_zone $server_name zone=calls:1m rate=5r/s; limit_req_status 429;"
    with (
        mock_server(tmp_path) as upstream,
        nginx(upstream, http=limit, location="limit_req zone=calls burst=2 nodelay;"),
    ):
        model = f'use: openai, model: mock, base_url: "{nginx.url}", retry: {{wait_seconds: 0.2}}'
        started = time.monotonic()
        search, _, commits = run(tmp_path, "limited", model, tickets=42)
        took = time.monotonic() - started
        plain, _, _ = run(tmp_path, "plain", f'use: openai, model: mock, base_url: "{upstream}"', tickets=42)
    assert search.run_state == "finished", search.stop_reason
    assert search.state.hash == plain.state.hash
    assert all(commit.proposal.outcome != "LLM_ERROR" for commit in commits)
    refused = (tmp_path / "nginx.access.log").read_text().count('" 429 ')
    print(f"{len(commits)} tickets in {took:.1f} s, {refused} calls refused")
    assert refused < len(commits)

"""A scripted agent that plays every misbehaviour, at the bench: contained, ended, and taken for what it leaves."""

import asyncio
import http.server
import json
import socket
import threading
import time
from pathlib import Path

import pytest

from evo.errors import InfraError
from evo.execute.bench import Expense, Workbench, expense
from evo.execute.executor import Command, Task
from evo.execute.folder import Checkout
from evo.execute.sandbox import Limits, Tier, offered
from evo.search.workshop import SCORE_SCRIPT

SHIPPED = "a = 1\n"
CONFINED = [tier for tier in (Tier.STRICT, Tier.STANDARD) if tier in offered()]
pytestmark = pytest.mark.skipif(not CONFINED, reason="no walls here")


def worked(
    script, *, tier=None, wall=20.0, calls=3, cpu=5.0, usd=float("inf"), files=None, tree=None, words="", **more
):
    """Return what came of a shell script at work, and what it had scored."""
    given = {"program.py": SHIPPED, **(files or {}), ".evo/score": SCORE_SCRIPT}
    asked = []

    async def score(found):
        asked.append(dict(found.files))
        return {"objective": float(len(asked)), **more.get("told", {})}

    async def whole():
        bench = Workbench(tier or CONFINED[0])
        command = Command(
            run=("sh", "-c", script),
            cpu_seconds=cpu,
            memory_mb=more.get("memory_mb", 256),
            build_seconds=1,
            build_memory_mb=1,
            environment=more.get("environment", {}),
        )
        task = Task(
            files=given,
            tree=tree,
            kwargs={"calls": calls, "brief": words},
            limits=Limits(cpu_seconds=cpu + 1, memory_mb=512, open_files=256, file_mb=8, grace_seconds=wall),
            command=command,
        )
        try:
            return await bench.work(task, wall_seconds=wall, score=score, usd=usd, network=more.get("network", ()))
        finally:
            await bench.close()

    return asyncio.run(whole()), asked


@pytest.mark.parametrize("tier", CONFINED)
def test_what_a_program_leaves_is_found(tier):
    script = "cat > said; echo b = 2 > program.py; score; score; echo longer > .evo/why; echo out; echo err >&2"
    work, asked = worked(script, tier=tier, words="do it")
    assert asked == [{"program.py": "b = 2\n", "said": "do it"}] * 2
    assert work.found.files["program.py"] == "b = 2\n"
    assert (work.ending, work.why.strip(), work.asked, work.stderr) == ("", "longer", 2, b"err\n")
    assert work.stdout == b'{"objective": 1.0, "calls_left": 2}\n{"objective": 2.0, "calls_left": 1}\nout\n'


def test_a_score_is_told_whole_however_much_there_is_to_tell():
    told = {"feedback": "more than a pipe holds " * 20_000}
    work, asked = worked("for i in 1 2 3; do score > out$i & done; wait; wc -c out1 out2 out3", told=told)
    assert (len(asked), work.ending) == (3, "")
    sizes = [int(line.split()[0]) for line in work.stdout.splitlines()]
    assert sizes == [len(json.dumps({"objective": 1.0, **told, "calls_left": 2})) + 1] * 3 + [sum(sizes[:3])]


def test_one_that_leaves_nothing_is_seen_to():
    work, asked = worked("true")
    assert (dict(work.found.files), work.ending, asked, work.spent) == ({}, "", [], None)


def test_one_that_fails_says_how():
    assert worked("echo b = 2 > program.py; exit 3")[0].ending == "exit code 3"
    assert worked("kill -9 $$")[0].ending == "killed by signal 9"


@pytest.mark.parametrize("tier", CONFINED)
def test_one_that_never_ends_is_stopped_and_what_it_did_counts(tier):
    began = time.monotonic()
    work, _ = worked("echo b = 2 > program.py; sleep 1000", tier=tier, wall=0.7)
    assert work.ending == "stopped after 0.7 s"
    assert work.found.files == {"program.py": "b = 2\n"}
    assert time.monotonic() - began < 30, "a busy machine may take its time, and a thousand seconds it may not"


def test_one_that_burns_time_is_stopped():
    assert worked("while :; do :; done", cpu=0.4)[0].ending == "over its limit of cpu"


def test_one_that_forks_without_end_is_held():
    work, _ = worked("f() { f | f & }; f 2>/dev/null; sleep 0.2; echo b = 2 > program.py", cpu=2.0, wall=3.0)
    assert work.found is not None, "whoever attends to it lives, and so does the machine"


def test_one_that_leaves_others_behind_takes_them_along():
    work, _ = worked("(sleep 300; echo late > program.py) & echo b = 2 > program.py")
    assert work.found.files == {"program.py": "b = 2\n"}
    assert work.ending == ""


@pytest.mark.parametrize("tier", CONFINED)
def test_one_that_writes_outside_cannot(tier, tmp_path):
    target, home = tmp_path / "escaped", Path.home()
    script = f"echo x > {target}; echo x > {home}/evo_escaped; echo x > /tmp/evo_escaped; rm -rf {tmp_path}; ls ../.."
    worked(script, tier=tier)
    assert not target.exists()
    assert tmp_path.exists()
    assert not (home / "evo_escaped").exists()
    assert not Path("/tmp/evo_escaped").exists()


@pytest.mark.parametrize("tier", CONFINED)
def test_one_that_reads_secrets_finds_none(tier, tmp_path, monkeypatch):
    secret = "s3cret-" + "x" * 20
    monkeypatch.setenv("EVO_CANARY", secret)
    (tmp_path / "key").write_text(secret)
    work, _ = worked(f"env; cat {tmp_path}/key; cat /proc/*/environ; cat /proc/$PPID/environ", tier=tier)
    assert secret.encode() not in work.stdout + work.stderr


@pytest.mark.parametrize("tier", CONFINED)
def test_one_that_kills_its_parent_does_not(tier):
    work, _ = worked("kill -9 $PPID; kill -9 -1; echo b = 2 > program.py", tier=tier)
    assert work.found is not None, "whoever attends to it lives"


@pytest.mark.parametrize("tier", CONFINED)
def test_one_that_calls_somebody_is_not_heard(tier):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        work, _ = worked(f'python3 -c "{code}"', tier=tier)
        assert work.ending == "exit code 1"
        with pytest.raises(TimeoutError):
            server.accept()


def test_links_binary_and_large_files_are_told_and_not_taken():
    script = (
        "ln -s /etc/passwd link.py; ln -s /etc etc; printf '\\377\\376' > raw.bin; rm program.py;"
        "ln -s /etc/passwd program.py; head -c 700000 /dev/zero | tr '\\0' a > large.txt; mkdir .cache;"
        "echo x > .cache/y; mkdir -p a/b; echo n > a/b/new.py"
    )
    work, _ = worked(script)
    assert work.found.refused == {
        "link.py": "a link",
        "etc": "a link",
        "program.py": "a link",
        "raw.bin": "no UTF-8 text",
        "large.txt": "too large",
    }
    assert work.found.files == {"a/b/new.py": "n\n"}


def test_what_is_gone_is_named():
    assert worked("rm program.py")[0].found.gone == ("program.py",)


def test_one_that_asks_ten_thousand_times_gets_what_it_may():
    script = "i=0; while [ $i -lt 10000 ]; do true > .evo/asked/n$i; i=$((i+1)); done; sleep 1; echo b = 2 > program.py"
    work, asked = worked(script, wall=10.0, cpu=5.0, calls=2)
    assert len(asked) == 2
    assert work.asked == 2
    work, asked = worked("score; score; score | tee program.py", calls=1)
    assert work.found.files == {"program.py": '{"error": "no scores are left for this ticket", "calls_left": 0}\n'}


def test_one_that_wrecks_its_desk_harms_itself_alone():
    work, _ = worked("rm -rf .evo; ln -s /etc .evo; echo b = 2 > program.py; : > .evo/asked/x; sleep 0.2")
    assert work.found.files == {"program.py": "b = 2\n"}
    work, _ = worked("rm -rf .evo/said; ln -s /etc .evo/said; : > .evo/asked/x; sleep 0.3; echo done", calls=1)
    assert work.stdout == b"done\n"


def test_one_that_fills_its_room_is_stopped():
    work, _ = worked(
        "head -c 100000000 /dev/zero > a; head -c 100000000 /dev/zero > b; echo b = 2 > program.py", wall=10.0
    )
    assert work.ending or "a" not in work.found.files


def test_one_that_spends_too_much_is_stopped():
    work, _ = worked("echo '{\"usd\": 0.7}' > .evo/spend.json; sleep 100", usd=0.5)
    assert "0.7" in work.ending
    assert work.spent == Expense(usd=0.7)


@pytest.mark.parametrize(
    "text", ["", "[]", "x", '{"usd": -1}', '{"usd": "1"}', '{"usd": true}', '{"usd": NaN}', "[" * 9999]
)
def test_a_note_of_spending_that_is_none_is_none(text):
    assert expense(text) is None


def test_a_note_of_spending_is_read():
    note = '{"total_cost_usd": 0.25, "input_tokens": 900, "output_tokens": 80}'
    assert expense(note) == Expense(usd=0.25, prompt_tokens=900, completion_tokens=80)


@pytest.mark.parametrize("tier", CONFINED)
def test_of_a_tree_only_what_changed_is_found(tier, tmp_path):
    (tmp_path / "src").mkdir()
    for name in ("one.py", "two.py", "src/three.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "data.bin").write_bytes(b"\xff" * 100)
    (tmp_path / "link").symlink_to("one.py")
    tree = Checkout(path=str(tmp_path), digest="d", entries=7, size_bytes=40960)
    script = "echo more >> src/three.py; touch two.py; cp one.py copy.py; echo q > program.py"
    work, _ = worked(script, tier=tier, tree=tree)
    assert work.found.files == {"src/three.py": "# src/three.py\nmore\n", "copy.py": "# one.py\n", "program.py": "q\n"}
    assert work.found.refused == {}
    assert (tmp_path / "src/three.py").read_text() == "# src/three.py\n"


def test_a_score_that_fails_ends_the_work():
    async def whole():
        bench = Workbench(CONFINED[0])

        async def score(found):
            raise InfraError("the disk is full")

        command = Command(run=("sh", "-c", "score"), cpu_seconds=2, memory_mb=64, build_seconds=1, build_memory_mb=1)
        task = Task(files={"p": "x\n", ".evo/score": SCORE_SCRIPT}, kwargs={"calls": 1, "brief": ""}, command=command)
        try:
            with pytest.raises(InfraError, match="disk"):
                await bench.work(task, wall_seconds=5, score=score)
        finally:
            await bench.close()

    asyncio.run(whole())


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"page {self.path} {self.headers.get('Proxy-Authorization')}".encode())

    def log_message(self, *words):
        pass


@pytest.fixture
def pages():
    """Two servers on loopback of which one is named."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


FETCH = """python3 - <<'END'
import os, socket, urllib.request, urllib.error
def tried(name, act):
    try:
        print(name, act())
    except Exception as error:
        print(name, type(error).__name__, getattr(error, 'code', ''))
def fetch(where):
    return urllib.request.urlopen(f"http://{where}/x?y=1", timeout=5).read().decode()
def tunnel(where):
    proxy = urllib.request.urlparse(os.environ["https_proxy"])
    import base64
    talk = socket.create_connection((proxy.hostname, proxy.port), 5)
    key = base64.b64encode(f"agent:{proxy.password}".encode()).decode()
    talk.sendall(f"CONNECT {where} HTTP/1.1\\r\\nProxy-Authorization: Basic {key}\\r\\n\\r\\n".encode())
    said = talk.recv(1000).decode().split("\\r\\n")[0]
    if " 200 " in said:
        talk.sendall(b"GET /t HTTP/1.0\\r\\n\\r\\n")
        while data := talk.recv(1000):
            said += data.decode()
    return said.replace("\\r\\n", "|")
tried("named", lambda: fetch("NAMED"))
tried("other", lambda: fetch("OTHER"))
tried("tunnel", lambda: tunnel("NAMED"))
tried("dug", lambda: tunnel("OTHER"))
tried("straight", lambda: socket.create_connection(("127.0.0.1", PORT), 2))
tried("away", lambda: socket.create_connection(("1.1.1.1", 80), 2))
tried("unix", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
tried("datagram", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
tried("served", lambda: socket.create_server(("127.0.0.1", 0)))
del os.environ["http_proxy"], os.environ["HTTP_PROXY"]
END
"""


@pytest.mark.skipif(Tier.STRICT not in CONFINED, reason="no network of its own here")
def test_of_the_network_it_reaches_what_is_named_and_nothing_else(pages):
    named, other = pages
    script = FETCH.replace("NAMED", named).replace("OTHER", other).replace("PORT", named.rpartition(":")[2])
    work, _ = worked(script, network=(named,), memory_mb=512)
    said = dict(line.partition(" ")[::2] for line in work.stdout.decode().splitlines())
    assert said.pop("named") == "page /x?y=1 None", "what is the proxy's stays with it"
    assert "200" in said["tunnel"]
    assert said.pop("tunnel").endswith("page /t None")
    assert said.pop("dug").startswith("HTTP/1.1 403")
    assert said == {
        "other": "HTTPError 403",
        "straight": "PermissionError ",
        "away": "PermissionError ",
        "unix": "PermissionError ",
        "datagram": "PermissionError ",
        "served": "PermissionError ",
    }


@pytest.mark.skipif(Tier.STANDARD not in CONFINED, reason="no such walls here")
def test_weaker_walls_keep_to_no_list():
    with pytest.raises(InfraError, match="strict"):
        worked("true", tier=Tier.STANDARD, network=("127.0.0.1:80",))

"""Where evo does not run it says so in a line; on macOS, as far as a fake can show, it works at `basic`."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

from evo.systems import RUNS_ON, system_flaw

ROOT = Path(__file__).parents[2]
# No module that Windows lacks can be found, and none has been loaded.
WINDOWS = """
import sys
GONE = {"fcntl", "resource", "pwd", "grp", "termios", "posix_not", "syslog"}

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return None if name in GONE else self.finder.find_spec(name, path, target)

import os
sys.meta_path = [Without(finder) for finder in sys.meta_path]
for name in GONE:
    sys.modules.pop(name, None)
del os.fork
sys.platform = "win32"
"""


def typed(command, cwd, **environment):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
    given = {"cwd": cwd, "env": {**clean, **environment}, "capture_output": True, "text": True}
    return subprocess.run(command, check=False, timeout=500, **given)


def python(code, cwd):
    return typed([sys.executable, "-c", code], cwd, PYTHONPATH=str(ROOT))


def test_this_system_is_one_of_them():
    assert system_flaw() == ""


def test_on_windows_every_command_says_one_line(tmp_path):
    code = WINDOWS + "from evo.cli.main import main\nsys.exit(main(sys.argv[1:] or ['run', 'smoke']))\n"
    done = python(code, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{RUNS_ON}; this is Windows; install WSL")
    assert list(tmp_path.iterdir()) == []


def test_on_windows_python_says_the_same(tmp_path):
    done = python(WINDOWS + "import evo\nevo.run\n", tmp_path)
    assert done.stderr.splitlines()[-1].startswith(f"evo.errors.EvoError: {RUNS_ON}; this is Windows")


def test_a_system_without_what_is_needed_is_named_with_it(tmp_path):
    code = WINDOWS.replace('"win32"', '"plan9"') + "from evo.systems import system_flaw\nprint(system_flaw())\n"
    assert "this is plan9, which lacks fcntl and resource" in python(code, tmp_path).stdout


def darwin(wheel, place):
    """Install the wheel where every interpreter, helpers included, lacks what macOS lacks."""
    venv.create(place, with_pip=False)
    site = next((place / "lib").glob("python3*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    shutil.copy(Path(__file__).with_name("fake_darwin.py"), site)
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    (site / "zz_darwin.pth").write_text("import fake_darwin\n")
    # Helpers that start without `site` take it up by name.
    spawn = site / "evo/execute/spawn.py"
    text = spawn.read_text()
    assert text.count("from {module} import main") == 1
    spawn.write_text(text.replace("from {module} import main", "import fake_darwin; from {module} import main"))
    return place / "bin/python"


def test_on_macos_a_run_works_at_the_tier_that_it_has(wheel, tmp_path):
    mac = darwin(wheel, tmp_path / "env")
    (tmp_path / "here").mkdir()

    def evo(*words):
        done = typed([mac, "-m", "evo", *words], tmp_path / "here")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    assert json.loads(evo("doctor", "--json"))["tier"] == "basic"
    evo("run", "circle_packing/26", "--quiet", "--set", "budget.tickets=4", "--set", "params.work=1")
    status = json.loads(evo("status", "--json"))
    assert (status["state"], status["committed"], status["tier"]) == ("finished", 4, "basic")
    assert status["valid"] >= 2
    evo("run", "edit_distance", "--quiet", "--set", "budget.tickets=3")
    assert json.loads(evo("status", "--json"))["valid"] >= 1
    evo("replay", "--execute")

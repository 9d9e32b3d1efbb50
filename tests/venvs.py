"""Small virtual environments, made without an installer and without a network."""

import subprocess
import sys
import zipfile
from pathlib import Path

WHEEL = "five-1.2-py3-none-any.whl"


def make(folder: Path, *, version: str = "1.2", text: str = "FIVE = 5\n") -> Path:
    """A virtual environment in which a package `five` is installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    install(folder, version=version, text=text)
    return folder


def install(folder: Path, *, version: str = "1.2", text: str = "FIVE = 5\n") -> None:
    """Put `five` there as an installer does."""
    (packages,) = folder.glob("lib/python*/site-packages")
    for old in packages.glob("five-*.dist-info"):
        (old / "RECORD").unlink()
        old.rmdir()
    (packages / "five.py").write_text(text)
    record = packages / f"five-{version}.dist-info"
    record.mkdir()
    (record / "RECORD").write_text(f"five.py,sha256={hash(text)},{len(text)}\nfive-{version}.dist-info/RECORD,,\n")


def wheel(folder: Path) -> Path:
    """A wheel of `five`, as a package's author would upload it."""
    path, about = folder / WHEEL, "five-1.2.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("five.py", "FIVE = 5\n")
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: five\nVersion: 1.2\n")
        file.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{about}/RECORD", f"five.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return path

"""Who is told of a run: a file with a line for every commit."""

from dataclasses import dataclass

import evo


class Open:
    """A diary that is open for one run."""

    def __init__(self, path):
        self.path = path

    def told(self):
        """Return how many commits have their line."""
        return evo.Told(commits=self.path.read_text().count("\n") if self.path.exists() else 0)

    def tell(self, rows):
        """Add a line for each commit."""
        with self.path.open("a") as file:
            file.writelines(f"{row['ticket']} {row['best']}\n" for row in rows if row["entry"] == "commit")

    def close(self, state):
        """Say how the run ended."""
        self.path.with_suffix(".end").write_text(state)


@dataclass(frozen=True, kw_only=True)
class Diary:
    """The best so far after every commit.

    Attributes:
        name: of the file in the run's folder.
    """

    name: str = "diary.txt"

    def open(self, run):
        """Open the diary of a run."""
        return Open(run.folder / self.name)

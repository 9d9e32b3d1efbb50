from evo.testing import TrackerContract
from evo.trackers.csv import CsvTable
from evo.trackers.jsonl import JsonLines
from tests.contracts.parametrised import over


class TestTrackersOfFiles(over(CsvTable, JsonLines, lambda: CsvTable(path="deep/er/table.csv")), TrackerContract):
    pass

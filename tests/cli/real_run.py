"""Runs that `evo run` makes: real processes, few tickets."""

import json

SMALL = ("--set", "executor.workers=1")


def read_status(evo, runs):
    return json.loads(evo("status", "--json", "--runs-dir", runs).out)

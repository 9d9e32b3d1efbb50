"""`python -m evo.eggroll.bench [--quick]`: one JSON object a line, progress first, then the claims.

Exit code 0 when it ran to its end, whatever the verdicts. The ratios of CPU time mean something only on one thread:
`bench_in_child` starts this with the environment variables that see to it.
"""

from __future__ import annotations

import json
import sys

from evo.eggroll.bench.suite import bench


def main(argv: list[str]) -> int:
    """Run the bench and write its lines to stdout."""

    def say(message: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    claims = bench(
        quick="--quick" in argv,
        progress=lambda what, done, total: say({"what": what, "done": done, "total": total}),
    )
    for claim in claims:
        say({"claim": claim.plain()})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

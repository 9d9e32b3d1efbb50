"""A cluster of several nodes on this machine, by Ray's own utility, in a process of its own that tests can end.

Run as `python -m tests.extras.ray_nodes FOLDER NODES`: says the address, then obeys lines: add, kill N, head, end.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORE = 80 * 2**20


class Nodes:
    def __init__(self, folder: Path, nodes: int = 4):
        self.token = folder / "token"
        self.token.write_text(secrets.token_hex(32))
        (folder / "ray").mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token),
            "RAY_USAGE_STATS_ENABLED": "0",
            # Nodes and drivers give a lost head up after so many seconds, where a minute is usual.
            "RAY_gcs_rpc_server_reconnect_timeout_s": "5",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.extras.ray_nodes", str(folder), str(nodes)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self.answer()

    def answer(self) -> str:
        for line in self.process.stdout:
            if line.startswith("nodes: "):
                return line.removeprefix("nodes: ").strip()
        raise AssertionError("the cluster did not come up")

    def tell(self, words: str) -> str:
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        if self.process.poll() is None:
            self.process.communicate("end\n", timeout=120)


def main(folder: str, count: str):
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
    head = {**node, "num_cpus": 0}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    workers = [cluster.add_node(**node) for _ in range(int(count))]
    print(f"nodes: {cluster.address}", flush=True)
    for line in sys.stdin:
        match line.split():
            case ["add"]:
                workers.append(cluster.add_node(**node))
            case ["kill", number]:
                cluster.remove_node(workers[int(number)], allow_graceful=False)
            case ["head"]:
                # The process by which nodes and drivers know of one another, and the head's own node.
                cluster.head_node.kill_gcs_server(check_alive=False)
                cluster.head_node.kill_raylet(check_alive=False)
            case _:
                break
        print("nodes: done", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])

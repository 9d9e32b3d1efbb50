"""The example package is somebody else's: its tests run where it is installed, and nowhere else."""

collect_ignore_glob = ["evo_example/*"]

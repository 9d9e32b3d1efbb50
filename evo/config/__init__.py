"""The declared files (runs, problems, pipelines), validated with positions."""

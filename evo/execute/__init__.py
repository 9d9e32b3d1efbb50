"""Where a task runs: sandboxed candidate processes and their limits."""

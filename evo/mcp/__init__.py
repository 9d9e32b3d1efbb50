"""Runs over the Model Context Protocol: what agents may read and do, under a policy that the server's owner sets."""

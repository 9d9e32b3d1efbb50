"""LLM-driven evolutionary search."""

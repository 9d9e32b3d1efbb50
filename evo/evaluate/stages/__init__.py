"""The stages of a pipeline: what a stage is, and those that ship."""

"""An OpenAI-compatible server on loopback: answers without a model, in any of the ways in which models fail."""

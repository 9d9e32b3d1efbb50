"""From a ticket and its context to the words that a model is asked with."""

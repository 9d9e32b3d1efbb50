"""Text in, text out: the models and their stand-ins."""

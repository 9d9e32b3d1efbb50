"""Any endpoint that speaks the chat completions protocol."""

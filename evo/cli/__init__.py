"""The command line: one file a verb, loaded when it is called; what verbs share stands beside them."""

"""Parents to Proposal: context, prompt, emitters, answers."""

"""The verbs of meetings: the only code that writes them."""

"""Files that organisers put with a meeting: what they are by their content, what they are called, where they lie."""
